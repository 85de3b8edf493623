"""The second half of an import: the plan is carried out, a batch a transaction, from where the last worker stopped."""

import copy
import gzip
import itertools
import json
import time
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.audit import record_changes
from chatbot.models import Category, Entry, SheetImport, default_category
from chatbot.sheets.checking import AT_A_TIME, batches, existing, keep_lease, kind_of
from chatbot.sheets.rows import Candidate, path_of

BREATH_SECONDS = 0.01  # between batches: visitors' messages come first
CHANGED = ("category", "similar", "answer", "is_enabled", "is_rich", "changed_at", "changed_by")
State = SheetImport.State


def carry_out(job: SheetImport) -> None:
    """From IMPORTING to DONE. Raises Stopped when it was cancelled; what is in stays in."""
    with job.plan.open("rb") as file, gzip.open(file, "rt", encoding="utf-8") as lines:
        left = itertools.islice(lines, job.imported, None)
        for batch in batches((Candidate(**json.loads(line)) for line in left), AT_A_TIME):
            with transaction.atomic():
                _store(job, batch)
                job.imported += len(batch)
                keep_lease(job, State.IMPORTING, imported=job.imported)
            time.sleep(BREATH_SECONDS)
    keep_lease(job, State.IMPORTING, state=State.DONE, claimed_at=None, finished_at=timezone.now())


def _store(job: SheetImport, batch: Sequence[Candidate]) -> None:
    """Compared once more: somebody may have written some of it since it was checked."""
    folders = _folders(job.library, batch)
    there = existing(job.library, batch)
    before = {entry.pk: copy.copy(entry) for entry in there.values()}
    now = timezone.now()
    new: list[Entry] = []
    changed: list[Entry] = []
    for candidate in batch:
        entry = there.get(candidate.question)
        kind = kind_of(candidate, entry, updates=job.updates)
        if kind == "skipped":
            continue
        if entry is None:
            entry = Entry(library=job.library, question=candidate.question, category=folders[()], created_at=now)
        (changed if entry.pk else new).append(entry)
        if candidate.category:
            entry.category = folders[tuple(candidate.category)]
        for name in ("similar", "answer", "is_enabled", "is_rich"):
            setattr(entry, name, getattr(candidate, name))
        entry.changed_at, entry.changed_by = now, job.added_by
    Entry.objects.bulk_create(new, ignore_conflicts=True)
    Entry.objects.bulk_update(changed, CHANGED)
    record_changes([(before[entry.pk], entry) for entry in changed], CHANGED)
    record_changes([(None, entry) for entry in _stored(job.library, new, now)], ("question", *CHANGED))


def _stored(library: str, new: Sequence[Entry], now: datetime) -> QuerySet[Entry]:
    """With their keys; without those that somebody else wrote at the same moment."""
    questions = [entry.question for entry in new]
    found: QuerySet[Entry] = Entry.objects.filter(library=library, question__in=questions, created_at=now)
    return found.select_related("category", "changed_by")


def _folders(library: str, batch: Sequence[Candidate]) -> dict[tuple[str, ...], Category]:
    """The categories that a batch names, made where they are missing; () is 未分类."""
    found: dict[tuple[str, ...], Category] = {(): default_category(library)}
    paths = {category.path.casefold(): category for category in Category.objects.of(library)}
    for names in {tuple(candidate.category) for candidate in batch if candidate.category}:
        parent: Category | None = None
        for depth in range(1, len(names) + 1):
            path = path_of(names[:depth]).casefold()
            if path not in paths:
                paths[path] = Category.objects.create(library=library, parent=parent, name=names[depth - 1])
            parent = paths[path]
        if parent:
            found[names] = parent
    return found
