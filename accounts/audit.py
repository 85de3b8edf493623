"""The audit log: who did what, from which address. Changes of watched models are written by themselves
(`cs_project.audit` lists them); what is no change of a row is told here."""

import copy
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from auditlog.context import set_extra_data
from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models.signals import pre_save
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
    "groups": _("groups changed"),
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
AT_A_TIME = 500
M = TypeVar("M", bound=models.Model)
TEAM = ("/admin/", "/workbench/", "/accounts/")


def record(event: str, about: models.Model, **fields: Any) -> None:
    """One of EVENTS happened to `about`. The actor and the address are those of the request, unless given."""
    fields.setdefault("changes", {})
    action = LogEntry.Action.UPDATE if fields["changes"] else LogEntry.Action.ACCESS
    LogEntry.objects.log_create(about, force_log=True, action=action, additional_data={"event": event}, **fields)


@transaction.atomic
def update_rows(rows: "models.QuerySet[M]", **values: Any) -> int:
    """What `rows.update(**values)` does (values, no expressions), with an entry for every row that it changes, in a few
    statements for many rows. Returns how many rows there were."""
    count, keys = 0, list(rows.values_list("pk", flat=True))
    named: list[Any] = [name for name in values if rows.model._meta.get_field(name).is_relation] or [None]
    for start in range(0, len(keys), AT_A_TIME):
        meant = rows.filter(pk__in=keys[start : start + AT_A_TIME]).select_related(*named)
        before = list(meant.order_by("pk").select_for_update(of=("self",)))
        record_changes([(row, _changed(row, values)) for row in before], values)
        count += rows.model._base_manager.filter(pk__in=[row.pk for row in before]).update(**values)
    return count


def _changed(row: M, values: dict[str, Any]) -> M:
    changed = copy.copy(row)
    for name, value in values.items():
        setattr(changed, name, value)
    return changed


def record_changes(pairs: "Iterable[tuple[M | None, M]]", names: Collection[str]) -> None:
    """The entries of many rows, for writes that send no signals: each as it was (None: it is new) and as it is now.
    `names` are the fields that were written."""
    entries = [_entry(before, after, names) for before, after in pairs]
    LogEntry.objects.bulk_create([entry for entry in entries if entry.changes], batch_size=AT_A_TIME)


def _entry(before: models.Model | None, after: models.Model, names: Collection[str]) -> LogEntry:
    entry = LogEntry(
        content_type=ContentType.objects.get_for_model(after),
        object_pk=str(after.pk),
        object_id=after.pk,
        object_repr=str(after),
        action=LogEntry.Action.UPDATE if before else LogEntry.Action.CREATE,
        changes=model_instance_diff(before, after, names),
    )
    pre_save.send(LogEntry, instance=entry, raw=False, using=None, update_fields=None)  # who and from where
    return entry


@contextmanager
def acting(actor: Any, address: str = "", program: str = "") -> Iterator[None]:
    """Who acts and from where, for whatever is written inside: a socket's requests, a worker, a `program`."""
    said = {"actor": actor, "remote_addr": address or None, **({"actor_email": program} if program else {})}
    with set_extra_data(context_data=said):
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
