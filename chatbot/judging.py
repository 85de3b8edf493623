"""How well a snapshot answers questions whose right entry is known; what a new release would make better or worse."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from chatbot.knowledge import Knowledge
from chatbot.models import LabelledQuestion
from chatbot.rules import ANSWERING, Rule


@dataclass(frozen=True)
class Labelled:
    """A question and the id of the entry that answers it; None when nothing should."""

    text: str
    expected: str | None


@dataclass(frozen=True)
class Judged:
    """What became of a labelled question. `best` is the likeliest entry, whatever rule fired."""

    text: str
    expected: str | None
    rule: Rule
    best: str | None
    score: float

    @property
    def is_answered(self) -> bool:
        return self.rule in ANSWERING

    @property
    def is_right(self) -> bool:
        """Answered with the expected entry; or rightly not answered."""
        return (self.is_answered and self.best == self.expected) if self.expected else not self.is_answered


@dataclass(frozen=True)
class Summary:
    """Shares from 0 to 1, None where there is nothing to divide. accuracy: the likeliest entry is the expected one.
    precision: answers that were right. coverage: questions of the base that were answered rightly."""

    asked: int
    right: int
    accuracy: float | None
    precision: float | None
    coverage: float | None


@dataclass(frozen=True)
class Report:
    """The draft (`after`) against the release in force (`before`), question by question."""

    before: Summary
    after: Summary
    repaired: tuple[tuple[Judged, Judged], ...]
    broken: tuple[tuple[Judged, Judged], ...]


def judge(known: Knowledge, questions: Iterable[Labelled]) -> list[Judged]:
    return [_judged(known, question) for question in questions]


def summary(judged: Sequence[Judged]) -> Summary:
    inside = [item for item in judged if item.expected]
    answered = [item for item in judged if item.is_answered]
    return Summary(
        asked=len(judged),
        right=sum(item.is_right for item in judged),
        accuracy=_share(sum(item.best == item.expected for item in inside), len(inside)),
        precision=_share(sum(item.is_right for item in answered), len(answered)),
        coverage=_share(sum(item.is_right for item in inside), len(inside)),
    )


def compare(before: Knowledge, after: Knowledge, questions: Sequence[Labelled]) -> Report:
    """The regression report before publishing."""
    old, new = judge(before, questions), judge(after, questions)
    pairs = list(zip(old, new, strict=True))
    return Report(
        before=summary(old),
        after=summary(new),
        repaired=tuple(pair for pair in pairs if pair[1].is_right and not pair[0].is_right),
        broken=tuple(pair for pair in pairs if pair[0].is_right and not pair[1].is_right),
    )


def stored_questions() -> list[Labelled]:
    """The labelled set of the console."""
    rows = LabelledQuestion.objects.order_by("pk").values_list("text", "entry_id")
    return [Labelled(text, str(entry) if entry else None) for text, entry in rows]


def read_labelled(path: Path, known: Knowledge) -> list[Labelled]:
    """A file of questions: JSON lines {"text", "expected"} or CSV with these columns; `expected` is a standard
    question, or nothing. Raises ValueError with line and reason."""
    ids = {row["question"]: entry_id for entry_id, row in known.entries.items()}
    return [_read(number, row, ids) for number, row in enumerate(_rows(path), 1)]


def _rows(path: Path) -> list[dict[str, str | None]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        if path.suffix == ".csv":
            return list(csv.DictReader(lines))
        return [json.loads(line) for line in lines if line.strip()]


def _read(number: int, row: dict[str, str | None], ids: dict[str, str]) -> Labelled:
    text, expected = (row.get("text") or "").strip(), (row.get("expected") or "").strip()
    if not text:
        raise ValueError(_("line %(line)s: the question is missing") % {"line": number})
    if expected and expected not in ids:
        wrong = {"line": number, "question": expected}
        raise ValueError(_("line %(line)s: no entry has the standard question “%(question)s”") % wrong)
    return Labelled(text, ids[expected] if expected else None)


def _judged(known: Knowledge, question: Labelled) -> Judged:
    found = known.ask(question.text)
    chosen = found.chitchat if found.verdict.rule == "chitchat" else found.answer
    return Judged(question.text, question.expected, found.verdict.rule, chosen.id, found.verdict.score)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
