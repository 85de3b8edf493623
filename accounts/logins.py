"""Login sessions named by a cookie, or by their key where there are no cookies (the agent SDK inside another site)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils import timezone

from accounts import hooks
from accounts.models import Login, Member

# Keys of the HTTP session: what a member has to do first; until then only the page for it is open to him
FIRST_PASSWORD = "first_password"  # noqa: S105 (a name): the desk chose the password, not the member (A80)
BIND_PHONE = "bind_phone"  # W6
SECOND_FACTOR = "second_factor"  # his role needs one
STEPS = {
    FIRST_PASSWORD: "account_change_password",
    BIND_PHONE: "account_phone",
    SECOND_FACTOR: "mfa_activate_totp",
}
SEEN_EVERY = timedelta(minutes=1)


def key_of_login(cookies: str) -> str:
    """Which HTTP session the Cookie header names; a secret, like the cookie."""
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME) or ""


def key_of_header(authorization: str) -> str:
    """The key of `Authorization: Login <key>`, where there are no cookies; empty for any other header."""
    kind, _space, key = authorization.partition(" ")
    return key.strip() if kind.lower() == "login" else ""


def first_step(session: Any) -> str | None:
    """What has to be done before anything else."""
    return next((step for step in STEPS if session.get(step)), None)


def open_login(member: Member, meta: Mapping[str, Any]) -> str:
    """A new login session of the member; its key is the proof, like a cookie. `meta`: of the request that asked."""
    session = _store(None)
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(member.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save(must_create=True)
    note(str(session.session_key), member, meta, is_embedded=True)
    return str(session.session_key)


def end_login(key: str) -> None:
    """Whoever holds it has to log in again."""
    _store(key).delete()
    Login.objects.filter(key=key).delete()


def member_of_login(key: str) -> Member | None:
    """The member whose login session it is, None if it ended or something still has to be done first (A80).
    Checks the password's hash."""
    session = _store(key or None)
    return None if first_step(session) else _member_in(session)


def _member_in(session: Any) -> Member | None:
    user: Any = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    return user if isinstance(user, Member) and user.is_active else None


# --- the list of them


def note(key: str, member: Member, meta: Mapping[str, Any], *, is_embedded: bool = False) -> None:
    """Where a new login session came from."""
    now = timezone.now()
    logins_of(member)
    Login.objects.update_or_create(
        key=key,
        defaults={
            "member": member,
            "user_agent": str(meta.get("HTTP_USER_AGENT", ""))[:300],
            "address": str(meta.get("REMOTE_ADDR") or "")[:45],
            "is_embedded": is_embedded,
            "started_at": now,
            "seen_at": now,
        },
    )


def note_login(request: HttpRequest, user: Any, **_: Any) -> None:
    """Whatever way he came in."""
    if isinstance(user, Member):
        if not request.session.session_key:
            request.session.save()
        note(str(request.session.session_key), user, request.META)


def see(key: str, now: datetime) -> None:
    """It is in use. Reads first: writing takes the database's one lock on SQLite, and mostly there is nothing new."""
    old = Login.objects.filter(key=key, seen_at__lt=now - SEEN_EVERY)
    if old.exists():
        old.update(seen_at=now)


def logins_of(member: Member) -> list[Login]:
    """Those that live, the latest used first; what ended by itself is forgotten."""
    rows = list(member.logins.all())
    dead = [row.pk for row in rows if _member_in(_store(row.key)) != member]
    Login.objects.filter(pk__in=dead).delete()
    return [row for row in rows if row.pk not in dead]


def end_others(member: Member, keys: list[str]) -> None:
    """Logs him out there; open sockets notice at once (promise 11)."""
    for key in keys:
        end_login(key)
    hooks.member_changed(member)


def demand(member: Member, step: str, is_needed: bool) -> None:
    """A step for every login that he has now, or no longer; programs that log him in (the agent SDK) are not asked."""
    for row in member.logins.filter(is_embedded=False):
        session = _store(row.key)
        if _member_in(session) == member and bool(session.get(step)) != is_needed:
            session[step] = is_needed
            session.save()
    hooks.member_changed(member)


def _store(key: str | None) -> Any:
    engine: Any = import_module(settings.SESSION_ENGINE)
    return engine.SessionStore(key)
