"""What the audit log watches, and that nothing in it is ever changed."""

from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import pre_delete, pre_save

from accounts.audit import record
from accounts.models import Group, LoginRules, Member
from sessions_flow.actions.purging import LOGS, purge_rule

NOISE = (
    "changed_at", "created_at", "password", "last_login", "last_used_at", "used_at",
    "told_at", "failed_at", "remark", "used", "failing_since", "failures", "rests_until", "busy_until",
)  # fmt: skip
LARGE = (
    "graph",
    "draft",
    "snapshot",
    "digest",
    "sealed_key",
    "sealed_secret",
    "sealed_previous",
    "sealed_address",
)  # or secret


class AppendOnly(Exception):
    """Rows of the audit log stay as they were written."""


def watched() -> list[Any]:
    """Members, groups, channels, settings, flows, knowledge, keys."""
    from chatbot.models import Category, Entry, LabelledQuestion, Release, Strategy, WelcomeQuestion
    from routing.models import (
        Distribution,
        GroupHours,
        Overflow,
        Queueing,
        Reception,
        RestReason,
        SkillRule,
        SpecialDay,
        WorkHours,
    )
    from sessions_flow.models import (
        ApiKey,
        Channel,
        ChannelPrompts,
        Closing,
        Flow,
        FlowVersion,
        FormField,
        Prompts,
        RatingRules,
        Retention,
        WebhookEndpoint,
        Workplace,
    )
    from workbench.models import CloudKey, Embedding, NoticeRules, QuickFolder, QuickReply, Robot, WrapUpCategory

    return [
        Member, Group, LoginRules, Channel, FormField, Prompts, ChannelPrompts, Closing, RatingRules, Flow, FlowVersion,
        ApiKey, CloudKey, Embedding, WebhookEndpoint, Distribution, Reception, Queueing, RestReason, SkillRule,
        Overflow, WorkHours, GroupHours, SpecialDay, Category, Entry, Release, Strategy, WelcomeQuestion,
        LabelledQuestion, QuickFolder, QuickReply, WrapUpCategory, Workplace, Retention, NoticeRules, Robot,
    ]  # fmt: skip


def watch() -> None:
    from routing.models import Desk

    for model in watched():
        made = [
            field.name for field in model._meta.get_fields() if field.auto_created
        ]  # its number, and who points at it
        names = {field.name for field in model._meta.get_fields()}
        auditlog.register(model, exclude_fields=[*made, *(name for name in (*NOISE, *LARGE) if name in names)])
    auditlog.register(Desk, include_fields=["admin_limit", "own_limit"])  # the rest is his work
    user_logged_in.connect(logged_in, weak=False)
    user_logged_out.connect(logged_out, weak=False)
    user_login_failed.connect(login_failed, weak=False)
    pre_save.connect(refuse_change, sender=LogEntry, weak=False)
    pre_delete.connect(refuse_delete, sender=LogEntry, weak=False)
    purge_rule(LOGS, "audit log", lambda before: LogEntry.objects.filter(timestamp__lt=before), drop_entries)


def logged_in(user: Any, **_: Any) -> None:
    record("login", user, actor=user)


def logged_out(user: Any, **_: Any) -> None:
    if isinstance(user, Member):
        record("logout", user, actor=user)


def login_failed(credentials: dict[str, Any], **_: Any) -> None:
    """Of accounts that exist: what strangers type is not kept."""
    account = str(credentials.get("username") or credentials.get("email") or "")
    member = Member.objects.present().filter(account__iexact=account).first()
    if member is not None:
        record("login_failed", member)


def refuse_change(instance: LogEntry, **_: Any) -> None:
    if not instance._state.adding:
        raise AppendOnly("an entry of the audit log cannot be changed")


def drop_entries(keys: list[int]) -> int:
    """By the retention setting alone (A90); the signal above is for everybody else."""
    return LogEntry.objects.filter(pk__in=keys)._raw_delete(LogEntry.objects.db)


def refuse_delete(**_: Any) -> None:
    raise AppendOnly("an entry of the audit log cannot be deleted")
