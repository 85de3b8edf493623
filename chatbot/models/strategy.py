"""How the bot answers: the draft of its settings."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions_flow.models.settings import Section


class Strategy(Section):
    """基础配置: B20 to B30. Thresholds act on the calibrated probability that the answer is right (A68)."""

    class Fallback(models.TextChoices):
        FIXED = "fixed", _("reply the fixed text")
        OFFER = "offer", _("reply the fixed text and offer a human")
        HUMAN = "human", _("hand over to a human")

    is_enabled = models.BooleanField(_("bot enabled"), default=True)
    has_welcome_card = models.BooleanField(_("welcome card"), default=True)
    welcome_title = models.CharField(_("welcome card title"), max_length=60, blank=True)
    direct_threshold = models.FloatField(
        _("answer directly from"), default=0.6, validators=[MinValueValidator(0.01), MaxValueValidator(1)]
    )
    chitchat = models.BooleanField(_("chit-chat"), default=False)
    chitchat_threshold = models.FloatField(
        _("chit-chat from"), default=0.7, validators=[MinValueValidator(0.01), MaxValueValidator(1)]
    )
    guides = models.BooleanField(_("suggest questions"), default=True)
    guide_threshold = models.FloatField(
        _("suggest from"), default=0.3, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    guide_text = models.CharField(_("text with the suggestions"), max_length=200, blank=True)
    guide_count = models.PositiveSmallIntegerField(
        _("suggestions at a time"), default=3, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    fallback = models.CharField(_("when nothing fits"), max_length=8, choices=Fallback.choices, default=Fallback.FIXED)
    fallback_text = models.TextField(_("fixed text"), max_length=500, blank=True)
    failures_before_human = models.PositiveSmallIntegerField(
        _("hand over to a human after"),
        default=0,
        validators=[MaxValueValidator(20)],
        help_text=_("So many questions in a row without an answer or suggestions; 0 for never."),
    )
    embeds = models.BooleanField(
        _("find answers by meaning too"),
        default=False,
        help_text=_("Questions are sent to the embeddings service that the operator has configured."),
    )
    generates = models.BooleanField(
        _("word answers with a language model"),
        default=False,
        help_text=_("Instead of suggestions, from the entries alone, by the service that the operator has configured."),
    )
    keep_questions_days = models.PositiveSmallIntegerField(
        _("keep visitors' questions for (days)"),
        default=180,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("Counts per day stay. A question also goes when its conversation is erased."),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("bot settings")

    def __str__(self) -> str:
        return str(_("Bot settings"))

    def clean(self) -> None:
        self.check_thresholds()

    def check_thresholds(self) -> None:
        """B27. Raises ValidationError unless guide < direct."""
        if self.guide_threshold >= self.direct_threshold:
            raise ValidationError({"guide_threshold": _("Must be below the threshold for direct answers.")})
