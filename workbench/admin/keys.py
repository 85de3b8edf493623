"""Keys of the cloud API in the console (S4): created, shown once, scoped, revoked, last used; and the agent SDK."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin.base import ConsoleAdmin, when
from accounts.admin.forms import LinesField
from accounts.admin.sections import SectionAdmin
from workbench.cloud import keys
from workbench.models import CloudKey, Embedding, Scope

ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")


class CloudKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("may"),
        choices=Scope.choices,
        initial=list(Scope.values),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = CloudKey
        fields = ("name", "scopes")


@admin.register(CloudKey)
class CloudKeyAdmin(ConsoleAdmin):
    form = CloudKeyForm
    list_display = (
        "name",
        "secret_id",
        "scope_names",
        "created_by",
        "created",
        "last_used",
        "state_label",
        "row_actions",
    )
    search_fields = ("name", "secret_id")
    list_select_related = ("created_by",)

    def get_fields(self, request: HttpRequest, obj: CloudKey | None = None) -> list[str]:
        return ["name", "scopes"] if obj is None else ["name", "secret_id", "scopes"]

    def get_readonly_fields(self, request: HttpRequest, obj: CloudKey | None = None) -> list[str]:
        return [] if obj is None else ["secret_id"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # revoked ones stay, for whoever wonders later

    def has_change_permission(self, request: HttpRequest, obj: CloudKey | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.revoked_at is None)

    @display(description=gettext_lazy("may"))
    def scope_names(self, key: CloudKey) -> str:
        return "、".join(str(Scope(scope).label) for scope in key.scopes if scope in Scope.values)

    @display(description=gettext_lazy("created"), ordering="created_at")
    def created(self, key: CloudKey) -> str:
        return when(key.created_at)

    @display(description=gettext_lazy("last used"), ordering="used_at")
    def last_used(self, key: CloudKey) -> str:
        return when(key.used_at)

    @display(description=gettext_lazy("state"), label={"active": "success", "revoked": "danger"})
    def state_label(self, key: CloudKey) -> tuple[str, str]:
        return ("revoked", _("Revoked")) if key.revoked_at else ("active", _("Active"))

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, key: CloudKey) -> SafeString | str:
        if key.revoked_at:
            return "–"
        link = self.url("revoke", key.pk)
        return format_html('<span class="cs-verbs"><a class="cs-danger" href="{}">{}</a></span>', link, _("Revoke"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        created, obj.shown_once = keys.create(obj.name, obj.scopes, request.user)  # type: ignore[arg-type]
        obj.pk, obj.secret_id, obj._state = created.pk, created.secret_id, created._state

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """The SecretKey stands in this answer only, which is never cached."""
        self.message_user(request, "", messages.SUCCESS)
        context = {"key": obj, "secret_key": obj.shown_once, "back": self.url("changelist")}
        return self.page(request, "admin/workbench/cloudkey/shown.html", _("New key of the cloud API"), **context)

    def get_urls(self) -> list[URLPattern]:
        revoke = path(
            "<int:object_id>/revoke/", self.admin_site.admin_view(self.revoke_view), name="workbench_cloudkey_revoke"
        )
        return [revoke, *super().get_urls()]

    def revoke_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        key = self.found(request, str(object_id))
        if request.method != "POST":
            warning = _("Calls signed with it are refused from now on. This cannot be undone.")
            return self.confirmation(request, key, _("Revoke %(name)s?") % {"name": key.name}, warning)
        with transaction.atomic():
            self.log_change(request, key, str(_("Revoke")))
            keys.revoke(key)
        self.message_user(request, "", messages.SUCCESS)
        return self.back_to_list()


class EmbeddingForm(forms.ModelForm):
    origins = LinesField(
        label=Embedding._meta.get_field("origins").verbose_name,
        help_text=Embedding._meta.get_field("origins").help_text,
        required=False,
    )

    class Meta:
        model = Embedding
        fields = ("origins",)

    def clean_origins(self) -> list[str]:
        origins: list[str] = self.cleaned_data["origins"]
        for origin in origins:
            if not ORIGIN.fullmatch(origin):
                raise forms.ValidationError(
                    _("%(origin)s is no origin such as https://crm.example.com.") % {"origin": origin}
                )
        return origins


@admin.register(Embedding)
class EmbeddingAdmin(SectionAdmin):
    form = EmbeddingForm
