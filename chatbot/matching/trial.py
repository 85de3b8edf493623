"""What a knowledge base says about itself: its own similar questions, left out in turn, are asked again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chatbot.matching.matcher import Entry, Matcher

FOLDS = 5
MOST_ASKED = 2000
LARGE = 3000
"""Entries above which one fold has to do: building an index five times would take minutes."""
UNKNOWN_SHARE = 0.25
"""Share of visitors' questions that no entry answers, as it is assumed."""
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question put to a base. is_known: an entry answers it; is_right: the best entry is that one."""

    score: float
    is_known: bool
    is_right: bool


@dataclass(frozen=True, slots=True)
class Point:
    """At a threshold: the share of answers that are right, and of the questions with an answer that get it."""

    threshold: float
    precision: float | None
    coverage: float


def ask_itself(entries: Sequence[Entry]) -> list[Asked]:
    """Each question of an entry with several is asked of a base without it. In every fold some entries are left out
    whole: their questions stand for those that nothing answers."""
    folds = range(FOLDS) if len(entries) <= LARGE else range(1)
    return [asked for fold in folds for asked in _fold(entries, fold, MOST_ASKED // len(folds))]


def points(asked: Sequence[Asked]) -> list[Point]:
    """The curve, with unknown questions weighed as UNKNOWN_SHARE of the traffic."""
    known = sum(item.is_known for item in asked)
    if not known:
        return []
    outside = UNKNOWN_SHARE if known < len(asked) else 0.0
    weight = {True: (1 - outside) / known, False: outside / max(1, len(asked) - known)}
    return [_point(threshold, asked, weight) for threshold in THRESHOLDS]


def _point(threshold: float, asked: Sequence[Asked], weight: dict[bool, float]) -> Point:
    answered = [item for item in asked if item.score >= threshold]
    all_answers = sum(weight[item.is_known] for item in answered)
    right = sum(weight[True] for item in answered if item.is_right)
    every = sum(weight[True] for item in asked if item.is_known)
    return Point(threshold, right / all_answers if answered else None, right / every)


@dataclass(frozen=True, slots=True)
class Split:
    """A base without some of its questions, and these: (text, id of its entry, or None where that left too)."""

    kept: list[Entry]
    known: list[tuple[str, str | None]]
    unknown: list[tuple[str, str | None]]


def split(entries: Sequence[Entry], fold: int) -> Split:
    """The base without every fifth question and every tenth entry."""
    found = Split([], [], [])
    for number, entry in enumerate(entries):
        if number % (2 * FOLDS) == 2 * fold + 1 and len(entries) > 2 * FOLDS:
            found.unknown.append((entry.questions[0], None))
            continue
        stays = tuple(text for place, text in enumerate(entry.questions) if (number + place) % FOLDS != fold)
        found.kept.append(Entry(entry.id, stays or entry.questions))
        if stays:
            found.known.extend((text, entry.id) for text in entry.questions if text not in stays)
    return found


def _fold(entries: Sequence[Entry], fold: int, most: int) -> Iterable[Asked]:
    parts = split(entries, fold)
    matcher = Matcher(parts.kept)
    for text, entry_id in (*spread(parts.known, most), *spread(parts.unknown, most // 4)):
        found = matcher.match(text, 1)
        yield Asked(found.score, entry_id is not None, entry_id is not None and found.id == entry_id)


def spread(rows: list[tuple[str, str | None]], most: int) -> list[tuple[str, str | None]]:
    """At most so many, evenly over all of them."""
    return rows[:: max(1, -(-len(rows) // max(1, most)))]
