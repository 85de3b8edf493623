"""新手指引 (D11): what a desk needs before its first visitor; each step is ticked off by the rows themselves."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Group, Member, Role
from chatbot.models import Entry, Library, Release
from sessions_flow.models import Channel, Prompts, Session


@dataclass(frozen=True)
class Step:
    title: str
    link: str
    is_done: bool


def checklist() -> list[Step]:
    """In the order of work; empty once everything is done."""
    wanted: list[tuple[str, str, Any]] = [
        (_("Set up a channel"), "sessions_flow_channel_add", Channel.objects.filter(is_active=True)),
        (_("Add your agents"), "accounts_member_add", Member.objects.present().exclude(role=Role.SUPER_ADMIN)),
        (_("Put them into groups"), "accounts_group_add", Group.objects.present().filter(members__deleted_at=None)),
        (_("Write the welcome"), "sessions_flow_prompts_changelist", Prompts.objects.exclude(welcome="")),
        (_("Teach the bot answers"), "chatbot_entry_add", Entry.objects.filter(library=Library.QA)),
        (_("Publish the bot"), "chatbot_release_publish", Release.objects.filter(state=Release.State.PUBLISHED)),
        (_("Say hello as a visitor"), "index", Session.objects.all()),
    ]
    steps = [Step(title, reverse(f"admin:{page}"), rows.exists()) for title, page, rows in wanted]
    return [] if all(step.is_done for step in steps) else steps
