"""What can happen to an import (B8, B15, A70). A worker that is free works on it, half by half."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import Member
from chatbot.models import Library, SheetImport
from chatbot.sheets.checking import Stopped, check
from chatbot.sheets.columns import recognise
from chatbot.sheets.importing import carry_out
from chatbot.sheets.reading import Unreadable, open_sheet

logger = logging.getLogger(__name__)
State = SheetImport.State
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=7)  # files and reports of what is over


def upload_sheet(file: Any, name: str, library: str, by: Member | None) -> SheetImport:
    """The file with its columns as we understand them. Raises ValidationError for files that cannot be read."""
    if library == Library.PRESET:
        raise ValidationError(_("Preset chit-chat is not imported."))
    try:
        sheet = open_sheet(file)
        next(sheet.rows, None)
    except Unreadable as reason:
        raise ValidationError({"file": str(reason)}) from None
    job = SheetImport(
        name=name[-200:], library=library, added_by=by, headings=sheet.headings, heading_row=sheet.heading_row,
        columns={str(at): field for at, field in recognise(sheet.headings).items()},
    )  # fmt: skip
    file.seek(0)
    job.file.save(f"sheet{'.xlsx' if name.lower().endswith('.xlsx') else '.csv'}", File(file), save=False)
    job.save()
    return job


def start_checking(job: SheetImport, columns: dict[str, str], *, updates: bool, good_only: bool) -> None:
    """Raises ValidationError unless a question and an answer have a column each."""
    if not {"question", "answer"} <= set(columns.values()):
        raise ValidationError(_("Choose the columns of the standard question and of the answer."))
    single = [name for name in columns.values() if name != "similar"]
    if len(single) != len(set(single)):
        raise ValidationError(_("Only similar questions may have several columns."))
    _move(
        job, [State.UPLOADED, State.CHECKED], state=State.CHECKING, columns=columns, updates=updates,
        good_only=good_only, rows=0, claimed_at=None,
    )  # fmt: skip


def confirm_import(job: SheetImport, *, good_only: bool) -> None:
    """All rows or none, unless the good ones alone are wanted. Raises ValidationError where there is nothing to do."""
    job.refresh_from_db()
    if job.count("bad") and not good_only:
        raise ValidationError(_("There are bad rows. Correct the file, or import the good rows alone."))
    if not job.to_import:
        raise ValidationError(_("There is nothing to import."))
    _move(job, [State.CHECKED], state=State.IMPORTING, good_only=good_only, claimed_at=None)


def cancel_import(job: SheetImport) -> None:
    """Work on it stops at the next batch; what is in stays in."""
    over = [State.DONE, State.CANCELLED, State.FAILED]
    running = SheetImport.objects.filter(pk=job.pk).exclude(state__in=over)
    running.update(state=State.CANCELLED, claimed_at=None, finished_at=timezone.now())
    job.refresh_from_db()


def _move(job: SheetImport, expected: list[str], **changes: Any) -> None:
    if not SheetImport.objects.filter(pk=job.pk, state__in=expected).update(**changes):
        raise ValidationError(_("Somebody else has gone on with this import. Load the page again."))
    job.refresh_from_db()


def claim_import(now: datetime) -> SheetImport | None:
    """The oldest one that waits for work, or whose worker gave no sign of life; ours until the lease runs out."""
    idle = Q(claimed_at=None) | Q(claimed_at__lte=now - LEASE)
    waiting = SheetImport.objects.filter(idle, state__in=[State.CHECKING, State.IMPORTING])
    for job in waiting.order_by("pk")[:3]:
        held = SheetImport.objects.filter(pk=job.pk, state=job.state, claimed_at=job.claimed_at)
        if held.update(claimed_at=now):
            job.claimed_at = now
            return job
    return None


def work_on(job: SheetImport) -> None:
    """The next half of it. A failure is recorded; what a dead worker left is taken up after the lease."""
    try:
        with acting(job.added_by, program="" if job.added_by else "manage.py bot_import"):
            check(job) if job.state == State.CHECKING else carry_out(job)
    except Stopped:
        return
    except Unreadable as reason:
        _fail(job, str(reason))
    except Exception as error:
        logger.exception("import %s failed", job.pk)
        _fail(job, f"{type(error).__name__}: {error}")
    finally:
        job.refresh_from_db()


def _fail(job: SheetImport, reason: str) -> None:
    held = SheetImport.objects.filter(pk=job.pk, state__in=[State.CHECKING, State.IMPORTING])
    held.update(state=State.FAILED, failure=reason[:500], claimed_at=None, finished_at=timezone.now())


def erase_old_imports(now: datetime) -> int:
    """With their files."""
    old = list(SheetImport.objects.filter(created_at__lt=now - KEPT)[:20])
    for job in old:
        for file in (job.file, job.plan, job.faults):
            if file:
                file.delete(save=False)
        job.delete()
    return len(old)
