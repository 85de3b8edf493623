"""What the bot knows: the draft of the knowledge base."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_SIMILAR = 100
QUESTION_LENGTH = 200


def no_questions() -> list[str]:
    return []


class Category(models.Model):
    """A folder of the knowledge base (问题分类)."""

    name = models.CharField(_("category"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class EntryQuerySet(models.QuerySet["Entry"]):
    def enabled(self) -> "EntryQuerySet":
        return self.filter(is_enabled=True)


class Entry(models.Model):
    """A question and its answer (问答): B6 to B15."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="entries", verbose_name=_("category"))
    question = models.CharField(_("standard question"), max_length=QUESTION_LENGTH, unique=True)
    similar = models.JSONField(
        _("similar questions"),
        default=no_questions,
        blank=True,
        help_text=_("The same question in other words, one per line."),
    )
    answer = models.TextField(_("answer"), max_length=5000)
    is_rich = models.BooleanField(_("rich text (Markdown)"), default=False)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Q&A entry")
        verbose_name_plural = _("Q&A library")
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return self.question

    def clean(self) -> None:
        texts = self.similar
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ValidationError({"similar": _("One question per line.")})
        if len(texts) > MOST_SIMILAR or any(len(text) > QUESTION_LENGTH for text in texts):
            raise ValidationError({"similar": _("At most 100 questions of 200 characters.")})

    def as_snapshot(self) -> dict[str, Any]:
        return {
            "id": str(self.pk),
            "question": self.question,
            "similar": self.similar,
            "answer": self.answer,
            "rich": self.is_rich,
        }


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
