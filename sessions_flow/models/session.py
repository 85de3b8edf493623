"""One episode in a conversation (会话), from the visitor's trigger to its end: F5, F6."""

import string
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, Member
from sessions_flow.models.conversation import Conversation

SHORTEST = 8  # characters of a SessionId that find it


class State(models.TextChoices):
    FLOW = "flow", _("with the bot")
    WAITING = "waiting", _("waiting for an agent")
    SERVING = "serving", _("in service")
    ENDED = "ended", _("ended")


MOVES = {
    State.FLOW: {State.WAITING, State.SERVING, State.ENDED},
    State.WAITING: {State.FLOW, State.SERVING, State.ENDED},
    State.SERVING: {State.WAITING, State.SERVING, State.ENDED},  # by another agent
    State.ENDED: set(),
}


class EndedBy(models.TextChoices):
    """`closeBy` of S44 (A56)."""

    CLIENT = "client", _("visitor")
    SEAT = "seat", _("agent")
    ADMIN = "admin", _("admin")
    TIMER = "timer", _("time-out")


class SessionQuerySet(models.QuerySet["Session"]):
    def running(self) -> "SessionQuerySet":
        return self.filter(ended_at=None)

    def waiting_or_served(self) -> "SessionQuerySet":
        """The visitor is with a human, or wants to be."""
        return self.filter(state__in=[State.WAITING, State.SERVING])

    def beginning_with(self, words: str) -> "SessionQuerySet":
        """Whose SessionId begins so, with dashes or without. Less than eight characters find nothing."""
        digits = words.replace("-", "")
        if not SHORTEST <= len(digits) <= 32 or not set(digits) <= set(string.hexdigits):
            return self.none()
        return self.filter(session_id__range=(uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))))


class Session(models.Model):
    session_id = models.UUIDField("SessionId", unique=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="sessions")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.FLOW)
    node = models.CharField(max_length=60, default="start")  # where in the flow
    is_asking = models.BooleanField(default=False)  # the node was entered and waits for the visitor's next message
    flow_seq = models.BigIntegerField(default=0)  # the last message the flow has dealt with
    flow_due_at = models.DateTimeField(null=True, blank=True)  # the flow has something to do since then
    flow_version = models.ForeignKey(
        "FlowVersion", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )  # chosen at the first step; none: the built-in flow
    variables = models.JSONField(default=dict, blank=True)  # what forms collected: usable in texts, seen by agents
    flow_memory = models.JSONField(default=dict, blank=True)  # the way so far; empty before the first step
    agent = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("agent")
    )
    group = models.ForeignKey(
        Group, models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("group")
    )
    opened_at = models.DateTimeField(_("opened"), db_index=True)
    waiting_since = models.DateTimeField(_("asked for a human"), null=True, blank=True)
    served_at = models.DateTimeField(_("human connected"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=8, choices=EndedBy.choices, blank=True)
    idle_due_at = models.DateTimeField(null=True, blank=True)  # closes then, unless the visitor writes (M46, W38)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(ended_at=None), name="one_running_session_per_conversation"
            ),
            models.CheckConstraint(
                condition=Q(state=State.ENDED, ended_at__isnull=False) | (~Q(state=State.ENDED) & Q(ended_at=None)),
                name="ended_sessions_have_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["flow_due_at"], condition=Q(flow_due_at__isnull=False), name="flow_due"),
            models.Index(fields=["idle_due_at"], condition=Q(idle_due_at__isnull=False), name="idle_due"),
            models.Index(fields=["agent"], condition=Q(ended_at=None), name="served_now"),
        ]

    def __str__(self) -> str:
        return str(self.session_id)

    def move(self, state: State) -> None:
        """Changes the state in memory; a move that is not in the table is a bug."""
        if state not in MOVES[State(self.state)]:
            raise ValueError(f"a session cannot go from {self.state} to {state}")
        self.state = state

    @property
    def met_routing(self) -> bool:
        """It asked for a human, or was started by one. The bot's own sessions, most of all, did not."""
        return self.waiting_since is not None or self.served_at is not None

    @property
    def is_rated(self) -> bool:
        rating = getattr(self, "rating", None)  # a session without a card has none
        return rating is not None and rating.rated_at is not None

    def as_wire(self) -> dict[str, Any]:
        """The session object of docs/wire.md. Reads agent and group: select_related them."""
        return {
            "id": str(self.session_id),
            "state": self.state,
            "agent": agent_as_wire(self.agent) if self.agent_id else None,
            "group": {"id": self.group_id, "name": self.group.name} if self.group else None,
            "opened_at": milliseconds(self.opened_at),
            "served_at": milliseconds(self.served_at),
            "ended_at": milliseconds(self.ended_at),
            "ended_by": self.ended_by,
            "rateable": self.served_at is not None and not self.is_rated,
        }


def agent_as_wire(member: Member | None) -> dict[str, str] | None:
    if member is None:
        return None
    return {"id": member.public_id, "name": member.nickname, "staff_no": member.staff_no, "avatar": member.avatar}


def milliseconds(instant: Any) -> int | None:
    return round(instant.timestamp() * 1000) if instant else None
