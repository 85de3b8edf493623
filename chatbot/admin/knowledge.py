"""The knowledge base (B5 to B15): categories and entries."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from accounts.admin.base import ConsoleAdmin, when
from accounts.admin.forms import LinesField
from chatbot.admin.draft import BotPage
from chatbot.models import Category, Entry


class EnabledFilter(DropdownFilter):
    title = gettext_lazy("state")
    parameter_name = "enabled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", gettext_lazy("Enabled")), ("0", gettext_lazy("Disabled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(is_enabled=self.value() == "1") if self.value() in ("0", "1") else queryset


class EntryForm(forms.ModelForm):
    similar = LinesField(
        label=gettext_lazy("similar questions"), required=False,
        help_text=gettext_lazy("The same question in other words, one per line."),
    )  # fmt: skip

    class Meta:
        model = Entry
        fields = ("category", "question", "similar", "answer", "is_rich", "is_enabled")


@admin.register(Entry)
class EntryAdmin(BotPage, ConsoleAdmin):
    form = EntryForm
    fieldsets = (
        (gettext_lazy("Question"), {"fields": ("category", "question", "similar")}),
        (gettext_lazy("Answer"), {"fields": ("answer", "is_rich", "is_enabled")}),
    )
    list_display = ("question", "category", "similar_count", "changed", "state_label", "row_actions")
    list_select_related = ("category",)
    list_filter = (EnabledFilter, "category")
    search_fields = ("question", "answer")
    search_help_text = gettext_lazy("Words of the question or the answer")
    ordering = ("-changed_at", "-pk")
    actions = ["enable", "disable", "delete_chosen"]
    list_before_template = "admin/chatbot/entries.html"
    delete_warning = gettext_lazy("Visitors keep getting the answer until the next release.")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """B5: categories stand above the list as a row of folders."""
        toggled = request.POST.get("_toggle", "")
        if toggled.isdecimal():  # the button in a row (B9)
            entry = self.found(request, toggled)
            self._switch(request, Entry.objects.filter(pk=entry.pk), not entry.is_enabled)
            return HttpResponseRedirect(request.get_full_path())
        categories = Category.objects.annotate(size=Count("entries"))
        context = {"categories": categories, "chosen": request.GET.get("category__id__exact", "")}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "category__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)  # ours asks no second question: an entry lives on in the releases
        return found

    @display(description=gettext_lazy("similar"))
    def similar_count(self, entry: Entry) -> int:
        return len(entry.similar)

    @display(description=gettext_lazy("last changed"), ordering="changed_at")
    def changed(self, entry: Entry) -> str:
        return when(entry.changed_at)

    @display(description=gettext_lazy("state"), ordering="is_enabled", label={"on": "success", "off": ""})
    def state_label(self, entry: Entry) -> tuple[str, Any]:
        return ("on", _("Enabled")) if entry.is_enabled else ("off", _("Disabled"))

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, entry: Entry) -> SafeString:
        return format_html(
            '<span class="cs-verbs"><a href="{}">{}</a><button name="_toggle" value="{}">{}</button>'
            '<a class="cs-danger" href="{}">{}</a></span>',
            self.url("change", entry.pk), _("Edit"), entry.pk, _("Disable") if entry.is_enabled else _("Enable"),
            self.url("delete", entry.pk), _("Delete"),
        )  # fmt: skip

    @admin.action(description=gettext_lazy("Enable"))
    def enable(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self._switch(request, queryset, True)

    @admin.action(description=gettext_lazy("Disable"))
    def disable(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self._switch(request, queryset, False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[Entry], is_on: bool) -> None:
        queryset.exclude(is_enabled=is_on).update(is_enabled=is_on, changed_at=timezone.now())
        self.message_user(request, "", messages.SUCCESS)

    @admin.action(description=gettext_lazy("Delete"))
    def delete_chosen(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self.log_deletions(request, queryset)
        queryset.delete()
        self.message_user(request, "", messages.SUCCESS)


@admin.register(Category)
class CategoryAdmin(BotPage, ConsoleAdmin):
    fields = ("name",)
    list_display = ("name", "size", "row_actions")
    search_fields = ("name",)
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(entry_count=Count("entries"))

    @display(description=gettext_lazy("entries"), ordering="entry_count")
    def size(self, category: Any) -> int:
        count: int = category.entry_count
        return count

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, category: Category) -> SafeString:
        return format_html(
            '<span class="cs-verbs"><a href="{}">{}</a><a class="cs-danger" href="{}">{}</a></span>',
            self.url("change", category.pk), _("Edit"), self.url("delete", category.pk), _("Delete"),
        )  # fmt: skip

    def refuse_delete(self, obj: Category) -> Any:
        if obj.entries.exists():
            return _("This category still holds entries. Move or delete them first.")
        return None
