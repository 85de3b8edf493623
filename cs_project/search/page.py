"""The console's search (M6): one field for members, groups, customers, sessions, knowledge and pages.

docs/decisions/0033 says why it is not the theme's."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cs_project.search.places import found_places, list_of
from cs_project.search.rows import SHORTEST_NAME, Hit, Kind, found_rows
from routing.models import Assignment
from workbench.models import Customer

LONGEST = 100  # characters


@require_safe
@never_cache
def search_page(request: HttpRequest) -> HttpResponse:
    """`q` is looked for. With `part` the answer is what the dialog shows; without it is a page."""
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]
    context: dict[str, Any] = {"words": words, "longest": LONGEST}
    if words:
        kinds = [*_pages(request, words), *found_rows(request, words)]
        count = sum(len(kind.hits) for kind in kinds)
        context |= {"kinds": kinds, "count": count, "further": list(_further(request, words))}
        context["is_short"] = len(words) < SHORTEST_NAME
    if "part" in request.GET:
        return TemplateResponse(request, "admin/parts/found.html", context)
    shared = {**admin.site.each_context(request), "title": _("Search the console")}
    return TemplateResponse(request, "admin/search.html", {**shared, **context})


def _pages(request: HttpRequest, words: str) -> Iterator[Kind]:
    hits = [
        Hit(capfirst(str(place.title)), [capfirst(str(place.within)), str(label)], place.link)
        for place, label in found_places(request, words)
    ]
    if hits:
        yield Kind(_("Pages and settings"), "web_asset", hits)


def _further(request: HttpRequest, words: str) -> Iterator[tuple[str, str]]:
    """Searches that take longer, on pages of their own: (what is searched, address)."""
    searches = ((Assignment, _("What was said in service records")), (Customer, _("Attributes of customers")))
    for model, title in searches:
        if admin.site._registry[model].has_view_permission(request):
            yield title, f"{list_of(model)}?{urlencode({'q': words})}"
