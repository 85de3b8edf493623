"""The agent SDK inside other companies' pages (S1 to S15): the script behind SdkURL, and the page in its frame.

The script is served once, bound to one agent and to the origin that asked. It carries the key of a login session, which
lives in the page's memory and goes to the frame by postMessage: no cookies on other people's sites.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from accounts.logins import end_login, key_of_header, member_of_login, open_login
from accounts.models import Member
from sessions_flow.doors.frames import LANGUAGES
from sessions_flow.doors.pages import EMOJI_STYLE, script_json, script_source
from sessions_flow.models.settings import current
from workbench.models import Embedding, Ticket
from workbench.models.ticket import claim
from workbench.views import config_of, page_of

SCRIPT = "sdk/tccc.js"
ORIGIN_SALT = "sdk-origin"
FORBIDDEN, GONE = 403, 410


@require_GET
@never_cache
def sdk_script(request: HttpRequest, token: str) -> HttpResponse:
    """`window.tccc` for the first who asks in time. A page that comes late gets a script that says so (tokenExpired,
    S39); whoever asks without a page gets 410. A site that is not allowed gets 403, and the ticket stays good."""
    origin = origin_of(request)
    if not current(Embedding).allows(origin):
        return _script(origin, f"console.error({json.dumps(_('This site may not embed the workbench.'))});", FORBIDDEN)
    member = claim(token, Ticket.Purpose.SDK, timezone.now())
    if member is None:
        is_page = request.headers.get("Sec-Fetch-Dest") == "script"
        boot = {"error": _("The SdkURL has expired, or was used already. Ask your server for a new one.")}
        return _script(origin, _source(boot), 200 if is_page else GONE)
    return _script(origin, _source(_boot(request, member, origin)))


def origin_of(request: HttpRequest) -> str:
    """The page's origin: browsers send it for `crossorigin` scripts of other sites, else a Referer."""
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    parts = urlsplit(said)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""


def _boot(request: HttpRequest, member: Member, origin: str) -> dict[str, Any]:
    """What the script knows: whom it serves, and the frame that may stand in this origin alone."""
    frame = f"{settings.PUBLIC_URL}{reverse('workbench:embedded')}?for={signing.dumps(origin, salt=ORIGIN_SALT)}"
    return {
        "desk": settings.PUBLIC_URL,
        "frame": frame,
        "login": open_login(member, request.META),
        "member": {"id": member.public_id, "name": member.nickname, "account": member.account, "avatar": member.avatar},
        "strings": {
            "title": _("Workbench"),
            "open": _("Open the workbench"),
            "close": _("Close the workbench"),
            "lost": _("The workbench does not answer. Please try again."),
            "ended": _("You are logged out, or logged in somewhere else."),
        },
    }


def _source(boot: dict[str, Any]) -> str:
    """The script with what it knows in front of it."""
    return f"(function (boot) {{\n{script_source(SCRIPT)}\n}})({script_json(boot)});\n"


def _script(origin: str, source: str, status: int = 200) -> HttpResponse:
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8", status=status)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Referrer-Policy"] = "no-referrer"
    patch_vary_headers(response, ["Origin"])
    if origin:
        response["Access-Control-Allow-Origin"] = origin
    return response


@require_GET
@never_cache
@xframe_options_exempt
def embedded(request: HttpRequest) -> HttpResponse:
    """The workbench for the frame. It shows nothing until the script around it sends a login; only pages of the origin
    that the script was given to may frame it."""
    try:
        origin = str(signing.loads(request.GET.get("for", ""), salt=ORIGIN_SALT))
    except signing.BadSignature:
        return render(request, "403.html", status=FORBIDDEN)
    wanted = request.GET.get("language")
    with translation.override(wanted if wanted in LANGUAGES else translation.get_language()):
        response = render(request, "workbench/embedded.html", page_of(_frame_config(origin)))
    # django-csp reads these names off the response
    response._csp_replace = {"frame-ancestors": [origin] if origin else ["'self'"]}  # type: ignore[attr-defined]
    response._csp_update = {"style-src": [EMOJI_STYLE]}  # type: ignore[attr-defined]
    return response


@csrf_exempt
@require_http_methods(["GET", "DELETE"])
@never_cache
def embedded_login(request: HttpRequest) -> HttpResponse:
    """`Authorization: Login <key>`: 204 while the login holds; DELETE ends it. The header is the proof."""
    key = key_of_header(request.headers.get("Authorization", ""))
    if member_of_login(key) is None:
        return HttpResponse(status=401)
    if request.method == "DELETE":
        end_login(key)
    return HttpResponse(status=204)


def _frame_config(origin: str) -> dict[str, Any]:
    config = config_of(None)
    urls = config["urls"] | {"socket": "/ws/workbench/?embedded", "embeddedLogin": reverse("workbench:embedded_login")}
    return config | {"host": origin, "urls": urls}
