"""The first half of an import: every row is read and compared with what is there; nothing is changed.

Leaves two files of JSON lines behind: the plan (what to add and to change) and the faults (bad rows, with reasons).
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files import File
from django.utils import timezone

from chatbot.models import Entry, SheetImport
from chatbot.sheets.reading import Cells, open_sheet
from chatbot.sheets.rows import Candidate, Fault, path_of, read_row

AT_A_TIME = 500
MOST_EXAMPLES = {"new": 20, "changed": 20, "skipped": 20, "bad": 100}
State = SheetImport.State


class Stopped(Exception):
    """Somebody cancelled it, or another worker has it."""


@dataclass
class Report:
    """What was found so far."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MOST_EXAMPLES, 0))
    examples: dict[str, list[Any]] = field(default_factory=lambda: {kind: [] for kind in MOST_EXAMPLES})

    def note(self, kind: str, example: dict[str, Any]) -> None:
        self.counts[kind] += 1
        if len(self.examples[kind]) < MOST_EXAMPLES[kind]:
            self.examples[kind].append(example)


def check(job: SheetImport) -> None:
    """From CHECKING to CHECKED. Raises Unreadable for files that cannot be read, Stopped when it was cancelled."""
    report = Report()
    columns = {int(at): name for at, name in job.columns.items()}
    with job.file.open("rb") as file, TemporaryFile() as plan, TemporaryFile() as faults:
        with gzip.open(plan, "wt", encoding="utf-8") as plan_lines, gzip.open(faults, "wt", encoding="utf-8") as bad:
            rows = open_sheet(file).rows
            for batch in batches(_good(rows, columns, report, bad), AT_A_TIME):
                _compare(batch, job, report, plan_lines)
                keep_lease(job, State.CHECKING, rows=max(candidate.row for candidate in batch))
        _finish(job, report, plan, faults)


def _good(
    rows: Iterator[tuple[int, Cells]], columns: dict[int, str], report: Report, bad: IO[str]
) -> Iterator[Candidate]:
    """The rows without faults; a question that the file holds twice is one."""
    seen: dict[str, int] = {}
    for number, cells in rows:
        candidate, found = read_row(number, cells, columns)
        first = seen.setdefault(candidate.question.casefold(), number)
        if candidate.question and first != number:
            found.append(Fault("question", "repeated", {"row": first}))
        if not found:
            yield candidate
            continue
        line = {"row": number, "faults": [asdict(fault) for fault in found], "question": candidate.question[:60]}
        report.note("bad", line)
        bad.write(json.dumps({**line, "cells": cells}, ensure_ascii=False) + "\n")


def _compare(batch: list[Candidate], job: SheetImport, report: Report, plan: IO[str]) -> None:
    there = existing(job.library, batch)
    for candidate in batch:
        entry = there.get(candidate.question)
        kind = kind_of(candidate, entry, updates=job.updates)
        report.note(kind, {"row": candidate.row, "question": candidate.question})
        if kind != "skipped":
            plan.write(json.dumps(asdict(candidate), ensure_ascii=False) + "\n")


def existing(library: str, batch: Iterable[Candidate]) -> dict[str, Entry]:
    questions = [candidate.question for candidate in batch]
    found = Entry.objects.filter(library=library, question__in=questions).select_related("category")
    return {entry.question: entry for entry in found}


def kind_of(candidate: Candidate, entry: Entry | None, *, updates: bool) -> str:
    if entry is None:
        return "new"
    return "changed" if updates and not _is_same(candidate, entry) else "skipped"


def _is_same(candidate: Candidate, entry: Entry) -> bool:
    fields = ("similar", "answer", "is_enabled", "is_rich")
    is_there = not candidate.category or path_of(candidate.category) == entry.category.path
    return is_there and all(getattr(candidate, name) == getattr(entry, name) for name in fields)


def _finish(job: SheetImport, report: Report, plan: IO[bytes], faults: IO[bytes]) -> None:
    for name, file in (("plan", plan), ("faults", faults)):
        file.seek(0)
        getattr(job, name).save(f"{job.pk}-{name}.jsonl.gz", File(file), save=False)
    keep_lease(
        job, State.CHECKING, state=State.CHECKED, claimed_at=None, counts=report.counts, examples=report.examples,
        plan=job.plan.name, faults=job.faults.name,
    )  # fmt: skip


def keep_lease(job: SheetImport, expected: str, **changes: Any) -> None:
    """Progress, and a sign of life. Raises Stopped when the row is no longer ours to work on."""
    held = SheetImport.objects.filter(pk=job.pk, state=expected, claimed_at=job.claimed_at)
    job.claimed_at = changes.setdefault("claimed_at", timezone.now())
    if not held.update(**changes):
        raise Stopped


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
