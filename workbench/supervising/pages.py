"""The pages of 实时监控, in the workbench and in the console, for admins; what moves comes over the socket."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workbench.supervising.strings import monitor_strings
from workbench.views import config_of, member_of, page_of


@require_safe
@login_required
@never_cache
def monitor(request: HttpRequest) -> HttpResponse:
    """监控 in the workbench. For agents there is no such page."""
    member = member_of(request)
    if not member.is_staff:
        raise Http404
    context = page_of(_with_places(config_of(member)))
    return render(request, "workbench/monitor.html", {**context, "section": "monitor", "strings": monitor_strings()})


@require_safe
@never_cache
def console(request: HttpRequest) -> HttpResponse:
    """实时监控 in the console (D9); the wrapper of the admin site keeps agents out."""
    context = {
        **admin.site.each_context(request),
        "title": _("Live monitoring"),
        "strings": monitor_strings(),
        "config": _with_places(config_of(member_of(request))),
    }
    return render(request, "admin/monitor.html", context)


def _with_places(config: dict[str, Any]) -> dict[str, Any]:
    places = {"monitor": "/ws/monitor/", "workbench": reverse("workbench:home"), "page": reverse("workbench:monitor")}
    return {**config, "urls": {**config["urls"], **places}}
