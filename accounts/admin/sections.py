"""Pages of a single row of settings, saved section by section (M15)."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from solo.admin import SingletonModelAdmin

from accounts.admin.base import ConsoleAdmin


class SectionAdmin(ConsoleAdmin, SingletonModelAdmin):
    """A settings page. An empty text shows the built-in one as its placeholder."""

    change_form_template = "admin/change_form.html"
    object_history_template = "admin/object_history.html"
    placeholders: dict[str, Promise | str] = {}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in self.placeholders:
            field.widget.attrs["placeholder"] = self.placeholders[db_field.name]
            field.widget.attrs["rows"] = 2
        return field

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {"original": "", "subtitle": None, "title": self.opts.verbose_name, "show_history": False}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        self.message_user(request, "", messages.SUCCESS)
        return HttpResponseRedirect(self.url("changelist"))
