"""What can happen to an export (D5, D10): asked for, written by a worker, fetched until its link expires."""

import logging
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Member, Visitor
from chatbot.sheets.writing import Format, chunks_of
from workbench.filed import record_rows, records_to_export
from workbench.models import Export
from workbench.person import person_archive

logger = logging.getLogger(__name__)
State = Export.State
LEASE = timedelta(minutes=2)
LINK_VALID = timedelta(hours=24)
KEPT = timedelta(days=30)  # the row, for the list of exports
MOST_WAITING = 20
BREATHS = 500  # rows between two looks at whether it was cancelled


class Stopped(Exception):
    """Somebody cancelled it, or another worker has it."""


def export_records(filters: Mapping[str, str], kind: Format, by: Member) -> Export:
    """The filtered set of service records, as a spreadsheet. Raises ValidationError when too many wait."""
    name = f"service-records-{timezone.localtime():%Y%m%d-%H%M%S}.{kind}"
    return _ask(by, kind=Export.Kind.RECORDS, name=name, format=kind, filters=dict(filters))


def export_person(visitor: Visitor, by: Member) -> Export:
    """Everything that is kept about one person, and his files."""
    name = f"person-{timezone.localtime():%Y%m%d-%H%M%S}.zip"  # nothing of him: the audit log keeps it
    return _ask(by, kind=Export.Kind.PERSON, name=name, format="zip", visitor=visitor)


def _ask(by: Member, **fields: object) -> Export:
    if Export.objects.under_way().count() >= MOST_WAITING:
        raise ValidationError(_("Too many exports are under way. Wait for one to be ready, or cancel one."))
    export = Export.objects.create(requested_by=by, language=translation.get_language() or "", **fields)
    audit.record("export", export)
    return export


def cancel_export(export: Export) -> None:
    """Work on it stops at the next rows; a file that is ready goes."""
    running = Export.objects.under_way().filter(pk=export.pk)
    running.update(state=State.CANCELLED, claimed_at=None, finished_at=timezone.now())
    export.refresh_from_db()


def claim_export(now: datetime) -> Export | None:
    """The oldest one that waits, or whose worker gave no sign of life; ours until the lease runs out."""
    idle = Q(claimed_at=None) | Q(claimed_at__lte=now - LEASE)
    for export in Export.objects.under_way().filter(idle).order_by("pk")[:3]:
        held = Export.objects.filter(pk=export.pk, state=export.state, claimed_at=export.claimed_at)
        if held.update(claimed_at=now, state=State.RUNNING):
            export.refresh_from_db()
            return export
    return None


def write_export(export: Export) -> None:
    """From RUNNING to DONE. A failure is recorded; what a dead worker left begins anew after the lease."""
    try:
        with translation.override(export.language or None), tempfile.TemporaryFile() as file:
            for chunk in _chunks(export):
                file.write(chunk)
            file.seek(0)
            _keep(export)
            export.file.save(f"{export.pk}-{export.name}", File(file), save=False)
        now = timezone.now()
        done = {"state": State.DONE, "claimed_at": None, "finished_at": now, "expires_at": now + LINK_VALID}
        _keep(export, file=export.file.name, **done)
    except Stopped:
        export.file.delete(save=False) if export.file else None
    except Exception as error:
        logger.exception("export %s failed", export.pk)
        failed = Export.objects.filter(pk=export.pk, state=State.RUNNING)
        failed.update(state=State.FAILED, failure=f"{type(error).__name__}: {error}"[:500], claimed_at=None)


def _chunks(export: Export) -> Iterator[bytes]:
    if export.kind == Export.Kind.PERSON:
        if export.visitor is None:
            raise Stopped  # erased meanwhile
        return person_archive(export.visitor)
    found = records_to_export(export.filters)
    _keep(export, total=found.count())
    return chunks_of(_counted(export, record_rows(found)), export.format, _("Service records"))  # type: ignore[arg-type]


def _counted(export: Export, rows: Iterable[list[object]]) -> Iterator[list[object]]:
    for number, row in enumerate(rows):
        if number % BREATHS == 0:
            _keep(export, rows=number)
        yield row
    _keep(export, rows=export.total)


def _keep(export: Export, **changes: object) -> None:
    """A sign of life. Raises Stopped when it is not ours any more."""
    held = Export.objects.filter(pk=export.pk, state=State.RUNNING, claimed_at=export.claimed_at)
    now = timezone.now()
    if not held.update(**{"claimed_at": now, **changes}):
        raise Stopped
    for name, value in {"claimed_at": now, **changes}.items():
        setattr(export, name, value)


def expire_exports(now: datetime) -> int:
    """Files whose link expired go; rows later. Returns how many files went."""
    expired = list(Export.objects.filter(state=State.DONE, expires_at__lte=now)[:20])
    for export in expired:
        drop_file(export)
    Export.objects.exclude(state__in=[State.WAITING, State.RUNNING, State.DONE]).filter(
        created_at__lt=now - KEPT
    ).delete()
    return len(expired)


def drop_file(export: Export) -> None:
    """Its link leads nowhere from now on."""
    if export.file:
        export.file.delete(save=False)
    Export.objects.filter(pk=export.pk).update(state=State.EXPIRED, file="")
