"""通知 (W57 to W60): what agents are told while they do not look at the workbench, and what became of it."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from routing.models.settings import seconds
from sessions_flow.models.settings import Section

LONGEST_SUBJECT = 40


class Event(models.TextChoices):
    OFFER = "offer", _("Session to accept")
    SESSION = "session", _("New session")
    MESSAGE = "message", _("New message")
    LEFT = "left", _("Left message")
    QUEUE = "queue", _("Long queue")
    TEST = "test", _("Test notice")


class NoticeRules(Section):
    """Which events, and how much a notice says."""

    tells_sessions = models.BooleanField(_("sessions to accept and new sessions"), default=True)
    tells_messages = models.BooleanField(_("new messages that the agent has not read"), default=True)
    tells_left_messages = models.BooleanField(_("left messages"), default=True)
    queue_longer_than = models.PositiveIntegerField(
        _("queues longer than"), default=10, validators=[MaxValueValidator(100_000)], help_text=_("0 switches it off.")
    )
    shows_text = models.BooleanField(
        _("notices show what the visitor wrote"),
        default=True,
        help_text=_("Otherwise they only say who wrote. Web push is encrypted; robots and text messages are not."),
    )
    sends_sms = models.BooleanField(
        _("send text messages"), default=False, help_text=_("To the phone bound to the agent's account.")
    )
    offer_seconds = seconds(
        _("robots and text messages tell of a session that was not accepted for (seconds)"), 5, 0, 600
    )
    message_seconds = seconds(
        _("robots and text messages tell of a message that was not read for (seconds)"), 30, 5, 3600
    )

    class Meta:
        verbose_name = verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return str(_("Notices"))


class Notice(models.Model):
    """What a member is told about one subject by one route; a newer one about the same takes its place.

    Without `member` it is for the whole team. `mark` grows with what happens to the subject: nothing is told twice.
    """

    class Route(models.TextChoices):
        PUSH = "push", _("Web push")
        ROBOT = "robot", _("Robot or text message")

    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="notices", verbose_name=_("member"))
    route = models.CharField(max_length=5, choices=Route.choices)
    event = models.CharField(max_length=8, choices=Event.choices)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    mark = models.BigIntegerField()
    due_at = models.DateTimeField(null=True)  # to be told; null: told, or nothing to tell any more
    ends_at = models.DateTimeField(null=True)  # nobody wants to hear it later
    claimed_until = models.DateTimeField(null=True)  # somebody is at it
    tries = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["member", "route", "event", "subject"], name="one_notice_a_subject"),
            models.UniqueConstraint(
                fields=["route", "event", "subject"], condition=Q(member=None), name="one_team_notice_a_subject"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="notices_due"),
            models.Index(fields=["told_at"], name="notices_told"),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.subject}"


class NoticeDelivery(models.Model):
    """What became of one attempt, for the console."""

    at = models.DateTimeField(_("at"))
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+", verbose_name=_("member"))
    event = models.CharField(_("event"), max_length=8, choices=Event.choices)
    by = models.CharField(_("by"), max_length=80)
    is_delivered = models.BooleanField(_("delivered"))
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery of a notice")
        verbose_name_plural = _("deliveries of notices")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], name="deliveries_by_time")]

    def __str__(self) -> str:
        return f"{self.by}: {self.event}"
