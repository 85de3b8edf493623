"""Demo data: a channel, the service account, an admin, two agents, and a bot that knows this product."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

import chatbot
from accounts.actions import create_member, create_super_admin, random_password, super_admin_account
from accounts.models import Member, Role
from chatbot.actions import load_chitchat, publish
from chatbot.models import Category, Entry, Library, Release, WelcomeQuestion
from sessions_flow.models import Channel
from sessions_flow.models.channel import DEFAULT_ACCOUNT

AGENTS = (("alice@example.com", "小艾 Alice", "00790"), ("bob@example.com", "小博 Bob", "00791"))
PRESETS = Path(chatbot.__file__).parent / "presets"


@dataclass(frozen=True)
class Demo:
    web_app_id: str
    password: str  # empty when it was printed at an earlier start
    logins: tuple[tuple[str, str], ...]  # (role, account), admin first


@transaction.atomic
def load_demo() -> Demo:
    """Adds what is missing and changes nothing that is there. DEMO_PASSWORD, where set, is everybody's password."""
    channel, _ = Channel.objects.get_or_create(service_account=DEFAULT_ACCOUNT)
    logins = (("admin", super_admin_account()), *(("agent", account) for account, _, _ in AGENTS))
    is_first = not Member.objects.exists()
    password = settings.DEMO_PASSWORD or (random_password() if is_first else "")
    if password:
        create_super_admin(password)
        for account, nickname, staff_no in AGENTS:
            _agent(account, nickname, staff_no, password)
    load_presets()
    return Demo(channel.web_app_id, password, logins)


def _agent(account: str, nickname: str, staff_no: str, password: str) -> None:
    member = Member.objects.present().filter(account=account).first()
    if member is None:
        create_member(account=account, nickname=nickname, role=Role.AGENT, password=password, staff_no=staff_no)
    elif not member.check_password(password):
        member.set_password(password)
        member.save(update_fields=["password"])


def load_presets() -> None:
    """B14: the preset questions in both languages, published once; what an admin changed stays (A74)."""
    load_chitchat()
    if Release.objects.exists() or Entry.objects.of(Library.QA).exists():
        return
    for path in sorted(PRESETS.glob("*.json"), reverse=True):
        preset = json.loads(path.read_text(encoding="utf-8"))
        category, _ = Category.objects.get_or_create(name=preset["category"])
        for position, row in enumerate(preset["entries"]):
            Entry.objects.create(
                category=category,
                question=row["question"],
                similar=row["similar"],
                answer=row["answer"],
                is_rich=row.get("rich", False),
            )
            if row.get("welcome"):
                WelcomeQuestion.objects.create(text=row["question"], language=preset["language"], position=position)
    publish()
