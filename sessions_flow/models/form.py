"""The fields that a channel asks its visitors for: before the chat begins, and in the message form (A117)."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.attributes import LONGEST_TEXT
from sessions_flow.models.channel import Channel

PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,24}[0-9]")
MOST_FIELDS = 10


def no_options() -> list[str]:
    return []


class FormField(models.Model):
    """One question. Its label is also the name of the visitor's attribute, and of the flow's variable."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone number")
        SELECT = "select", _("choice")

    class Place(models.TextChoices):
        BEFORE = "before", _("before the chat")
        MESSAGE = "message", _("in the message form")
        BOTH = "both", _("in both")

    BEFORE_CHAT = (Place.BEFORE, Place.BOTH)
    WITH_MESSAGE = (Place.MESSAGE, Place.BOTH)

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="form_fields", verbose_name=_("channel"))
    place = models.CharField(_("asked"), max_length=8, choices=Place.choices, default=Place.BEFORE)
    label = models.CharField(_("label"), max_length=40)
    kind = models.CharField(_("kind of answer"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    options = models.JSONField(_("options"), default=no_options, blank=True)
    is_required = models.BooleanField(_("required"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("form field")
        verbose_name_plural = _("form fields")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "label"],
                name="one_field_per_label",
                violation_error_message=_("This label is used twice."),
            )
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if self.kind == self.Kind.SELECT and not self.options:
            raise ValidationError({"options": _("A choice needs options.")})

    def as_wire(self) -> dict[str, Any]:
        return {"label": self.label, "kind": self.kind, "options": self.options, "required": self.is_required}

    def checked(self, answer: object) -> str:
        """The answer as it is kept, empty when an optional one was left out. Raises ValidationError."""
        said = answer.strip() if isinstance(answer, str) else ""
        if not said:
            if self.is_required:
                raise ValidationError(gettext("Please fill in this field."))
            return ""
        if len(said) > LONGEST_TEXT or "\x00" in said:
            raise ValidationError(gettext("At most %(most)s characters.") % {"most": LONGEST_TEXT})
        self._check_kind(said)
        return said

    def _check_kind(self, said: str) -> None:
        if self.kind == self.Kind.EMAIL:
            validate_email(said)
        elif self.kind == self.Kind.PHONE and not PHONE.fullmatch(said):
            raise ValidationError(gettext("Please enter a phone number."))
        elif self.kind == self.Kind.SELECT and said not in self.options:
            raise ValidationError(gettext("Please choose one of the options."))
