"""Files as rows of texts, one after the other. Everything odd is `Unreadable`, with a reason for whoever sent it."""

import codecs
import csv
import io
import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from chatbot.sheets.columns import is_headings
from chatbot.sheets.writing import FORMULA

LARGEST_BYTES = 64 * 1024 * 1024
LARGEST_UNPACKED = 400 * 1024 * 1024
LARGEST_PART = 300 * 1024 * 1024
LARGEST_RATIO = 200
MOST_PARTS = 2000
MOST_ROWS = 100_000
MOST_COLUMNS = 120
LONGEST_CELL = 40_000  # characters; spreadsheets allow 32,767
LOOKED_AT = 10  # rows among which the headings are searched

Cells = list[str]


class Unreadable(Exception):
    """Says why, in the reader's language."""


@dataclass(frozen=True)
class Sheet:
    """`rows` go on after the headings: (number in the file from 1, cells). Blank rows are left out."""

    headings: Cells
    heading_row: int
    rows: Iterator[tuple[int, Cells]]


def open_sheet(file: IO[bytes]) -> Sheet:
    """Raises Unreadable, also while the rows are read."""
    rows = _numbered(_xlsx(file) if _is_xlsx(file) else _csv(file))
    first: list[tuple[int, Cells]] = []
    for number, cells in rows:
        first.append((number, cells))
        if is_headings(cells) or len(first) == LOOKED_AT:
            break
    if not first:
        raise Unreadable(_("The file is empty."))
    named = next((place for place, (_number, cells) in enumerate(first) if is_headings(cells)), 0)
    heading_row, headings = first[named]
    return Sheet(headings, heading_row, itertools.chain(first[named + 1 :], rows))


def _numbered(rows: Iterator[Cells]) -> Iterator[tuple[int, Cells]]:
    full = 0
    try:
        for number, cells in enumerate(rows, 1):
            if any(cells):
                full += 1
                if full > MOST_ROWS + 1:
                    raise Unreadable(_("A file may have %(most)s rows. Split it.") % {"most": MOST_ROWS})
                yield number, cells
    except (Unreadable, GeneratorExit):
        raise
    except Exception as error:  # the libraries raise whatever their parsers raise
        raise Unreadable(_("The file is damaged: it cannot be read to its end.")) from error


def _is_xlsx(file: IO[bytes]) -> bool:
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if size > LARGEST_BYTES:
        raise Unreadable(_("The file is larger than %(most)s MB.") % {"most": LARGEST_BYTES // 1024 // 1024})
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("This is an old or protected Excel file. Save it as .xlsx without a password."))
    return start.startswith(b"PK")


# --- xlsx


def _xlsx(file: IO[bytes]) -> Iterator[Cells]:
    """The first sheet; formulas count as what they last gave."""
    _refuse_bombs(file)
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        for values in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
            yield [_text(value) for value in values]
    finally:
        book.close()


def _refuse_bombs(file: IO[bytes]) -> None:
    """By the sizes that the archive declares; unpacking stops there, so that lies about them do not help."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable(_("The file is damaged: it cannot be read to its end.")) from error
    bulky = [part for part in parts if part.file_size > 1024 * 1024]
    is_bomb = (
        len(parts) > MOST_PARTS
        or sum(part.file_size for part in parts) > LARGEST_UNPACKED
        or any(part.file_size > LARGEST_PART for part in parts)
        or any(part.file_size > LARGEST_RATIO * max(part.compress_size, 1) for part in bulky)
    )
    if is_bomb:
        raise Unreadable(_("The file unpacks to far more than a spreadsheet of questions holds."))
    file.seek(0)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        value = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return _clean(str(value))


def _clean(text: str) -> str:
    """Without the quotation mark that an export of ours puts before formulas."""
    text = text[:LONGEST_CELL].replace("\r\n", "\n").replace("_x000D_", "").replace("\0", "").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


# --- csv


def _csv(file: IO[bytes]) -> Iterator[Cells]:
    encoding = _encoding(file)
    file.seek(0)
    lines = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        delimiter = max(",\t;", key=lines.readline().count)
        lines.seek(0)
        for row in csv.reader(lines, delimiter=delimiter):
            yield [_clean(cell) for cell in row[:MOST_COLUMNS]]
    finally:
        lines.detach()


def _encoding(file: IO[bytes]) -> str:
    """utf-8 with or without its mark, utf-16 with its mark, gb18030: by reading the whole file once."""
    start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while chunk := file.read(1 << 20):
                if "\0" in decoder.decode(chunk):
                    raise Unreadable(_("This is neither an Excel (.xlsx) nor a CSV file."))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(_("The text of the file is neither UTF-8 nor GB18030."))
