"""What can happen to many entries at once (B9, B10), with an entry of the audit log for each."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import update_rows
from accounts.models import Member
from chatbot.models import Category, Entry


def switch_entries(entries: QuerySet[Entry], is_on: bool, by: Member) -> int:
    """How many were not so already."""
    switched = entries.exclude(is_enabled=is_on)
    return update_rows(switched, is_enabled=is_on, changed_at=timezone.now(), changed_by=by)


def move_entries(entries: QuerySet[Entry], category: Category, by: Member) -> int:
    """Within their library only: what an entry of small talk answers is not for the other rules."""
    if category.preset or entries.exclude(library=category.library).exists():
        raise ValidationError(_("Entries stay in their library."))
    moved = entries.exclude(category=category)
    return update_rows(moved, category=category, changed_at=timezone.now(), changed_by=by)


def delete_entries(entries: QuerySet[Entry], by: Member, now: datetime | None = None) -> tuple[int, datetime]:
    """How many, and the instant that brings them back. What we ship is switched off, not deleted (B18)."""
    now = now or timezone.now()
    return update_rows(entries.filter(preset=""), deleted_at=now, changed_at=now, changed_by=by), now


def restore_entries(deleted_at: datetime, by: Member) -> int:
    """Undo of one's own deletion. An entry whose question somebody wrote anew meanwhile stays deleted."""
    written = Entry.objects.filter(library=OuterRef("library"), question=OuterRef("question"))
    gone = Entry.with_deleted.filter(deleted_at=deleted_at, changed_by=by).exclude(Exists(written))
    return update_rows(gone, deleted_at=None, changed_at=timezone.now())
