"""The visitor's page (H5 link and frame, M16, U2) and the loader script that host sites include (M22)."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from rjsmin import jsmin

from sessions_flow.doors.frames import LANGUAGES
from sessions_flow.doors.strings import chat_strings, loader_strings
from sessions_flow.models import Channel, Prompts
from sessions_flow.models.settings import current

WEB_APP_ID = re.compile("[0-9a-f]{32}")
# The emoji picker styles its shadow tree with one <style>; its hash (1.29.1) changes with the version.
EMOJI_STYLE = "'sha256-rg2BpwZ4T9EADaas/dlxn0KsISPDXXIabE9pnJ++3UQ='"
# fmt: off
MODULES = (
    *(f"messages/{name}.js" for name in (
        "cards", "choices", "dom", "emoji", "events", "inline", "linkify", "markdown", "media", "preview", "rating",
        "recall", "render", "state", "stream", "time", "url", "vote",
    )),
    *(f"webchat/{name}.js" for name in (
        "accent", "attach", "banner", "client/ids", "client/outbox", "client/socket", "client/standing", "client/store",
        "composer", "csdesk-client", "earlier", "embed", "page", "reader", "status", "timeline", "typing", "unread",
    )),
)
# fmt: on


@require_safe
@gzip_page
@xframe_options_exempt
def chat_page(request: HttpRequest) -> HttpResponse:
    """The chat of the channel `webAppId`; 404 with advice when there is none."""
    language = page_language(request)
    with translation.override(language):
        channel = find_channel(request)
        if channel is None:
            page = {"language": html_language(language)}
            return render(request, "sessions_flow/chat_unavailable.html", page, status=404)
        context = {"page": page_data(channel, language), "embedded": "embed" in request.GET}
        context["modules"] = [static(name) for name in MODULES]
        context["greeting"] = channel.greeting or _("Hello! How can we help you?")
        response = render(request, "sessions_flow/chat.html", context)
    # django-csp reads these names off the response: who may frame the page is the channel's own rule.
    hosts = ["'self'", *channel.allowed_sites] if channel.allowed_sites else ["*"]
    response._csp_replace = {"frame-ancestors": hosts}  # type: ignore[attr-defined]
    response._csp_update = {"style-src": [EMOJI_STYLE]}  # type: ignore[attr-defined]
    response["Cache-Control"] = "no-cache"
    response["Content-Language"] = html_language(language)
    return response


@require_safe
@gzip_page
def loader_script(request: HttpRequest) -> HttpResponse:
    """`imPublish.js`: a bubble and, when it is first opened, the frame."""
    channel = find_channel(request)
    if channel is None:
        body = 'console.warn("CSDesk: unknown or switched-off webAppId");\n'
        return HttpResponse(body, status=404, content_type="text/javascript; charset=utf-8")
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[html_language(language)] = loader_strings()
    asked = request.GET.get("lang", "")
    config = {
        "id": channel.web_app_id,
        "name": channel.name,
        "avatar": channel.avatar_url,
        "accent": channel.accent,
        "position": channel.position,
        "greeting": channel.greeting if channel.greeting_seconds else "",
        "greeting_ms": channel.greeting_seconds * 1000,
        "flashes": channel.flashes_title,
        "language": html_language(asked) if asked else "",
        "default_language": html_language(settings.LANGUAGE_CODE),
        "strings": texts,
    }
    body = script_source("webchat/loader.js").replace("__CONFIG__", script_json(config), 1)
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def find_channel(request: HttpRequest) -> Channel | None:
    """The active web channel that the address names."""
    web_app_id = request.GET.get("webAppId", "").lower()
    if not WEB_APP_ID.fullmatch(web_app_id):
        return None
    return Channel.objects.filter(web_app_id=web_app_id, kind="web", is_active=True).first()


def page_data(channel: Channel, language: str) -> dict[str, Any]:
    """Everything the scripts of the page know before they connect."""
    return {
        "web_app_id": channel.web_app_id,
        "channel": {
            "name": channel.name,
            "avatar": channel.avatar_url,
            "accent": channel.accent,
            "form_intro": channel.form_intro,
        },
        "language": html_language(language),
        "hand_over_text": current(Prompts).hand_over_word(language),
        "strings": chat_strings(),
        "urls": {"forms": static("webchat/forms.css"), "emoji": emoji_urls(language)},
    }


def emoji_urls(language: str) -> dict[str, str]:
    """The picker, its texts and its data; loaded only when the emoji button is pressed."""
    texts, data = ("en", "en") if language == "en" else ("zh_CN", "zh")
    return {
        "picker": static("vendor/emoji-picker-element/picker.js"),
        "i18n": static(f"vendor/emoji-picker-element/i18n/{texts}.js"),
        "data": static(f"vendor/emoji-picker-element-data/{data}/data.json"),
    }


def page_language(request: HttpRequest) -> str:
    """`?lang=` when it names one of ours, else the visitor's active language."""
    asked = request.GET.get("lang", "").lower()
    wanted = {"zh-cn": "zh-hans", "zh": "zh-hans"}.get(asked, asked)
    active = translation.get_language() or "zh-hans"
    return wanted if wanted in LANGUAGES else ("en" if active.startswith("en") else "zh-hans")


def html_language(language: str) -> str:
    """The tag that browsers and speech know."""
    return "en" if language.startswith("en") else "zh-Hans"


@cache
def script_source(name: str) -> str:
    """A script of `static/` that the server completes before it is sent, without comments and spaces."""
    path = finders.find(name)
    assert isinstance(path, str), f"static/{name} is missing"  # noqa: S101
    return str(jsmin(Path(path).read_text(encoding="utf-8")))


def script_json(value: dict[str, Any]) -> str:
    """JSON that may stand inside a script: no `</`, no line separators."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("</", "<\\/").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
