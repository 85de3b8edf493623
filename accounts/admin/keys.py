"""What the lists of keys have in common: other systems use them, and they are made here, shown once, and revoked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from accounts.admin.base import ConsoleAdmin, names_of


class KeyAdmin(ConsoleAdmin):
    """Of a model with `scopes` (values of `scopes`) and `revoked_at`. A revoked key stays on the list, so that what it
    did can be told."""

    scopes: type[models.TextChoices]

    def revoke(self, key: Any) -> None:
        """Whatever uses it is refused from now on."""
        raise NotImplementedError

    @display(description=gettext_lazy("may"))
    def scope_names(self, key: Any) -> str:
        return names_of(self.scopes, key.scopes)

    @display(description=gettext_lazy("state"), ordering="revoked_at", label={"on": "success", "off": "danger"})
    def state_label(self, key: Any) -> tuple[str, Any]:
        return ("off", _("Revoked")) if key.revoked_at else ("on", _("Valid"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.revoked_at is None)

    def get_urls(self) -> list[URLPattern]:
        return [self.row_page("revoke", self.revoke_view), *super().get_urls()]

    def revoke_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        key = self.valid(request, object_id)
        if request.method != "POST":
            warning = _("Whatever uses it is refused from now on. This cannot be undone.")
            return self.confirmation(request, key, _("Revoke the key %(name)s?") % {"name": key}, warning)
        with transaction.atomic():
            self.log_change(request, key, "Revoke")
            self.revoke(key)
        self.message_user(request, "", messages.SUCCESS)
        return self.back_to_list()

    def valid(self, request: HttpRequest, object_id: int) -> Any:
        key = self.found(request, str(object_id))
        if not self.has_change_permission(request, key):
            raise PermissionDenied
        return key
