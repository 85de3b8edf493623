"""Counts behind the boards (数据看板): one row per hour or day of the configured zone, channel, group and agent."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from solo.models import SingletonModel

ALL, NONE = 0, -1  # instead of a channel's, group's or agent's key: of all together; of none


class Span(models.TextChoices):
    HOUR = "hour", _("hour")
    DAY = "day", _("day")


class Rollup(models.Model):
    """Sums only, so that rows may be added up; spans in milliseconds. docs/boards.md says what belongs to which row.

    Keys are no foreign keys: what was counted outlives the channel, the group and the sessions.
    """

    span = models.CharField(max_length=4, choices=Span.choices)
    at = models.DateTimeField()  # when the hour or the day begins
    day = models.DateField()
    hour = models.PositiveSmallIntegerField(null=True)  # on the clock, 0 to 23; a day has none
    channel = models.BigIntegerField()
    group = models.BigIntegerField()
    agent = models.BigIntegerField()

    # Sessions, by their opening
    sessions = models.PositiveIntegerField(default=0)
    bot_only = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)  # for a human
    served = models.PositiveIntegerField(default=0)
    abandoned = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    wait_ms = models.BigIntegerField(default=0)
    timed_out = models.PositiveIntegerField(default=0)
    visitor_messages = models.PositiveIntegerField(default=0)
    agent_messages = models.PositiveIntegerField(default=0)
    bot_messages = models.PositiveIntegerField(default=0)
    questions = models.PositiveIntegerField(default=0)
    hits = models.PositiveIntegerField(default=0)
    guides = models.PositiveIntegerField(default=0)
    misses = models.PositiveIntegerField(default=0)
    cards = models.PositiveIntegerField(default=0)
    stars1 = models.PositiveIntegerField(default=0)
    stars2 = models.PositiveIntegerField(default=0)
    stars3 = models.PositiveIntegerField(default=0)
    stars4 = models.PositiveIntegerField(default=0)
    stars5 = models.PositiveIntegerField(default=0)

    # Service records of agents, by when they were given
    given = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    transferred = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    services = models.PositiveIntegerField(default=0)
    service_ms = models.BigIntegerField(default=0)
    first_replies = models.PositiveIntegerField(default=0)
    first_reply_ms = models.BigIntegerField(default=0)
    replies = models.PositiveIntegerField(default=0)
    reply_ms = models.BigIntegerField(default=0)
    said = models.PositiveIntegerField(default=0)

    # Statuses, by the clock
    free_ms = models.BigIntegerField(default=0)
    not_ready_ms = models.BigIntegerField(default=0)
    rest_ms = models.BigIntegerField(default=0)
    arrange_ms = models.BigIntegerField(default=0)

    spreads = models.JSONField(default=dict)  # {"wait": [how many in each bucket of boards.spread], …}

    class Meta:
        verbose_name = _("data board")
        verbose_name_plural = _("data board")
        constraints = [
            models.UniqueConstraint(fields=["span", "channel", "group", "agent", "at"], name="one_rollup_of_a_key")
        ]
        indexes = [
            models.Index(fields=["span", "day"], name="rollups_of_day"),
            models.Index(fields=["agent", "span", "day"], name="rollups_of_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.at}: {self.channel} {self.group} {self.agent}"


KEYS = ("channel", "group", "agent")
SUMS = tuple(field.name for field in Rollup._meta.local_fields if field.default == 0)


class Rolling(SingletonModel):
    """How far the counting has come. `version` grows with every write: who counted from an older one counts again."""

    zone = models.CharField(max_length=64, blank=True)  # whose days were counted
    version = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    message_pk = models.BigIntegerField(default=0)  # up to here nothing is new
    first_day = models.DateField(null=True)  # the days before it are still to be counted, unless is_complete
    is_complete = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"counted up to {self.counted_at}"
