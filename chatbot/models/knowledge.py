"""What the bot knows: the draft of the knowledge base."""

import json
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatbot.models.category import Category, Library
from chatbot.safe import unsafe_markdown

MOST_SIMILAR = 100
QUESTION_LENGTH = 200
ANSWER_LENGTH = 5000


def no_questions() -> list[str]:
    return []


class EntryQuerySet(models.QuerySet["Entry"]):
    def enabled(self) -> "EntryQuerySet":
        """What the next release will hold: the entry and its category are switched on."""
        return self.filter(is_enabled=True, category__is_enabled=True).select_related("category")

    def of(self, library: str) -> "EntryQuerySet":
        return self.filter(library=library)

    def asking(self, words: str) -> "EntryQuerySet":
        """In whose question, or in one way to ask it, each of the words stands, parted by spaces."""
        found = self
        for term in words.split():
            stored = json.dumps(term, ensure_ascii=connection.vendor == "sqlite")[1:-1]  # as the database keeps it
            found = found.filter(Q(question__icontains=term) | Q(similar__icontains=stored))
        return found


class PresentManager(models.Manager.from_queryset(EntryQuerySet)):  # type: ignore[misc]
    """Entries that nobody has deleted."""

    def get_queryset(self) -> EntryQuerySet:
        found: EntryQuerySet = super().get_queryset().filter(deleted_at=None)
        return found


class Entry(models.Model):
    """A question and its answer (问答): B6 to B15; small talk as well (B16 to B19)."""

    library = models.CharField(max_length=8, choices=Library.choices, default=Library.QA, editable=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="entries", verbose_name=_("category"))
    question = models.CharField(_("standard question"), max_length=QUESTION_LENGTH)
    similar = models.JSONField(
        _("similar questions"),
        default=no_questions,
        blank=True,
        help_text=_("The same question in other words, one per line."),
    )
    answer = models.TextField(_("answer"), max_length=ANSWER_LENGTH)
    is_rich = models.BooleanField(_("rich text (Markdown)"), default=False)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    preset = models.SlugField(max_length=60, blank=True, editable=False)  # which of ours it is
    is_edited = models.BooleanField(default=False, editable=False)  # its answer is the admin's now (A74)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    deleted_at = models.DateTimeField(null=True, editable=False)  # until then it can be brought back

    objects: ClassVar[Any] = PresentManager()
    with_deleted: ClassVar[Any] = models.Manager.from_queryset(EntryQuerySet)()

    class Meta:
        verbose_name = _("Q&A entry")
        verbose_name_plural = _("Q&A library")
        ordering = ["-changed_at", "-pk"]
        base_manager_name = "with_deleted"
        indexes = [
            models.Index(fields=["library", "-changed_at", "-id"], name="entries_by_change"),
            models.Index(fields=["changed_at"], name="entries_changed_since"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "question"],
                condition=Q(deleted_at=None),
                name="one_entry_of_a_question_in_a_library",
                violation_error_message=_("This question exists already."),
            ),
            models.UniqueConstraint(fields=["preset"], condition=~Q(preset=""), name="one_entry_of_a_preset"),
        ]

    def __str__(self) -> str:
        return self.question

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.library = self.category.library
        super().save(*args, **kwargs)

    def clean(self) -> None:
        wrong = {**faults_of_similar(self.similar), **faults_of_answer(self.answer, self.is_rich)}
        if wrong:
            raise ValidationError(wrong)

    def as_snapshot(self) -> dict[str, Any]:
        """What a release keeps of it; `library` is qa or chitchat."""
        return {
            "id": str(self.pk),
            "library": Library(self.library).in_releases,
            "category": self.category.path,
            "question": self.question,
            "similar": self.similar,
            "answer": self.answer,
            "rich": self.is_rich,
        }


def faults_of_similar(texts: Any) -> dict[str, Any]:
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return {"similar": _("One question per line.")}
    if len(texts) > MOST_SIMILAR or any(len(text) > QUESTION_LENGTH for text in texts):
        return {"similar": _("At most 100 questions of 200 characters.")}
    return {}


def faults_of_answer(answer: str, is_rich: bool) -> dict[str, Any]:
    """A77: what would not leave the house as it was written is refused here, with the reason."""
    reason = unsafe_markdown(answer) if is_rich else None
    return {"answer": reason} if reason else {}


class WelcomeQuestion(models.Model):
    """A row of the welcome card (B20 to B23)."""

    MOST = 20
    text = models.CharField(_("question"), max_length=QUESTION_LENGTH)
    language = models.CharField(
        _("for visitors who read"),
        max_length=10,
        blank=True,
        choices=[("", _("any language")), ("zh-hans", "简体中文"), ("en", "English")],
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("welcome question")
        verbose_name_plural = _("welcome card")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        others = WelcomeQuestion.objects.exclude(pk=self.pk).filter(language=self.language)
        if others.count() >= self.MOST:
            raise ValidationError(_("The welcome card holds at most 20 questions."))
