"""What the file holds: settings of which there is one, and lists whose rows are known by names, never by numbers.

Secrets, pictures and files, members and numbers of the installation (ids, webAppId) are not in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.actions import demand_second_factor
from accounts.models import Group, LoginRules
from chatbot.models import Category, Entry, LabelledQuestion, Library, Strategy, WelcomeQuestion
from routing.models import (
    Distribution,
    GroupHours,
    Overflow,
    Reception,
    RestReason,
    SkillRule,
    SpecialDay,
    WorkHours,
)
from sessions_flow.models import (
    Channel,
    ChannelPrompts,
    Closing,
    FormField,
    Prompts,
    RatingRules,
    Retention,
    WebhookEndpoint,
    Workplace,
)
from workbench.models import Embedding, NoticeRules, QuickFolder, QuickReply, Robot, WrapUpCategory

VERSION = 1
ALL = models.Q()
SINGLES: dict[str, Any] = {
    "prompts": Prompts, "distribution": Distribution, "reception": Reception, "hours": WorkHours,
    "closing": Closing, "rating": RatingRules, "workplace": Workplace, "retention": Retention,
    "notices": NoticeRules, "login": LoginRules, "agent_sdk": Embedding, "bot": Strategy,
}  # fmt: skip
SECRET = {"callback_secret"}
AFTER: dict[Any, Callable[[Any], None]] = {LoginRules: demand_second_factor}  # what the page does, too
CHANNEL = ("kind", "name", "accent", "position", "greeting", "greeting_seconds", "flashes_title", "form_intro",
           "message_form", "allowed_sites", "is_active")  # fmt: skip


def as_it_is(row: Any) -> None:
    """Nothing to do before it is saved."""


def one_default(row: Category) -> None:
    """The file's 未分类 takes the place of the one that is there under another name."""
    others = Category.objects.of(row.library).filter(is_default=True).exclude(pk=row.pk)
    for other in others if row.is_default else ():
        other.is_default = False
        other.save()


def ready_to_send(row: WebhookEndpoint) -> None:
    """With a secret of its own, which “new secret” in the console replaces by one that somebody sees."""
    if not row.sealed_secret:
        row.renew(timezone.now())
    if row.is_enabled:
        row.start_anew()


@dataclass(frozen=True)
class Rows:
    """`key`: the fields that say which row is meant. `rows` are those that the desk shares and shows, of which the
    file holds those of `kept`. Rows that we ship are changed only: `are_ours`."""

    model: Any
    key: tuple[str, ...]
    fields: tuple[str, ...]
    rows: Callable[[], models.QuerySet[Any]]
    kept: models.Q = ALL
    are_ours: bool = False
    prepare: Callable[[Any], None] = as_it_is

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.key, *self.fields)

    def found(self) -> models.QuerySet[Any]:
        """With the rows that they name."""
        related = [name for name in self.names if self.model._meta.get_field(name).is_relation]
        return self.rows().select_related(*related) if related else self.rows()


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
    "rest_reasons": Rows(RestReason, ("name",), ("position",), RestReason.objects.all),
    "wrap_up_categories": Rows(WrapUpCategory, ("name",), ("position",), WrapUpCategory.objects.all),
    "quick_folders": Rows(QuickFolder, ("name",), ("position",), lambda: QuickFolder.objects.filter(owner=None)),
    "quick_replies": Rows(QuickReply, ("folder", "title"), ("content", "position"),
                          lambda: QuickReply.objects.filter(folder__owner=None)),
    "robots": Rows(Robot, ("kind", "name"), ("is_enabled",), Robot.objects.all),
    "webhooks": Rows(WebhookEndpoint, ("name", "url"), ("events", "is_enabled"), WebhookEndpoint.objects.all,
                     prepare=ready_to_send),
    # A folder's path begins with that of the one above it: sorted, as they are written, parents come first.
    "categories": Rows(Category, ("library", "parent", "name"), ("is_default", "is_enabled"),
                       lambda: Category.objects.exclude(library=Library.PRESET), prepare=one_default),
    "entries": Rows(Entry, ("library", "question"), ("category", "similar", "answer", "is_rich", "is_enabled"),
                    lambda: Entry.objects.exclude(library=Library.PRESET)),
    "preset_categories": Rows(Category, ("preset",), ("is_enabled",), lambda: Category.objects.of(Library.PRESET),
                              kept=models.Q(is_enabled=False), are_ours=True),
    "preset_entries": Rows(Entry, ("preset",), ("answer", "is_edited", "is_enabled"),
                           lambda: Entry.objects.of(Library.PRESET),
                           kept=models.Q(is_edited=True) | models.Q(is_enabled=False), are_ours=True),
    "welcome_questions": Rows(WelcomeQuestion, ("text", "language"), ("position",), WelcomeQuestion.objects.all),
    "labelled_questions": Rows(LabelledQuestion, ("text",), ("entry",), LabelledQuestion.objects.all),
}  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """What the file calls a row, and the rows that are called so."""

    name: Callable[[Any], str]
    called: Callable[[str], models.QuerySet[Any]]


REFERENCES: dict[Any, Reference] = {
    Group: Reference(str, lambda name: Group.objects.present().filter(name=name)),
    Channel: Reference(
        lambda channel: str(channel.service_account), lambda name: Channel.objects.filter(service_account=name)
    ),
    QuickFolder: Reference(str, lambda name: QuickFolder.objects.filter(owner=None, name=name)),
    Category: Reference(
        lambda category: f"{category.library}:{category.path}",
        lambda name: _in_library(Category.objects.all(), "path", name),
    ),
    Entry: Reference(
        lambda entry: f"{entry.library}:{entry.question}",
        lambda name: _in_library(Entry.objects.all(), "question", name),
    ),
}


def _in_library(rows: models.QuerySet[Any], field: str, name: str) -> models.QuerySet[Any]:
    """`qa:…`: a text means the same thing once in each library only."""
    library, _colon, text = name.partition(":")
    return rows.filter(library=library, **{field: text})


def fields_of(single: Any) -> list[str]:
    return [field.name for field in single._meta.concrete_fields if not field.primary_key and field.name not in SECRET]
