"""What every page of the bot shows: is it on (B3), what differs from the release (B34), and 发布 (B33)."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.enums import ActionVariant

from chatbot.models import Release, Strategy
from chatbot.snapshots import difference, draft_snapshot


@dataclass(frozen=True)
class Draft:
    """The draft against the newest release. `changes` counts entries; welcome card and settings count one each."""

    is_enabled: bool
    release: Release | None
    changes: int


def draft() -> Draft:
    strategy, release = Strategy.get_solo(), Release.objects.in_force().first()
    changes = len(difference(release.snapshot if release else None, draft_snapshot()))
    return Draft(strategy.is_enabled, release, changes)


class BotPage:
    """Mixed into the pages of the bot: banner above, 发布 at the top right."""

    list_before_template = "admin/chatbot/draft.html"
    change_form_outer_before_template = "admin/chatbot/draft.html"
    actions_list: Any = ("publish_list",)
    actions_detail: Any = ("publish_detail",)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"draft": draft(), **(extra_context or {})}
        return super().changelist_view(request, context)  # type: ignore[misc]

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {"draft": draft(), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)  # type: ignore[misc]

    @action(description=_("Publish"), icon="rocket_launch", variant=ActionVariant.PRIMARY, url_path="to-publish")
    def publish_list(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:chatbot_release_publish"))

    @action(description=_("Publish"), icon="rocket_launch", variant=ActionVariant.PRIMARY, url_path="to-publish")
    def publish_detail(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:chatbot_release_publish"))
