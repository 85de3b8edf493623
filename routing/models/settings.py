"""What an admin sets for routing: 分配策略, 接待方式 and 会话排队 (M33 to M45)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Group
from routing.models.desk import Desk
from sessions_flow.models.settings import BUILT_IN, Section, prompt_field

BUILT_IN.update(
    {
        "group_question": gettext_noop("Please choose the group you want to talk to."),
        "off_hours": gettext_noop("Our agents are not at work right now. Please come back during work hours."),
        "agent_lost": gettext_noop("The agent has lost the connection. You are first in line for the next one."),
        "queue_full": gettext_noop("Too many people are waiting right now. Please leave a message or try again later."),
    }
)


def seconds(label: Any, default: int, least: int, most: int = 86_400, help_text: Any = "") -> Any:
    limits = [MinValueValidator(least), MaxValueValidator(most)]
    return models.PositiveIntegerField(label, default=default, validators=limits, help_text=help_text)


class Distribution(Section):
    """分配策略: one of three is active (M33). What the document does not know is off by default."""

    class Strategy(models.TextChoices):
        AUTOMATIC = "automatic", _("automatic")
        VISITOR = "visitor", _("the visitor chooses a group")
        SERVER = "server", _("the business server decides")

    class Order(models.TextChoices):
        IDLE = "idle", _("longest without a new session first")
        LOAD = "load", _("fewest sessions first")

    strategy = models.CharField(
        _("distribution strategy"), max_length=10, choices=Strategy.choices, default=Strategy.AUTOMATIC
    )
    group_question = prompt_field(_("question before the groups"))
    callback_url = models.URLField(_("callback URL"), max_length=500, blank=True)
    callback_secret = models.CharField(
        _("shared secret"),
        max_length=200,
        blank=True,
        help_text=_("When set, every request carries an HMAC-SHA256 signature in the header X-Desk-Signature."),
    )
    is_automatic_on_failure = models.BooleanField(
        _("distribute automatically when the server fails"),
        default=True,
        help_text=_("Otherwise the visitor reads that the hand-over failed."),
    )
    order = models.CharField(_("who comes first"), max_length=8, choices=Order.choices, default=Order.IDLE)
    prefers_last_agent = models.BooleanField(_("prefer the agent who served this visitor last"), default=False)
    overflow_seconds = seconds(_("overflow to another group after (seconds)"), 0, 0, help_text=_("0 switches it off."))

    class Meta:
        verbose_name = verbose_name_plural = _("distribution strategy")

    def __str__(self) -> str:
        return str(_("Distribution strategy"))

    def clean(self) -> None:
        """A strategy needs what it works with."""
        if self.strategy == self.Strategy.SERVER and not self.callback_url:
            raise ValidationError({"callback_url": _("This strategy needs an address to ask.")})
        if self.strategy == self.Strategy.VISITOR and not Group.objects.present().exists():
            raise ValidationError({"strategy": _("Add groups first.")})


class SkillRule(models.Model):
    """Beyond the document: a session whose variable has this value goes to this group, with this priority."""

    variable = models.CharField(
        _("variable"),
        max_length=60,
        help_text=_("“language”, “channel” (its name), an attribute of the visitor, or a variable of the flow."),
    )
    value = models.CharField(_("value"), max_length=100)
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, verbose_name=_("group"))
    priority = models.SmallIntegerField(
        _("priority"), default=0, help_text=_("Larger numbers are served first."),
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("skill rule")
        verbose_name_plural = _("skill rules")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.variable} = {self.value}"


class Overflow(models.Model):
    """Where a group's visitors may be served too, once they have waited long enough."""

    group = models.OneToOneField(Group, models.CASCADE, related_name="overflow", verbose_name=_("group"))
    to = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("overflows to"),
        help_text=_("Empty: to all agents."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("overflow")
        verbose_name_plural = _("overflows")

    def __str__(self) -> str:
        return f"{self.group} → {self.to or _('all agents')}"


class Reception(Section):
    """接待方式 and 会话排队: M38 to M45."""

    class Mode(models.TextChoices):
        AUTOMATIC = "automatic", _("automatic reception")
        MANUAL = "manual", _("manual reception")

    mode = models.CharField(_("reception mode"), max_length=10, choices=Mode.choices, default=Mode.AUTOMATIC)
    accept_seconds = seconds(_("transferred automatically after (seconds)"), 20, 1, 3600)
    rests_after_miss = models.BooleanField(_("set the agent to rest after a miss"), default=False)
    offer_rounds = seconds(
        _("rounds of offers before the hand-over fails"), 3, 1, 100,
        help_text=_("A round is over when every agent at work has missed or refused the session."),
    )  # fmt: skip
    wrap_up_seconds = seconds(
        _("wrap-up time after every session (seconds)"), 0, 0, 3600, _("0: agents stay available.")
    )
    first_reply_seconds = seconds(_("target of the first reply (seconds)"), 60, 0, help_text=_("0 switches it off."))
    next_reply_seconds = seconds(_("target of every later reply (seconds)"), 180, 0, help_text=_("0 switches it off."))
    grace_seconds = seconds(_("keep the sessions of a lost agent for (seconds)"), 15, 5, 600)
    push_minutes = seconds(_("a phone with push notices stays present while asleep for (minutes)"), 10, 0, 120)
    limit = models.PositiveIntegerField(
        _("users one agent serves at once"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("The next one queues."),
    )
    queue_limit = models.PositiveIntegerField(
        _("longest queue"),
        default=0,
        validators=[MaxValueValidator(100_000)],
        help_text=_("Per group. Whoever comes later is told to leave a message. 0: no limit."),
    )
    queue_full = prompt_field(_("text when the queue is full"))
    agent_lost = prompt_field(_("text when the agent was lost"))
    leave_seconds = seconds(_("keep the place of a visitor who left for (seconds)"), 120, 5)
    update_seconds = seconds(
        _("send the queueing text again at most every (seconds)"), 60, 10, help_text=_("When the position has changed.")
    )
    vip_attribute = models.CharField(
        _("attribute of visitors who come first"),
        max_length=60,
        default="vip",
        blank=True,
        help_text=_("Its value is the priority: a number, or anything else for 1."),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("reception mode")

    def __str__(self) -> str:
        return str(_("Reception"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The limit is copied to every desk, where the assigner compares it with the load in one statement."""
        super().save(*args, **kwargs)
        Desk.objects.all().apply_limits(self.limit)


class Queueing(Reception):
    """The page 会话排队 of the same row."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("queueing")

    def __str__(self) -> str:
        return str(_("Queueing"))
