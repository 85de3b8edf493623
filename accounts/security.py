"""账号与安全: one's own password, phone, second factor and login sessions; and the terms that the login page names."""

from functools import partial
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import logins, phones, second_factor, sms
from accounts.devices import device_of
from accounts.logins import first_step
from accounts.mail import is_mail_set_up
from accounts.middleware import WANTED, way_on
from accounts.models import LoginRules, Member


@require_http_methods(["GET", "HEAD"])
@never_cache
@login_required
def security(request: HttpRequest) -> HttpResponse:
    member = cast(Member, request.user)
    rules: LoginRules = LoginRules.get_solo()
    rows = [_row(request, row) for row in logins.logins_of(member)]
    context = {
        "section": "security",
        "phone": phones.shown(member.phone) if member.phone else "",
        "has_second_factor": second_factor.has_one(member),
        "needs_second_factor": rules.needs_second_factor(member),
        "sessions": sorted(rows, key=lambda row: not row["is_here"]),
    }
    return render(request, "account/security.html", context)


def _row(request: HttpRequest, login: Any) -> dict[str, Any]:
    device, system, browser = device_of(login.user_agent)
    return {
        "login": login,
        "device": device or "computer",
        "name": " · ".join(part for part in (browser, system) if part),
        "is_here": login.key == request.session.session_key,
    }


@require_safe
@never_cache
@login_required
def go_on(request: HttpRequest) -> HttpResponse:
    """From the recovery codes to the page that he asked for when he logged in, else back."""
    is_on_the_way = WANTED in request.session or first_step(request.session)
    return HttpResponseRedirect(way_on(request) if is_on_the_way else reverse("account_security"))


@require_POST
@login_required
def log_out_there(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Another login session of one's own, or all but this one."""
    member = cast(Member, request.user)
    others = member.logins.exclude(key=request.session.session_key or "")
    keys = list((others if pk is None else others.filter(pk=pk)).values_list("key", flat=True))
    if pk is not None and not keys:
        raise Http404
    logins.end_others(member, keys)
    return HttpResponseRedirect(reverse("account_security") + "#sessions")


@require_safe
def terms(request: HttpRequest, kind: str) -> HttpResponse:
    """用户协议 and 隐私协议 as an admin wrote them (W10)."""
    text = text_of(kind)
    if not text:
        raise Http404
    return render(request, "account/terms.html", {"kind": kind, "text": text})


def text_of(kind: str) -> str:
    """In the reader's language, or in the one that is there."""
    rules: LoginRules = LoginRules.get_solo()
    chinese, english = (getattr(rules, name) for name in (kind, f"{kind}_en"))
    first, second = (english, chinese) if (get_language() or "").startswith("en") else (chinese, english)
    return str(first or second)


def entrance(request: HttpRequest) -> dict[str, Any]:
    """For the templates of the login page: what can be sent, and where the terms are."""
    addresses = {f"{kind}_url": partial(_address, kind) for kind in ("terms", "privacy")}
    return {"has_sms": sms.is_set_up, "has_mail": is_mail_set_up, **addresses}


def _address(kind: str) -> str:
    """The operator's own page, or ours where an admin wrote a text."""
    elsewhere = str(getattr(settings, f"{kind.upper()}_URL"))
    return elsewhere or (reverse("account_terms", args=[kind]) if text_of(kind) else "")
