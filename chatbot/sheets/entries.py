"""Entries as rows of a spreadsheet, in the columns that an import reads again."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chatbot.models import Entry
from chatbot.sheets.columns import LABELS

AT_A_TIME = 1000
EXAMPLES = (
    (
        "售后/退款",
        "如何申请退款？",
        "怎么退款\n我想退钱",
        "请在订单页点击“申请退款”，3 个工作日内退回。",
        "启用",
        "文本",
    ),
    (
        "Orders",
        "Where is my parcel?",
        "Track my order\nHas it been sent?",
        "Open **My orders** to see it.",
        "enabled",
        "Markdown",
    ),
)


def headings() -> list[str]:
    return [str(label) for label in LABELS.values()]


def rows_of(entries: QuerySet[Entry]) -> Iterator[list[str]]:
    yield headings()
    for entry in entries.select_related("category").iterator(AT_A_TIME):
        state = _("Enabled") if entry.is_enabled else _("Disabled")
        style = "Markdown" if entry.is_rich else _("Plain text")
        yield [entry.category.path, entry.question, "\n".join(entry.similar), entry.answer, state, style]


def template_rows() -> Iterable[list[str]]:
    """What 下载模板 gives: the headings and two examples."""
    return [headings(), *map(list, EXAMPLES)]
