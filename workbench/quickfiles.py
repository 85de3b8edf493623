"""Quick replies as spreadsheets (A93): an agent's own in the workbench, the shared ones in the console.

A file is read whole before anything changes: bad rows are named by their number, and then nothing is saved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member
from chatbot.sheets.reading import Cells, Unreadable, open_sheet
from workbench.models import QuickFolder, QuickReply
from workbench.models.quick import LONGEST_CONTENT, LONGEST_NAME, LONGEST_TITLE, MOST

MOST_SHARED = 5000
MOST_FAULTS = 100
NAMES = {
    "folder": {"分类", "文件夹", "folder", "category"},
    "title": {"标题", "title"},
    "content": {"内容", "回复内容", "content", "reply"},
}


class Refused(Exception):
    """Nothing was saved: `faults` are (number of the row, 0 for the file, and why)."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        super().__init__(faults)
        self.faults = list(faults)[:MOST_FAULTS]


@dataclass(frozen=True)
class Row:
    number: int
    folder: str
    title: str
    content: str


def rows_of(owner: Member | None) -> Iterator[Sequence[str]]:
    """Headings, then his replies; the shared ones for None."""
    yield (_("folder"), _("title"), _("content"))
    replies = QuickReply.objects.filter(folder__owner=owner).select_related("folder")
    for reply in replies.order_by("folder__position", "folder_id", "position", "pk"):
        yield (reply.folder.name, reply.title, reply.content)


def read_in(file: IO[bytes] | None, owner: Member | None) -> int:
    """Adds what the file holds; a reply of the same folder and title gets the file's content. The number of rows.
    Raises Refused."""
    if file is None:
        raise Refused([(0, _("Choose a file."))])
    rows = _read(file)
    faults = [(row.number, fault) for row in rows for fault in _faults(row)]
    if faults or not rows:
        raise Refused(faults or [(0, _("The file is empty."))])
    with transaction.atomic():
        if owner is not None:
            Member.objects.select_for_update().get(pk=owner.pk)  # as when he saves one
        for row in rows:
            folder, _made = QuickFolder.objects.get_or_create(owner=owner, name=row.folder)
            QuickReply.objects.update_or_create(folder=folder, title=row.title, defaults={"content": row.content})
        most = MOST_SHARED if owner is None else MOST
        if QuickReply.objects.filter(folder__owner=owner).count() > most:
            raise Refused([(0, _("There would be more than %(n)s quick replies, which is the most.") % {"n": most})])
    return len(rows)


def _read(file: IO[bytes]) -> list[Row]:
    try:
        sheet = open_sheet(file)
        places = _places(sheet.headings)
        return [Row(number, *(_cell(cells, place) for place in places)) for number, cells in sheet.rows]
    except Unreadable as error:
        raise Refused([(0, str(error))]) from None


def _places(headings: Cells) -> tuple[int, int, int]:
    """The columns of folder, title and content: by their names, otherwise the first three."""
    said = [heading.strip().lower() for heading in headings]
    found = [next((at for at, name in enumerate(said) if name in NAMES[field]), None) for field in NAMES]
    folder, title, content = (at if at is not None else default for default, at in enumerate(found))
    return folder, title, content


def _cell(cells: Cells, place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _faults(row: Row) -> Iterator[str]:
    fields = (
        (_("The folder"), row.folder, LONGEST_NAME), (_("The title"), row.title, LONGEST_TITLE),
        (_("The content"), row.content, LONGEST_CONTENT),
    )  # fmt: skip
    for name, value, longest in fields:
        if not value:
            yield _("%(field)s is missing.") % {"field": name}
        elif len(value) > longest:
            yield _("%(field)s is longer than %(n)s characters.") % {"field": name, "n": longest}
