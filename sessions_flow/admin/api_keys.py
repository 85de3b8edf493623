"""API keys of business servers: made, shown once, rotated, revoked. Beside them the userSig tool (U9)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin.base import verbs, when
from accounts.admin.keys import KeyAdmin
from sessions_flow.actions.api_keys import issue_key, revoke_key, rotate_key
from sessions_flow.admin.usersig import usersig_view
from sessions_flow.models import ApiKey, Scope
from sessions_flow.models.api_key import MARK


class ApiKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("may"), choices=Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "channel")
        help_texts = {"channel": gettext_lazy("Empty: all channels. Otherwise the key sees nothing of the others.")}


@admin.register(ApiKey)
class ApiKeyAdmin(KeyAdmin):
    form = ApiKeyForm
    scopes = Scope
    fieldsets = ((None, {"fields": ("name", "scopes", "channel")}),)
    list_display = ("name", "mark", "scope_names", "reach", "creator", "used", "state_label", "row_actions")
    list_select_related = ("channel", "created_by")
    search_fields = ("name", "prefix")
    ordering = ("-pk",)

    @display(description=gettext_lazy("key"), ordering="prefix")
    def mark(self, key: ApiKey) -> str:
        return f"{MARK}_{key.prefix}_…"

    @display(description=gettext_lazy("channel"), ordering="channel")
    def reach(self, key: ApiKey) -> str:
        return str(key.channel or _("All channels"))

    @display(description=gettext_lazy("created by"), ordering="created_by")
    def creator(self, key: ApiKey) -> str:
        return f"{key.created_by or '–'} · {when(key.created_at)}"

    @display(description=gettext_lazy("last used"), ordering="last_used_at")
    def used(self, key: ApiKey) -> str:
        return when(key.last_used_at)

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, key: ApiKey) -> SafeString | str:
        if key.revoked_at:
            return "–"
        edit, rotate = (self.url("change", key.pk), _("Edit")), (self.url("rotate", key.pk), _("Rotate"))
        return verbs(edit, rotate, danger=(self.url("revoke", key.pk), _("Revoke")))

    def revoke(self, key: ApiKey) -> None:
        revoke_key(key)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        data = form.cleaned_data
        made, obj.shown_once = issue_key(data["name"], data["scopes"], data["channel"], request.user)  # type: ignore[arg-type]
        obj.pk, obj._state = made.pk, made._state

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self.key_page(request, obj, obj.shown_once)

    # --- rotate, userSig

    def get_urls(self) -> list[URLPattern]:
        return [
            path("usersig/", self.admin_site.admin_view(self.usersig_page), name="usersig"),
            self.row_page("rotate", self.rotate_view),
            *super().get_urls(),
        ]

    def usersig_page(self, request: HttpRequest) -> HttpResponse:
        return usersig_view(self, request)

    def rotate_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        key = self.valid(request, object_id)
        if request.method != "POST":
            warning = _("The old key stops working at once. The new one is shown only once.")
            return self.confirmation(request, key, _("Rotate the key %(name)s?") % {"name": key}, warning)
        shown = rotate_key(key)
        self.log_change(request, key, "Rotate")
        return self.key_page(request, key, shown)

    def key_page(self, request: HttpRequest, key: ApiKey, shown: str) -> HttpResponse:
        """In this answer only, which is never cached."""
        context = {"key": key, "shown": shown, "back": self.url("changelist")}
        title = _("Key of %(name)s") % {"name": key}
        return self.page(request, "admin/sessions_flow/apikey/shown.html", title, **context)
