"""The knowledge base (B5 to B19): the tree at the left, the entries of the chosen place, what can be done to them."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display
from unfold.sections import TemplateSection

from accounts.admin.base import ConsoleAdmin, when
from chatbot import actions
from chatbot.actions.categories import whole
from chatbot.admin.answering import near_view, picture_view, try_view
from chatbot.admin.draft import BotPage, by
from chatbot.admin.entry_form import EntryForm
from chatbot.admin.places import SEARCHES, EntryList, Place
from chatbot.models import Category, Entry, Library, Tree
from chatbot.models.knowledge import EntryQuerySet
from chatbot.sheets.entries import rows_of
from chatbot.sheets.writing import format_of, sheet

MOST_LOGGED = 500  # of a deletion of many


class Inside(TemplateSection):
    """B11: what the arrow left of a row opens."""

    template_name = "admin/chatbot/entry/inside.html"


@admin.register(Entry)
class EntryAdmin(BotPage, ConsoleAdmin):
    form = EntryForm
    fieldsets = ((None, {"fields": ("category", "question", "similar", "answer", "is_rich", "is_enabled")}),)
    list_display = ("question_cell", "changed", "state_label", "row_actions")
    list_display_links = None
    list_select_related = ("category", "changed_by")
    list_sections = (Inside,)
    list_fullwidth = True
    search_fields = ("question", "answer")
    ordering = ("-changed_at", "-pk")
    actions = ["enable", "disable", "move", "delete_chosen"]
    change_list_template = "admin/chatbot/entry/change_list.html"
    change_form_template = "admin/chatbot/entry/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("try/", try_view, "try"),
            ("near/", near_view, "near"),
            ("pictures/", picture_view, "picture"),
            ("export/<str:kind>/", self.export_view, "export"),
        ]
        own = [path(at, self.admin_site.admin_view(view), name=f"chatbot_entry_{name}") for at, view, name in pages]
        return [*own, *super().get_urls()]

    # --- the list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[EntryList]:
        return EntryList

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return (Place.of(request.GET).search_in,)

    def get_search_results(
        self, request: HttpRequest, queryset: EntryQuerySet, search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """A question is found by other ways to ask it, too."""
        if Place.of(request.GET).search_in != "question":
            return super().get_search_results(request, queryset, search_term)
        return queryset.asking(search_term), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The buttons in rows and messages act before the list is drawn (B9)."""
        if request.method == "POST" and self._row_button(request):
            return HttpResponseRedirect(request.get_full_path())
        context = {"place": Place.of(request.GET), "searches": SEARCHES.items()}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def _row_button(self, request: HttpRequest) -> bool:
        """`_toggle` and `_delete` name an entry, `_switch` a category, `_undo` the instant of a deletion."""
        toggled, deleted, switched = (request.POST.get(name, "") for name in ("_toggle", "_delete", "_switch"))
        undone = parse_datetime(request.POST.get("_undo", "") or "-")
        if toggled.isdecimal():
            entry = self.found(request, toggled)
            self._switch(request, Entry.objects.filter(pk=entry.pk), not entry.is_enabled)
        elif deleted.isdecimal():
            self.delete_chosen(request, Entry.objects.filter(pk=self.found(request, deleted).pk))
        elif switched.isdecimal():
            self._switch_category(request, int(switched))
        elif undone:
            self._undo(request, undone)
        else:
            return False
        return True

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)  # ours can be undone
        if Place.of(request.GET).library == Library.PRESET:  # B18
            found.pop("delete_chosen", None)
            found.pop("move", None)
        return found

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The filtered list, all pages of it, as xlsx or csv."""
        found = self.get_changelist_instance(request).queryset.order_by("pk")
        return sheet(rows_of(found), format_of(kind), f"{Place.of(request.GET).library}-{timezone.localdate()}")

    @display(description=gettext_lazy("standard question"), ordering="question")
    def question_cell(self, entry: Entry) -> SafeString:
        hint = ngettext("%(count)s similar question", "%(count)s similar questions", len(entry.similar))
        return format_html(
            '<a class="cs-question" href="{}" data-dialog="wide">{}</a>'
            '<small class="cs-quiet cs-under">{} · {}</small>',
            self.url("change", entry.pk), entry.question, entry.category.label, hint % {"count": len(entry.similar)},
        )  # fmt: skip

    @display(description=gettext_lazy("last changed"), ordering="changed_at")
    def changed(self, entry: Entry) -> SafeString:
        who = entry.changed_by.nickname if entry.changed_by else "–"
        return format_html('{}<small class="cs-quiet cs-under">{}</small>', when(entry.changed_at), who)

    @display(description=gettext_lazy("state"), ordering="is_enabled", label={"on": "success", "off": ""})
    def state_label(self, entry: Entry) -> tuple[str, Any]:
        is_on = entry.is_enabled and entry.category.is_enabled
        return ("on", _("In use")) if is_on else ("off", _("Not in use"))

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, entry: Entry) -> SafeString:
        toggle = _("Disable") if entry.is_enabled else _("Enable")
        delete = format_html('<button name="_delete" value="{}" class="cs-danger">{}</button>', entry.pk, _("Delete"))
        return format_html(
            '<span class="cs-verbs"><a href="{}" data-dialog="wide">{}</a>{}'
            '<button name="_toggle" value="{}">{}</button></span>',
            self.url("change", entry.pk), _("Edit"), "" if entry.preset else delete, entry.pk, toggle,
        )  # fmt: skip

    # --- what is done to entries

    @admin.action(description=gettext_lazy("Enable"))
    def enable(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self._switch(request, queryset, True)

    @admin.action(description=gettext_lazy("Disable"))
    def disable(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        self._switch(request, queryset, False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[Entry], is_on: bool) -> None:
        actions.switch_entries(queryset, is_on, by(request))
        self.message_user(request, "", messages.SUCCESS)

    @admin.action(description=gettext_lazy("Delete"))
    def delete_chosen(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        """At once, with a way back; visitors keep getting the answer until the next release."""
        self.log_deletions(request, queryset[:MOST_LOGGED])
        count, deleted_at = actions.delete_entries(queryset, by(request))
        said = ngettext("%(count)s entry deleted.", "%(count)s entries deleted.", count) % {"count": count}
        undo = format_html(
            '{} <button class="cs-plain" form="changelist-form" name="_undo" value="{}">{}</button>',
            said, deleted_at.isoformat(), _("Undo"),
        )  # fmt: skip
        self.message_user(request, undo, messages.WARNING)

    def _switch_category(self, request: HttpRequest, pk: int) -> None:
        """The button right of a category of small talk (B17)."""
        category = Category.objects.exclude(library=Library.QA).filter(pk=pk).first()
        if category:
            actions.switch_category(category, not category.is_enabled, by(request))
            self.message_user(request, "", messages.SUCCESS)

    def _undo(self, request: HttpRequest, deleted_at: datetime) -> None:
        actions.restore_entries(deleted_at, by(request))
        self.message_user(request, "", messages.SUCCESS)

    @admin.action(description=gettext_lazy("Move to a category"))
    def move(self, request: HttpRequest, queryset: QuerySet[Entry]) -> HttpResponse | None:
        """Asks where to, then moves: the same selection is posted again with `to`."""
        tree = whole(Place.of(request.GET).library)
        branch = tree.branches.get(int(to)) if (to := request.POST.get("to", "")).isdecimal() else None
        if branch is None:
            return self._ask_where(request, queryset, tree)
        try:
            actions.move_entries(queryset, branch.category, by(request))
        except ValidationError as error:
            self.message_user(request, error.messages[0], messages.ERROR)
        else:
            self.message_user(request, "", messages.SUCCESS)
        return None

    def _ask_where(self, request: HttpRequest, queryset: QuerySet[Entry], tree: Tree) -> TemplateResponse:
        chosen = [(name, value) for name in ("action", "_selected_action", "select_across", "index")
                  for value in request.POST.getlist(name)]  # fmt: skip
        context = {"chosen": chosen, "count": queryset.count(), "branches": list(tree.walk())}
        return self.page(request, "admin/chatbot/entry/move.html", _("Move to a category"), **context)

    # --- one entry

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        found: QuerySet[Entry] = Entry.objects.all()
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        library = obj.library if obj else Place.of(request.GET).library
        form.library = library if library != Library.PRESET or obj else Library.QA
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("category", "question", "similar") if obj and obj.preset else ()  # B18

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        place = Place.of(request.GET)
        chosen = Category.objects.of(place.library).filter(pk=place.category).first()
        return {**super().get_changeform_initial_data(request), "category": chosen}

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        obj.changed_by = by(request)
        obj.is_edited = obj.is_edited or bool(obj.preset and "answer" in form.changed_data)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Entry) -> None:
        actions.delete_entries(Entry.objects.filter(pk=obj.pk), by(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not (obj and obj.preset) and super().has_delete_permission(request, obj)

    def response_add(self, request: HttpRequest, obj: Entry, post_url_continue: Any = None) -> HttpResponse:
        self.message_user(request, "", messages.SUCCESS)
        return self._to_its_place(obj)

    def response_change(self, request: HttpRequest, obj: Entry) -> HttpResponse:
        self.message_user(request, "", messages.SUCCESS)
        return self._to_its_place(obj)

    def _to_its_place(self, entry: Entry) -> HttpResponseRedirect:
        return HttpResponseRedirect(Place(entry.library).url())
