"""A row of a spreadsheet as an entry, or everything that is wrong with it. Pure: no database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from django.utils.translation import gettext_lazy as _

from chatbot.models.category import DEEPEST, SEPARATOR
from chatbot.models.knowledge import ANSWER_LENGTH, MOST_SIMILAR, QUESTION_LENGTH
from chatbot.safe import unsafe_markdown

CATEGORY_LENGTH = 60
REASONS = {
    "missing": _("is missing"),
    "long": _("is longer than %(most)s characters"),
    "many": _("are more than %(most)s"),
    "deep": _("is more than %(most)s levels deep"),
    "unknown": _("“%(value)s” is not known"),
    "unsafe": _("contains HTML or scripts, or a link that is neither http:// nor https://"),
    "repeated": _("is the same as in row %(row)s"),
}


def _words(text: str) -> set[str]:
    return set(text.split())


ON = _words("启用 启用中 已启用 是 有效 上线 开 开启 enabled enable active on yes true 1 y")
OFF = _words("停用 已停用 未启用 禁用 否 无效 下线 关 关闭 disabled disable inactive off no false 0 n")
RICH = _words("富文本 markdown md rich richtext")
PLAIN = _words("文本 纯文本 普通文本 text plain txt")
_levels = re.compile(r"[/>＞／\\]+")
_questions = re.compile(r"\n+")
_inline = re.compile(r"[|｜;；]+")


@dataclass(frozen=True)
class Candidate:
    """What a row asks for. `category` holds names from the top; empty is 未分类."""

    row: int
    question: str
    answer: str
    similar: list[str] = made(default_factory=list)
    category: list[str] = made(default_factory=list)
    is_enabled: bool = True
    is_rich: bool = False


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one field of a row; `reason` is a key of REASONS."""

    field: str
    reason: str
    details: dict[str, Any] = made(default_factory=dict)


def read_row(number: int, cells: Sequence[str], columns: Mapping[int, str]) -> tuple[Candidate, list[Fault]]:
    """The faults are all of the row's, so that one correction is enough."""
    texts = {name: [cells[at] for at, named in columns.items() if named == name and at < len(cells)]
             for name in set(columns.values())}  # fmt: skip

    def one(name: str) -> str:
        return next(iter(texts.get(name, [])), "")

    question = " ".join(one("question").split())
    state, style = _flag(one("state"), ON, OFF), _flag(one("format"), RICH, PLAIN)
    found = Candidate(
        number, question, one("answer"), _similar(texts.get("similar", []), question), _category(one("category")),
        is_enabled=state is not False, is_rich=style is True,
    )  # fmt: skip
    faults = list(_faults(found))
    for name, flag in (("state", state), ("format", style)):
        if flag is None and one(name):
            faults.append(Fault(name, "unknown", {"value": one(name)[:40]}))
    return found, faults


def _flag(text: str, yes: set[str], no: set[str]) -> bool | None:
    word = re.sub(r"[\s_-]+", "", text).lower()
    return True if word in yes else False if word in no else None


def _similar(cells: list[str], question: str) -> list[str]:
    """One a line; in a cell of one line also apart by | or ;. Many columns are read as one."""
    texts = (
        part
        for cell in cells
        for part in (_questions.split(cell) if "\n" in cell else _inline.split(cell))
    )  # fmt: skip
    found = dict.fromkeys(" ".join(text.split()) for text in texts)
    return [text for text in found if text and text != question]


def _category(text: str) -> list[str]:
    return [name for part in _levels.split(text) if (name := " ".join(part.split()))]


def _faults(found: Candidate) -> list[Fault]:
    faults = [Fault(name, "missing") for name in ("question", "answer") if not getattr(found, name)]
    lengths = [
        ("question", found.question, QUESTION_LENGTH), ("answer", found.answer, ANSWER_LENGTH),
        *(("similar", text, QUESTION_LENGTH) for text in found.similar),
        *(("category", name, CATEGORY_LENGTH) for name in found.category),
    ]  # fmt: skip
    too_long = {name: most for name, text, most in lengths if len(text) > most}
    faults += [Fault(name, "long", {"most": most}) for name, most in too_long.items()]
    if len(found.similar) > MOST_SIMILAR:
        faults.append(Fault("similar", "many", {"most": MOST_SIMILAR}))
    if len(found.category) > DEEPEST:
        faults.append(Fault("category", "deep", {"most": DEEPEST}))
    if found.is_rich and unsafe_markdown(found.answer):
        faults.append(Fault("answer", "unsafe"))
    return faults


def path_of(names: Sequence[str]) -> str:
    return SEPARATOR.join(names)
