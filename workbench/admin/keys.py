"""Keys of the cloud API in the console (S4): created, shown once, scoped, revoked, last used; and the agent SDK."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin.base import verbs, when
from accounts.admin.forms import LinesField
from accounts.admin.keys import KeyAdmin
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
class CloudKeyAdmin(KeyAdmin):
    form = CloudKeyForm
    scopes = Scope
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

    def revoke(self, key: CloudKey) -> None:
        keys.revoke(key)

    @display(description=gettext_lazy("created"), ordering="created_at")
    def created(self, key: CloudKey) -> str:
        return when(key.created_at)

    @display(description=gettext_lazy("last used"), ordering="used_at")
    def last_used(self, key: CloudKey) -> str:
        return when(key.used_at)

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, key: CloudKey) -> SafeString | str:
        if key.revoked_at:
            return "–"
        return verbs(danger=(self.url("revoke", key.pk), _("Revoke")))

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
