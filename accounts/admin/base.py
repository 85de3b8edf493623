"""What every page of the console has in common: paging, saving, confirming, read-only lists."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from accounts.admin.paging import IdsFirst, PagedChangeList


class ConsoleAdmin(ModelAdmin):
    """Lists of 10 (M13), one 保存 (M15), 操作成功 after whatever succeeded (M12), deletion behind a question."""

    list_per_page = 10
    paginator: Any = IdsFirst
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_filter_submit = True
    show_add_link = False  # the list has a button with words
    actions: Any = None
    delete_warning: Any = ""  # what deleting does, for the confirmation page

    def message_user(
        self, request: HttpRequest, message: Any, level: Any = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        if level == messages.SUCCESS:
            message = _("Done.")
        super().message_user(request, message, level, *args, **kwargs)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        one_button = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().changeform_view(request, object_id, form_url, {**one_button, **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedChangeList]:
        return PagedChangeList

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The number of rows stands below the list (M13), not a second time in the heading."""
        rows = super().get_changelist_instance(request)
        rows.full_result_count = rows.result_count
        return rows

    def url(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def row_page(self, name: str, view: Any) -> URLPattern:
        """The page `name` of one row; `self.url(name, pk)` leads there."""
        full_name = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        return path(f"<int:object_id>/{name}/", self.admin_site.admin_view(view), name=full_name)

    def edit_and_delete(self, obj: Any) -> SafeString:
        """The two verbs at the end of a row."""
        return verbs((self.url("change", obj.pk), _("Edit")), danger=(self.url("delete", obj.pk), _("Delete")))

    def back_to_list(self) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.url("changelist"))

    def found(self, request: HttpRequest, object_id: str) -> Any:
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        return obj

    def page(self, request: HttpRequest, template: str, title: Any, **context: Any) -> TemplateResponse:
        """A page of the console around a template of ours."""
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "media": self.media}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, {**shared, **context})

    def confirmation(
        self, request: HttpRequest, obj: Any, title: Any, warning: Any, *, is_danger: bool = True
    ) -> TemplateResponse:
        """The question before an action; its button posts to the same address."""
        context = {"original": obj, "warning": warning, "is_danger": is_danger, "back": self.url("changelist")}
        return self.page(request, "admin/confirm.html", title, **context)

    def delete_remarks(self, obj: Any) -> list[str]:
        """What deleting does right now, after `delete_warning` in the question."""
        return []

    def refuse_delete(self, obj: Any) -> Any:
        """Why it cannot be deleted; nothing when it can."""
        return None

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.found(request, object_id)
        if not self.has_delete_permission(request, obj):
            raise PermissionDenied
        reason = self.refuse_delete(obj)
        if reason:
            self.message_user(request, reason, messages.ERROR)
            return HttpResponseRedirect(self.url("change", obj.pk))
        if request.method != "POST":
            warning = " ".join([*self.delete_remarks(obj), str(self.delete_warning)])
            return self.confirmation(request, obj, _("Delete %(name)s?") % {"name": obj}, warning)
        with transaction.atomic():
            self.log_deletions(request, [obj])
            self.delete_model(request, obj)
        self.message_user(request, "", messages.SUCCESS)
        return self.back_to_list()


class ReadOnlyAdmin(ConsoleAdmin):
    """Looked at, never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def verbs(*links: tuple[str, Any], danger: tuple[str, Any] | None = None) -> SafeString:
    """What can be done with a row: (address, word) each; what destroys something stands last, in red."""
    last = format_html('<a class="cs-danger" href="{}">{}</a>', *danger) if danger else ""
    return format_html('<span class="cs-verbs">{}{}</span>', format_html_join("", '<a href="{}">{}</a>', links), last)


def names_of(choices: type[models.TextChoices], values: Iterable[str]) -> str:
    """The words of several choices in one line."""
    names = dict(choices.choices)
    return _(", ").join(str(names.get(value, value)) for value in values)


def duration(seconds: float) -> str:
    """HH:MM:SS (W49)."""
    whole = max(0, int(seconds))
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def when(instant: datetime | None) -> str:
    """YYYY-MM-DD HH:MM:SS in the configured zone (B11)."""
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M:%S") if instant else "–"


def stars(level: int | None) -> str:
    return (
        SafeString(f'<span class="cs-stars" title="{level}">{"★" * level}<i>{"★" * (5 - level)}</i></span>')
        if level
        else "–"
    )
