"""Which group and which priority a session has by what is known of it. Beyond the document; no rules, no effect."""

from typing import Any

from routing.models import Reception, SkillRule
from sessions_flow.models import Conversation, Session
from sessions_flow.models.settings import current


def facts_of(conversation: Conversation, variables: dict[str, Any]) -> dict[str, str]:
    """What rules may name: language, channel, the visitor's attributes, the flow's variables (form answers)."""
    visitor = conversation.visitor
    known = {**visitor.attributes, **variables, "language": visitor.language, "channel": conversation.channel.name}
    return {name: str(value).strip() for name, value in known.items() if value not in (None, "")}


def matching(facts: dict[str, str]) -> list[SkillRule]:
    """The rules that hold, in the admin's order."""
    rules = SkillRule.objects.select_related("group")
    return [rule for rule in rules if facts.get(rule.variable, "").lower() == rule.value.strip().lower()]


def priority_of(session: Session) -> int:
    """The largest of the matching rules, and what the VIP attribute says on top."""
    facts = facts_of(session.conversation, session.variables)
    by_rules = max((rule.priority for rule in matching(facts)), default=0)
    return by_rules + _vip(facts.get(current(Reception).vip_attribute, ""))


def _vip(said: str) -> int:
    if said.lower() in ("", "0", "false", "no", "否"):
        return 0
    return min(int(said), 100) if said.isdecimal() else 1
