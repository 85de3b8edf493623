"""What the bot learns from: visitors' questions, counts of them, and questions whose right answer is known."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from solo.models import SingletonModel

from chatbot.models.knowledge import QUESTION_LENGTH, Entry
from chatbot.models.release import Release
from sessions_flow.models import Session

TEXT_LENGTH = 400


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> "QuestionQuerySet":
        """Missed, guided or disliked, and nobody has dealt with it."""
        return self.filter(state=Question.State.OPEN)


class Question(models.Model):
    """One text of a visitor that the bot dealt with, and how. Goes with its session, and after a time (Strategy)."""

    class Rule(models.TextChoices):
        DIRECT = "direct", _("direct answer")
        CHITCHAT = "chitchat", _("chit-chat")
        GUIDE = "guide", _("suggestions")
        FALLBACK = "fallback", _("fallback")
        GENERATED = "generated", _("worded answer")

    class State(models.TextChoices):
        ANSWERED = "answered", _("answered")
        OPEN = "open", _("to be looked at")
        ADDED = "added", _("added")
        DISMISSED = "dismissed", _("dismissed")

    session = models.ForeignKey(Session, models.CASCADE, related_name="bot_questions", db_index=False)
    release = models.ForeignKey(Release, models.SET_NULL, null=True, related_name="+", db_index=False)
    text = models.CharField(_("question"), max_length=TEXT_LENGTH)
    key = models.CharField(max_length=TEXT_LENGTH)  # equal for two texts that are the same question
    language = models.CharField(max_length=10, blank=True)
    rule = models.CharField(_("rule"), max_length=9, choices=Rule.choices)
    entry_pk = models.BigIntegerField(null=True)  # the best entry; it may be gone by now
    score = models.FloatField(_("score"))
    answer_seq = models.BigIntegerField(null=True)  # the message that answered
    vote = models.SmallIntegerField(null=True)  # the visitor's thumb on it: 1 or -1
    voted_at = models.DateTimeField(null=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices)
    asked_at = models.DateTimeField(_("asked"), db_index=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("visitor's question")
        verbose_name_plural = _("visitors' questions")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["session", "-id"], name="questions_of_session"),
            models.Index(fields=["key"], condition=~Q(state="answered"), name="questions_not_answered"),
            models.Index(fields=["voted_at"], condition=Q(voted_at__isnull=False), name="questions_voted"),
        ]

    def __str__(self) -> str:
        return self.text


class AnswerCount(models.Model):
    """How often a rule answered with an entry on a day, and how visitors liked it. Kept when questions are erased."""

    day = models.DateField()
    rule = models.CharField(max_length=9, choices=Question.Rule.choices)
    entry_pk = models.BigIntegerField(default=0)  # 0: none
    count = models.PositiveIntegerField()
    up = models.PositiveIntegerField()
    down = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "rule", "entry_pk"], name="one_count_of_a_day")]
        indexes = [models.Index(fields=["entry_pk", "day"], name="counts_of_entry")]

    def __str__(self) -> str:
        return f"{self.day} {self.rule} {self.entry_pk}: {self.count}"


class Counting(SingletonModel):
    """How far the counts go, and when somebody looks again."""

    counted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"counted up to {self.counted_at}"


class LabelledQuestion(models.Model):
    """A question whose right entry is known; without an entry the bot should not answer it (regression report)."""

    text = models.CharField(_("question"), max_length=QUESTION_LENGTH, unique=True)
    entry = models.ForeignKey(
        Entry, models.CASCADE, null=True, blank=True, related_name="labelled", verbose_name=_("expected entry")
    )

    class Meta:
        verbose_name = _("labelled question")
        verbose_name_plural = _("labelled questions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Curve(SingletonModel):
    """What thresholds mean for the newest knowledge base that was measured. Points are [threshold, precision or
    null, coverage], all from 0 to 1; `own` from its similar questions left out in turn, `labelled` from the set."""

    digest = models.CharField(max_length=64, blank=True)  # of what was measured
    own = models.JSONField(default=list)
    own_asked = models.PositiveIntegerField(default=0)
    labelled = models.JSONField(default=list)
    labelled_asked = models.PositiveIntegerField(default=0)
    measured_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)  # somebody measures since then

    def __str__(self) -> str:
        return f"measured {self.measured_at}"
