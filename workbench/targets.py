"""How long a visitor may wait for an answer, by the targets of the settings, and since when he does."""

from dataclasses import dataclass
from datetime import datetime

from routing.models import Reception
from sessions_flow.models import Conversation
from sessions_flow.models.settings import current


@dataclass(frozen=True, slots=True)
class Target:
    """`seconds` 0: no target. `waits_since` None: he does not wait."""

    seconds: int
    waits_since: datetime | None
    is_first: bool


def target_of(conversation: Conversation, accepted_at: datetime | None, *, is_over: bool = False) -> Target:
    """Of a session whose agent took it at `accepted_at`."""
    rules = current(Reception)
    said, answered = conversation.visitor_at, conversation.agent_at
    is_first = accepted_at is not None and (answered is None or answered < accepted_at)
    waits_since = accepted_at if is_first else said if said and answered and said > answered else None
    seconds = rules.first_reply_seconds if is_first else rules.next_reply_seconds
    return Target(seconds, None if is_over else waits_since, is_first)
