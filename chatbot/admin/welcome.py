"""The questions of the welcome card as one field of the settings' form (B20 to B22): rows in the order they stand."""

from typing import Any

from django import forms
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from chatbot.models import QUESTION_LENGTH, Entry, WelcomeQuestion

Rows = list[tuple[str, str]]  # (text, language or empty for any)
LANGUAGES = WelcomeQuestion._meta.get_field("language").choices or []


class WelcomeWidget(forms.Widget):
    template_name = "admin/chatbot/strategy/welcome.html"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """By the pages' templates: those of forms know nothing of them."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Rows:
        texts, languages = data.getlist(f"{name}-text"), data.getlist(f"{name}-language")
        return [(text.strip(), language) for text, language in zip(texts, languages, strict=False) if text.strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-sent" not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = value or []
        known = set(
            Entry.objects.enabled().filter(question__in=[text for text, _ in rows]).values_list("question", flat=True)
        )
        context["widget"]["rows"] = [(text, language, text in known) for text, language in rows]
        context["widget"] |= {"languages": LANGUAGES, "most": WelcomeQuestion.MOST, "longest": QUESTION_LENGTH}
        return context


class WelcomeField(forms.Field):
    """Rows; an admin's visitors see at most 20 of them in each language (B21)."""

    widget = WelcomeWidget

    def clean(self, value: Rows) -> Rows:
        languages = [language for language, _name in LANGUAGES if language]
        if any(language not in ("", *languages) for _text, language in value):
            raise forms.ValidationError(_("Choose a language from the list."))
        if any(len(text) > QUESTION_LENGTH for text, _language in value):
            raise forms.ValidationError(_("A question has at most 200 characters."))
        for shown in languages:
            if sum(language in ("", shown) for _text, language in value) > WelcomeQuestion.MOST:
                raise forms.ValidationError(_("The welcome card holds at most 20 questions."))
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(map(tuple, initial or [])) != list(map(tuple, data or []))


def stored_rows() -> Rows:
    return list(WelcomeQuestion.objects.values_list("text", "language"))


@transaction.atomic
def store_rows(rows: Rows) -> None:
    """Row by row: the audit log names what changed."""
    there = list(WelcomeQuestion.objects.all())
    for place, (text, language) in enumerate(rows):
        row = there[place] if place < len(there) else WelcomeQuestion()
        row.text, row.language, row.position = text, language, place
        row.save()
    for row in there[len(rows) :]:
        row.delete()
