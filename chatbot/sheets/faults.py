"""What is wrong with the bad rows of an import, in the reader's language: on the page, in a file, in a terminal."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from chatbot.models import SheetImport
from chatbot.sheets.columns import LABELS
from chatbot.sheets.rows import REASONS


def reasons_of(line: dict[str, Any]) -> list[str]:
    """One text a fault: the field, then the reason."""
    return [
        f"{LABELS[fault['field']]} {REASONS[fault['reason']] % fault['details']}" for fault in line["faults"]
    ]  # fmt: skip


def fault_lines(job: SheetImport) -> Iterator[str]:
    for line in _lines(job):
        yield _("Row %(row)s: %(reasons)s") % {"row": line["row"], "reasons": "; ".join(reasons_of(line))}


def fault_rows(job: SheetImport) -> Iterator[list[Any]]:
    """The bad rows as they were, to be corrected and imported again, with the reasons in the last columns."""
    width = len(job.headings)
    yield [*job.headings, _("Row in the file"), _("What is wrong")]
    for line in _lines(job):
        cells = [*line["cells"], *[""] * width][:width]
        yield [*cells, line["row"], "; ".join(reasons_of(line))]


def _lines(job: SheetImport) -> Iterator[dict[str, Any]]:
    if not job.faults:
        return
    with job.faults.open("rb") as file, gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
