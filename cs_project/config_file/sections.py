"""What the file holds: settings of which there is one, and lists whose rows are known by names, never by numbers.

Secrets, pictures and files, members and numbers of the installation (ids, webAppId) are not in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from accounts.models import Group
from routing.models import Distribution, GroupHours, Overflow, Reception, SkillRule, SpecialDay, WorkHours
from sessions_flow.models import Channel, ChannelPrompts, Closing, FormField, Prompts, RatingRules
from workbench.models import QuickFolder, QuickReply, WrapUpCategory

VERSION = 1
SINGLES: dict[str, Any] = {
    "prompts": Prompts, "distribution": Distribution, "reception": Reception, "hours": WorkHours,
    "closing": Closing, "rating": RatingRules,
}  # fmt: skip
SECRET = {"callback_secret"}
CHANNEL = ("kind", "name", "accent", "position", "greeting", "greeting_seconds", "flashes_title", "form_intro",
           "message_form", "allowed_sites", "is_active")  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """`key`: the fields that say which row is meant. `rows` are those that the desk shares and shows."""

    model: Any
    key: tuple[str, ...]
    fields: tuple[str, ...]
    rows: Callable[[], models.QuerySet[Any]]

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.key, *self.fields)


LISTS: dict[str, Rows] = {  # in an order in which what a row names is there already
    "groups": Rows(Group, ("name",), ("most_per_agent",), Group.objects.present),
    "channels": Rows(Channel, ("service_account",), CHANNEL, Channel.objects.all),
    "form_fields": Rows(FormField, ("channel", "label"), ("place", "kind", "options", "is_required", "position"),
                        FormField.objects.all),
    "channel_prompts": Rows(ChannelPrompts, ("channel",), ("welcome", "connecting", "connected", "failed", "queueing"),
                            ChannelPrompts.objects.all),
    "skill_rules": Rows(SkillRule, ("variable", "value", "group", "priority", "position"), (), SkillRule.objects.all),
    "overflows": Rows(Overflow, ("group",), ("to",), Overflow.objects.all),
    "group_hours": Rows(GroupHours, ("group",), ("week",), GroupHours.objects.all),
    "special_days": Rows(SpecialDay, ("day", "group"), ("name", "ranges"), SpecialDay.objects.all),
    "wrap_up_categories": Rows(WrapUpCategory, ("name",), ("position",), WrapUpCategory.objects.all),
    "quick_folders": Rows(QuickFolder, ("name",), ("position",), lambda: QuickFolder.objects.filter(owner=None)),
    "quick_replies": Rows(QuickReply, ("folder", "title"), ("content", "position"),
                          lambda: QuickReply.objects.filter(folder__owner=None)),
}  # fmt: skip
REFERENCES: dict[Any, tuple[str, Callable[[], models.QuerySet[Any]]]] = {
    Group: ("name", Group.objects.present),
    Channel: ("service_account", Channel.objects.all),
    QuickFolder: ("name", lambda: QuickFolder.objects.filter(owner=None)),
}


def fields_of(single: Any) -> list[str]:
    return [field.name for field in single._meta.concrete_fields if not field.primary_key and field.name not in SECRET]
