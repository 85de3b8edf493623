"""Pages that the console's search knows by their words in every language: navigation, tabs, settings (M6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cs_project.console import NAVIGATION, UNFOLD
from cs_project.settings_page import SECTIONS, Section

MOST = 8


@dataclass(frozen=True)
class Place:
    """`words` and `around` are its title, and that with what it is within, in every language; `labels` what is set
    there, each with its words in every language."""

    title: Any
    within: Any
    link: str
    words: str
    around: str
    model: Any = None
    labels: tuple[tuple[Any, str], ...] = ()

    def match(self, terms: list[str]) -> tuple[int, Any] | None:
        """How far from its title all the terms were found, and the label that has them."""
        if all(term in self.words for term in terms):
            return 0, ""
        if all(term in self.around for term in terms):
            return 1, ""
        labelled = (label for label, words in self.labels if all(term in f"{self.around} {words}" for term in terms))
        label = next(labelled, None)
        return None if label is None else (2, label)


def fold(words: str) -> str:
    """time-out, Timeout and timeout are the same."""
    return words.casefold().replace("-", "")


def in_every_language(text: Any) -> str:
    said = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said.append(str(text))
    return fold(" ".join(said))


def found_places(request: HttpRequest, words: str) -> list[tuple[Place, Any]]:
    """The nearest ones first, each with the label that was found in it, if any."""
    terms = fold(words).split()
    matches = [(match, place) for place in places() if (match := place.match(terms)) and may_open(request, place)]
    matches.sort(key=lambda found: found[0][0])
    return [(place, label) for (_rank, label), place in matches[:MOST]]


def may_open(request: HttpRequest, place: Place) -> bool:
    page = admin.site._registry[place.model] if place.model else console_pages().get(urlsplit(place.link).path)
    return page is None or page.has_view_permission(request)


@cache
def console_pages() -> dict[str, Any]:
    """Those of rows, by the address of their lists."""
    return {list_of(model): page for model, page in admin.site._registry.items()}


def list_of(model: Any) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")


@cache
def navigation() -> dict[str, dict[str, Any]]:
    """Its entries by their addresses."""
    return {str(item["link"]): {**item, "within": group.get("title", "")} for group in NAVIGATION
            for item in group["items"]}  # fmt: skip


@cache
def places() -> tuple[Place, ...]:
    """Each address once, under the word that comes first."""
    known: dict[str, Place] = {}
    for place in (*_of_navigation(), *_of_settings(), *_of_tabs()):
        known.setdefault(place.link, place)
    return tuple(known.values())


def _of_navigation() -> Iterator[Place]:
    for link, item in navigation().items():
        yield _place(item["title"], item["within"], link)
    for item in UNFOLD["ACCOUNT"]["navigation"]:  # type: ignore[index]
        yield _place(item["title"], "", str(item["link"]))


def _of_settings() -> Iterator[Place]:
    for section in SECTIONS:
        link = f"{reverse('settings')}#{section.name}"
        name = section.model._meta.verbose_name
        yield _place(name, _("Settings"), link, model=section.model, labels=_labels(section))
        for title, page in section.further:
            yield _place(title, name, reverse(f"admin:{page}_changelist"))


def _of_tabs() -> Iterator[Place]:
    """Those that are no section of the settings."""
    sections = {list_of(section.model) for section in SECTIONS}
    for row in UNFOLD["TABS"]:  # type: ignore[attr-defined]
        within = row["items"][0]["title"]
        for item in row["items"]:
            if str(item["link"]) not in sections:
                yield _place(item["title"], within, str(item["link"]))


def _labels(section: Section) -> tuple[tuple[Any, str], ...]:
    """Of its parts and fields, as the page shows them."""
    page = admin.site._registry[section.model]
    names = [str(name) for _title, options in page.fieldsets or () for name in options["fields"]]
    labels = [title for title, _options in page.fieldsets or () if title]
    labels += [_label(page, name) for name in names if name not in section.elsewhere]
    return tuple((label, in_every_language(label)) for label in labels)


def _label(page: Any, name: str) -> Any:
    declared = page.form.declared_fields.get(name)
    return declared.label if declared and declared.label else page.opts.get_field(name).verbose_name


def _place(title: Any, within: Any, link: str, **more: Any) -> Place:
    words = in_every_language(title)
    return Place(title, within, link, words, f"{words} {in_every_language(within)}", **more)
