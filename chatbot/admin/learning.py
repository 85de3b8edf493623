"""What visitors asked and the bot did not know (learning loop): into the knowledge base by one click; and how well
it answers, per day and per entry."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from accounts.admin.base import ConsoleAdmin, ReadOnlyAdmin
from chatbot.actions.labelled import import_labelled
from chatbot.actions.questions import add_as_entry, add_as_similar, dismiss
from chatbot.admin.draft import BotPage, by
from chatbot.counts import per_day, per_entry, unused
from chatbot.drafted import draft_knowledge
from chatbot.gaps import Gap, gaps
from chatbot.knowledge import Knowledge
from chatbot.models import Category, Entry, LabelledQuestion, Library, Question, default_category
from chatbot.sheets.reading import Unreadable, open_sheet

AT_A_TIME = 10
DAYS = 30
MOST_PROPOSED = 2
WORTH_PROPOSING = 0.1


@dataclass(frozen=True)
class Learnable:
    """A gap with the entries that it may belong to: (key, question, likelihood from 0 to 1), the likeliest first."""

    gap: Gap
    proposals: list[tuple[str, str, float]]


class NewEntryForm(forms.Form):
    category = forms.ModelChoiceField(Category.objects.none(), required=False, label=gettext_lazy("category"))
    answer = forms.CharField(widget=forms.Textarea, label=gettext_lazy("answer"))
    is_rich = forms.BooleanField(required=False, label=gettext_lazy("rich text (Markdown)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["category"]
        field.queryset = Category.objects.of(Library.QA).order_by("-is_default", "path")
        field.label_from_instance = lambda category: category.path


@admin.register(Question)
class QuestionAdmin(BotPage, ReadOnlyAdmin):
    """Grouped by similarity, the most asked first."""

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("new/", guard(self.new_view), name="chatbot_question_new"),
            path("figures/", guard(self.figures_view), name="chatbot_question_figures"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST":
            self._settle(request)
            return HttpResponseRedirect(request.get_full_path())
        rows = Paginator(gaps(), AT_A_TIME).get_page(request.GET.get("p"))
        context = {"rows": _learnable(list(rows)), "pages": rows}
        return self.page(request, "admin/chatbot/learning/gaps.html", self.opts.verbose_name_plural, **context)

    def _settle(self, request: HttpRequest) -> None:
        """`key` names the group by its first wording; what has been dealt with meanwhile is left alone."""
        gap, wanted = _gap(request.POST.get("key", "")), request.POST.get("entry", "")
        entry = Entry.objects.filter(pk=wanted).first() if wanted.isdecimal() else None
        if gap is None:
            return self.message_user(request, _("Somebody has dealt with this already."), messages.WARNING)
        try:
            if entry:
                add_as_similar(gap.keys, entry, by(request))
            elif request.POST.get("do") == "dismiss":
                dismiss(gap.keys)
        except ValidationError as refused:
            return self.message_user(request, "; ".join(refused.messages), messages.ERROR)
        self.message_user(request, "", messages.SUCCESS)

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """A new entry with the group's wordings: only the answer is missing."""
        gap, form = _gap(request.GET.get("key", "")), NewEntryForm(request.POST or None)
        if gap is None:
            raise Http404
        if request.method == "POST" and form.is_valid():
            asked = form.cleaned_data
            try:
                add_as_entry(
                    gap.keys, asked["category"] or default_category(), asked["answer"], is_rich=asked["is_rich"],
                    member=by(request),
                )  # fmt: skip
            except ValidationError as refused:
                form.add_error(None, "; ".join(refused.messages))
            else:
                self.message_user(request, "", messages.SUCCESS)
                return self.back_to_list()
        context = {"gap": gap, "form": form, "back": self.url("changelist")}
        return self.page(request, "admin/chatbot/learning/new.html", _("Add as new Q&A"), **context)

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        last = timezone.localdate()
        first = last - timedelta(days=DAYS - 1)
        days = per_day(first, last)
        idle = unused(first, last, Entry.objects.of(Library.QA).filter(is_enabled=True).order_by("changed_at")[:500])
        context = {
            "days": days, "most": max((day.asked for day in days), default=0), "hits": per_entry(first, last, 50),
            "idle": idle[:50], "idle_count": len(idle), "span": DAYS,
        }  # fmt: skip
        return self.page(request, "admin/chatbot/learning/figures.html", _("How well it answers"), **context)


def _gap(key: str) -> Gap | None:
    return next((gap for gap in gaps() if gap.keys[0] == key), None)


def _learnable(rows: list[Gap]) -> list[Learnable]:
    if not rows:
        return []
    known = draft_knowledge()
    return [Learnable(gap, _proposals(gap, known)) for gap in rows]


def _proposals(gap: Gap, known: Knowledge) -> list[tuple[str, str, float]]:
    found = known.answers.match(gap.text, MOST_PROPOSED).top
    likely = [(entry_id, score) for entry_id, score in found if score >= WORTH_PROPOSING]
    return [(entry_id, known.entries[entry_id]["question"], score) for entry_id, score in likely]


class LabelledForm(forms.ModelForm):
    """The entry is named by its standard question: a list of a hundred thousand helps nobody."""

    expected = forms.CharField(
        label=gettext_lazy("standard question of the right entry"), required=False,
        help_text=gettext_lazy("Empty when the bot should not answer it."),
    )  # fmt: skip

    class Meta:
        model = LabelledQuestion
        fields = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.entry:
            self.fields["expected"].initial = self.instance.entry.question

    def clean_expected(self) -> Entry | None:
        question = self.cleaned_data["expected"].strip()
        entry = Entry.objects.filter(question=question).order_by("-library").first() if question else None
        if question and entry is None:
            raise ValidationError(_("No entry has this standard question: %(question)s") % {"question": question})
        return entry


@admin.register(LabelledQuestion)
class LabelledQuestionAdmin(BotPage, ConsoleAdmin):
    """The set that is asked before every release (regression report)."""

    form = LabelledForm
    fieldsets = ((None, {"fields": ("text", "expected")}),)
    list_display = ("text", "expected_cell", "row_actions")
    list_select_related = ("entry",)
    search_fields = ("text",)
    ordering = ("-pk",)
    list_before_template = "admin/chatbot/learning/labelled.html"

    @display(description=gettext_lazy("standard question of the right entry"))
    def expected_cell(self, labelled: LabelledQuestion) -> str:
        return labelled.entry.question if labelled.entry else _("(should not be answered)")

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, labelled: LabelledQuestion) -> SafeString:
        return format_html(
            '<span class="cs-verbs"><a href="{}" data-dialog>{}</a><a class="cs-danger" href="{}">{}</a></span>',
            self.url("change", labelled.pk), _("Edit"), self.url("delete", labelled.pk), _("Delete"),
        )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: LabelledQuestion, form: Any, change: bool) -> None:
        obj.entry = form.cleaned_data["expected"]
        super().save_model(request, obj, form, change)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        file = request.FILES.get("file")
        if file:
            self._import(request, file)
            return self.back_to_list()
        return super().changelist_view(request, extra_context)

    def _import(self, request: HttpRequest, file: Any) -> None:
        """Two columns: the question, and the standard question of the entry that answers it."""
        try:
            rows = [((*cells, "")[0], (*cells, "", "")[1]) for _number, cells in open_sheet(file).rows]
        except Unreadable as reason:
            return self.message_user(request, str(reason), messages.ERROR)
        done = import_labelled(rows)
        for number, fault in done.faults[:20]:
            told = _("Row %(row)s: %(reasons)s") % {"row": number + 1, "reasons": fault}
            self.message_user(request, told, messages.ERROR)
        self.message_user(request, "", messages.SUCCESS)
