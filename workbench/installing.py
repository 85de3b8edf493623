"""What makes the workbench an app on a phone or a desktop: manifest, worker and the page that stands in without a
network. Open to everybody: nothing here knows who asks, and the worker keeps no page but that one."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sessions_flow.doors.frames import language_of
from sessions_flow.doors.pages import html_language, script_json, script_source

WORKER = "workbench/worker.js"
BLUE, CANVAS = "#1f5fd9", "#f3f5f8"
OFFLINE_FILES = ("base.css", "workbench/offline.css", "workbench/offline.js", "workbench/mark.svg")


def asked_language(request: HttpRequest) -> str:
    """`?language=`: browsers fetch these without a cookie, and keep them by their address."""
    return language_of(request.GET.dict())


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Its scope is the whole desk, so that the login stays inside the app."""
    language = asked_language(request)
    with translation.override(language):
        response = JsonResponse(_manifest(language), json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/manifest+json"
    response["Cache-Control"] = "no-cache"
    return response


def _manifest(language: str) -> dict[str, Any]:
    home = reverse("workbench:home")
    return {
        "id": home,
        "name": f"{_('Workbench')} · {_('Service desk')}",
        "short_name": _("Workbench"),
        "description": _("Serve your visitors from this device; notices arrive while it is in the background."),
        "lang": html_language(language),
        "start_url": home,
        "scope": "/",
        "display": "standalone",
        "theme_color": BLUE,
        "background_color": CANVAS,
        "categories": ["business", "productivity"],
        "icons": [
            _icon("workbench/icons/icon-192.png", "192x192"),
            _icon("workbench/icons/icon-512.png", "512x512"),
            _icon("workbench/icons/maskable-512.png", "512x512", "maskable"),
            _icon("workbench/mark.svg", "any", kind="image/svg+xml"),
        ],
        "shortcuts": [{"name": _("Service records"), "url": reverse("workbench:records")}],
    }


def _icon(name: str, sizes: str, purpose: str = "any", kind: str = "image/png") -> dict[str, str]:
    return {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Below /workbench/, which is its scope; another version of its files is another worker."""
    language = asked_language(request)
    with translation.override(language):
        boot = script_json(_boot(language))
    body = f"(function (boot) {{\n{script_source(WORKER)}\n}})({boot});\n"
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _boot(language: str) -> dict[str, Any]:
    files = [static(name) for name in OFFLINE_FILES]
    return {
        "home": reverse("workbench:home"),
        "offline": f"{reverse('workbench:offline')}?language={language}",
        "files": files,
        "cache": f"workbench-{hashlib.sha256(' '.join([language, *files]).encode()).hexdigest()[:12]}",
        "icon": static("workbench/icons/icon-192.png"),
        "badge": static("workbench/icons/badge-96.png"),
        "strings": {"title": _("Workbench"), "body": _("Something is waiting for you.")},
    }


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The start page without a network; the worker keeps a copy."""
    with translation.override(asked_language(request)):
        response = render(request, "workbench/offline.html")
    response["Cache-Control"] = "no-cache"
    return response
