"""What every page of the bot shows: is it on (B3), what differs from the release (B34), 停用/启用 (B2), 发布 (B33)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.models import Member
from chatbot.models import Entry, Release, Strategy
from chatbot.snapshots import draft_welcome_rows, settings_in, settings_of
from chatbot.strings import console_strings


@dataclass(frozen=True)
class Draft:
    """The draft against the newest release. `changes` counts entries; welcome card and settings count one each."""

    is_enabled: bool
    release: Release | None
    changes: int


def draft() -> Draft:
    """Counted by the database, whatever the size of the base: these queries stand on every page of the bot."""
    strategy = Strategy.get_solo()
    release = Release.objects.in_force().defer("snapshot").first()
    if release is None:
        return Draft(strategy.is_enabled, None, int(Entry.objects.enabled().exists()))
    welcome, settings = _settings_of(release.pk)
    changes = changed_since(release)
    changes += draft_welcome_rows() != welcome
    changes += settings_in(strategy) != settings
    return Draft(strategy.is_enabled, release, changes)


def changed_since(release: Release) -> int:
    """Entries touched since the draft looked like the release; those that came and went meanwhile are not counted."""
    since = release.snapshot_at or release.published_at
    touched = Entry.with_deleted.filter(changed_at__gt=since)
    return touched.exclude(Q(created_at__gt=since) & Q(deleted_at__isnull=False)).count()


@lru_cache(maxsize=8)
def _settings_of(release_pk: int) -> tuple[Any, Any]:
    """A release never changes, and its snapshot may be long."""
    row = Release.objects.filter(pk=release_pk).values_list("snapshot__welcome", "snapshot__settings").get()
    return row[0], settings_of({"settings": row[1]})


def by(request: HttpRequest) -> Member:
    """Who does it: the admin site lets nobody else in."""
    return cast(Member, request.user)


def bot_context() -> dict[str, Any]:
    return {"draft": draft(), "bot_strings": console_strings()}


class BotPage:
    """Mixed into the pages of the bot: badge beside the title, buttons at the top right, the banner above."""

    change_list_template: ClassVar[Any] = "admin/chatbot/change_list.html"
    change_form_template: ClassVar[Any] = "admin/chatbot/change_form.html"
    list_before_template = "admin/chatbot/draft.html"
    change_form_outer_before_template = "admin/chatbot/draft.html"

    def page(self, request: HttpRequest, template: str, title: Any, **context: Any) -> TemplateResponse:
        found: TemplateResponse = super().page(request, template, title, **{**bot_context(), **context})  # type: ignore[misc]
        return found

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {**bot_context(), **(extra_context or {})}
        return super().changelist_view(request, context)  # type: ignore[misc]

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {**bot_context(), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)  # type: ignore[misc]
