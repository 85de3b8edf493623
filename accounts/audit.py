"""The audit log: who did what, from which address. Changes of watched models are written by themselves
(`cs_project.audit` lists them); what is no change of a row is told here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from auditlog.context import set_extra_data
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

EVENTS = {
    "login": _("logged in"),
    "login_failed": _("failed to log in"),
    "logout": _("logged out"),
    "password": _("got a new password"),
    "second_factor_on": _("two-step login switched on"),
    "second_factor_off": _("two-step login switched off"),
    "transcript": _("transcript viewed"),
    "members": _("members changed"),
    "webhook_disabled": _("disabled after long failure"),
    "join": _("joined a session"),
    "leave": _("left a session that he had joined"),
    "whisper": _("whispered to an agent"),
    "take_over": _("took a session over"),
    "assign": _("gave a session to somebody"),
    "end": _("ended somebody's session"),
    "status": _("changed an agent's status"),
    "customer_blocked": _("customer blocked"),
    "customer_unblocked": _("customer unblocked"),
    "customer_merged": _("customers merged"),
    "customer_erased": _("customer erased"),
    "export": _("export started"),
    "download": _("export downloaded"),
}
TEAM = ("/admin/", "/workbench/", "/accounts/")


def record(event: str, about: models.Model, **fields: Any) -> None:
    """One of EVENTS happened to `about`. The actor and the address are those of the request, unless given."""
    fields.setdefault("changes", {})
    action = LogEntry.Action.UPDATE if fields["changes"] else LogEntry.Action.ACCESS
    LogEntry.objects.log_create(about, force_log=True, action=action, additional_data={"event": event}, **fields)


@contextmanager
def acting(actor: Any, address: str) -> Iterator[None]:
    """Who acts and from where, for whatever is written inside: a socket's requests."""
    with set_extra_data(context_data={"actor": actor, "remote_addr": address or None}):
        yield


def forget(*about: models.Model) -> None:
    """What entries tell of a person who is erased: that something was done, by whom and when, stays."""
    keys: dict[type[models.Model], list[Any]] = {}
    for row in about:
        keys.setdefault(type(row), []).append(row.pk)
    for model, found in keys.items():
        kind = ContentType.objects.get_for_model(model)
        entries = LogEntry.objects.filter(content_type=kind, object_id__in=found)
        entries.update(object_repr="–", changes={}, changes_text="", serialized_data=None)


class Audited:
    """Who asks and from where, for whatever the pages of the team write. The server has set REMOTE_ADDR already
    from what trusted proxies say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(TEAM):
            return self.get_response(request)
        actor = request.user if request.user.is_authenticated else None
        with acting(actor, request.META.get("REMOTE_ADDR") or ""):
            return self.get_response(request)
