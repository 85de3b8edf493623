"""手机接待 (W57 to W60): the page that brings the workbench to a phone, and the subscription of its browser."""

import json
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions_flow.protocol.errors import ProtocolError
from workbench.models import Notice, PushSubscription
from workbench.notices import elsewhere, outbox
from workbench.notices.subscriptions import subscribe, unsubscribe
from workbench.strings import notice_strings
from workbench.views import language, member_of, notices_config

UNAUTHORISED, BAD, NONE = 401, 400, 204


@require_safe
@login_required
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """A QR code of the workbench's address for the phone's camera, and the switches of this device."""
    member = member_of(request)
    address = f"{settings.PUBLIC_URL}{reverse('workbench:home')}"
    context = {
        "section": "phone",
        "address": address,
        "qr": SafeString(segno.make(address, error="m").svg_inline(border=2, omitsize=True)),
        "strings": notice_strings(),
        "config": {"member": {"id": member.public_id}, **notices_config(member)},
    }
    return render(request, "workbench/phone.html", context)


@require_http_methods(["POST", "DELETE"])
@never_cache
def push(request: HttpRequest) -> HttpResponse:
    """This browser can be woken from now on, or no more."""
    if not request.user.is_authenticated:
        return HttpResponse(status=UNAUTHORISED)
    login = str(request.session.session_key)
    if request.method == "DELETE":
        unsubscribe(login)
        return HttpResponse(status=NONE)
    try:
        subscribe(member_of(request), login, _said(request), language())
    except ProtocolError as error:
        return JsonResponse({"errors": [{"field": "endpoint", "reason": str(error.reason)}]}, status=BAD)
    return HttpResponse(status=NONE)


def _said(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        return None


@require_POST
@never_cache
def test(request: HttpRequest) -> HttpResponse:
    """A notice to the member's own browsers, by the way that real ones go."""
    if not request.user.is_authenticated:
        return HttpResponse(status=UNAUTHORISED)
    member = member_of(request)
    if not PushSubscription.objects.filter(member=member).exists():
        reason = _("Switch on the notices of this device first.")
        return JsonResponse({"errors": [{"field": "", "reason": reason}]}, status=BAD)
    outbox.note_test(member.pk, Notice.Route.PUSH, "test")
    return HttpResponse(status=202)


@require_POST
@never_cache
def told_elsewhere(request: HttpRequest) -> HttpResponse:
    """Whether robots and text messages tell the agent too."""
    if not request.user.is_authenticated:
        return HttpResponse(status=UNAUTHORISED)
    wanted = _said(request)
    if not isinstance(wanted, bool):
        return JsonResponse({"errors": [{"field": "", "reason": _("Say true or false.")}]}, status=BAD)
    elsewhere.choose(member_of(request), wanted)
    return HttpResponse(status=NONE)
