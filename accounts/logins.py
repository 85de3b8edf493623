"""Login sessions named by a cookie, or by their key where there are no cookies (the agent SDK inside another site)."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.http.cookie import parse_cookie

from accounts.models import Member

FIRST_PASSWORD = "first_password"  # noqa: S105 (a key of the HTTP session: only the change page is open to it)


def key_of_login(cookies: str) -> str:
    """Which HTTP session the Cookie header names; a secret, like the cookie."""
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME) or ""


def key_of_header(authorization: str) -> str:
    """The key of `Authorization: Login <key>`, where there are no cookies; empty for any other header."""
    kind, _space, key = authorization.partition(" ")
    return key.strip() if kind.lower() == "login" else ""


def open_login(member: Member) -> str:
    """A new login session of the member; its key is the proof, like a cookie."""
    session = _store(None)
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(member.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save(must_create=True)
    return str(session.session_key)


def end_login(key: str) -> None:
    """Whoever holds it has to log in again."""
    _store(key).delete()


def member_of_login(key: str) -> Member | None:
    """The member whose login session it is, None if it ended or his random password still waits for its change (A80).
    Checks the password's hash."""
    session = _store(key or None)
    if session.get(FIRST_PASSWORD):
        return None
    user: Any = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    return user if isinstance(user, Member) and user.is_active else None


def _store(key: str | None) -> Any:
    engine: Any = import_module(settings.SESSION_ENGINE)
    return engine.SessionStore(key)
