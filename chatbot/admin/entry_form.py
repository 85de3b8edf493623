"""添加问答 (B6): what an admin types about an entry."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.forms import LinesField
from chatbot.models import Category, Entry, Library, default_category


class EntryForm(forms.ModelForm):
    """`library` is set by the page: an entry stays in it."""

    library: str = Library.QA
    similar = LinesField(
        label=_("similar questions"), required=False, help_text=_("The same question in other words, one per line.")
    )

    class Meta:
        model = Entry
        fields = ("category", "question", "similar", "answer", "is_rich", "is_enabled")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            field: Any = self.fields["category"]
            field.queryset = Category.objects.of(self.library).order_by("-is_default", "path")
            field.label_from_instance = lambda category: category.path
            field.required = False
            field.widget = UnfoldAdminSelectWidget(choices=field.choices)

        for name, rows in (("similar", 3), ("answer", 6)):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = rows

    def clean_category(self) -> Category:
        """未分类 when none was chosen (A71)."""
        return self.cleaned_data["category"] or default_category(self.library)

    def clean_question(self) -> str:
        return " ".join(str(self.cleaned_data["question"]).split())

    def clean(self) -> dict[str, Any]:
        """The library takes part in the unique constraint; the form has no field for it."""
        self.instance.library = self.library
        return super().clean() or self.cleaned_data

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"library", "deleted_at"}  # type: ignore[misc]
