"""Exports, templates and lists of errors as files: row by row, in bounded memory, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import Any, Literal, cast

from asgiref.sync import sync_to_async
from django.http import Http404, StreamingHttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook

Format = Literal["xlsx", "csv"]
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CHUNK = 64 * 1024
_control = dict.fromkeys(set(range(32)) - {9, 10, 13})  # XML knows no others


def format_of(kind: str) -> Format:
    """Raises Http404 for what is no format."""
    if kind not in TYPES:
        raise Http404
    return cast(Format, kind)


def safe(cell: Any) -> str:
    """A spreadsheet would run what begins like a formula; a quotation mark before it makes it text again."""
    text = str(cell).translate(_control)
    return f"'{text}" if text.startswith(FORMULA) else text


def sheet(rows: Iterable[Sequence[Any]], kind: Format, name: str, title: str = "") -> StreamingHttpResponse:
    """A download of the rows, the headings first. `title` is the page's name in a spreadsheet."""
    chunks = chunks_of(rows, kind, title or _("Q&A"))
    response = StreamingHttpResponse(_in_threads(chunks), content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


def chunks_of(rows: Iterable[Sequence[Any]], kind: Format, title: str) -> Iterator[bytes]:
    """The file, piece by piece; `title` names the page of a workbook."""
    return _csv(rows) if kind == "csv" else _xlsx(rows, title)


def _csv(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """With a byte-order mark: spreadsheets would take UTF-8 for something else."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
        if out.tell() > CHUNK:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _xlsx(rows: Iterable[Sequence[Any]], title: str) -> Iterator[bytes]:
    """Numbers stay numbers."""
    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    for row in rows:
        page.append([cell if isinstance(cell, int | float) else safe(cell)[:32_767] for cell in row])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


async def _in_threads(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Under ASGI a plain iterator would be collected before the first byte leaves."""
    while (chunk := await sync_to_async(_next)(chunks)) is not None:
        yield chunk


def _next(chunks: Iterator[bytes]) -> bytes | None:
    return next(chunks, None)
