"""The bot's question matcher: one immutable object per release of a knowledge base."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chatbot.matching.index import Index
from chatbot.matching.rank import rank, shipped
from chatbot.matching.text import Script, key, script_of

_SMALL_MINORITY = 0.1
"""Share of entries in the other script below which they do not get an index of their own."""
_NEAR_CERTAIN = 0.999
"""Only the very question reaches 1.0 (A68)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One answerable thing: its standard question first, then its similar questions."""

    id: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """score: probability from 0 to 1 that `id` is right; top: ids with theirs, best first."""

    id: str | None
    score: float
    top: list[tuple[str, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    """The entries of one script and their index; ids[i] is the id of the index's entry i."""

    ids: list[str]
    index: Index

    def match(self, text: str, count: int) -> list[tuple[str, float]]:
        """The `count` likeliest ids, best first, each with its probability."""
        found = rank(self.index.candidates(text), len(self.ids), shipped())
        score = min(found.probability, _NEAR_CERTAIN)
        entries, chances = found.entries[:count].tolist(), found.chances[:count].tolist()
        pairs = zip(entries, chances, strict=True)
        return [(self.ids[entry], score * chance / chances[0]) for entry, chance in pairs]


class Matcher:
    """Finds the entry that a text asks for (B4). Immutable: threads share it, a new release is a new one."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Blank questions are skipped, and entries that have no others."""
        asked = [Entry(entry.id, tuple(filter(key, entry.questions))) for entry in entries]
        asked = [entry for entry in asked if entry.questions]
        self._exact = _exact_questions(asked)
        self._parts = {script: _part(group, script) for script, group in _by_script(asked).items()}

    def match(self, text: str, k: int = 10) -> Match:
        """The best entry and up to `k` candidates; id None and score 0 for blank text or an empty base."""
        if not self._parts or not key(text):
            return Match(None, 0.0)
        part = self._parts.get(script_of(text)) or next(iter(self._parts.values()))
        exact = [(entry_id, 1.0) for entry_id in self._exact.get(key(text), ())]
        same = dict(exact)
        top = exact + [pair for pair in part.match(text, k) if pair[0] not in same]
        return Match(*top[0], top[:k])


def _exact_questions(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """The entries that hold each question, in their order."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        for question in dict.fromkeys(map(key, entry.questions)):
            found.setdefault(question, []).append(entry.id)
    return found


def _by_script(entries: Sequence[Entry]) -> dict[Script, list[Entry]]:
    """The entries apart by the script of most of their questions, or together if one script hardly occurs."""
    groups: dict[Script, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(_script_of_entry(entry), []).append(entry)
    large: Script = max(groups, key=lambda script: len(groups[script]), default="zh")
    if len(entries) - len(groups.get(large, [])) < _SMALL_MINORITY * len(entries):
        return {large: list(entries)}
    return groups


def _script_of_entry(entry: Entry) -> Script:
    chinese = sum(script_of(question) == "zh" for question in entry.questions)
    return "zh" if 2 * chinese >= len(entry.questions) else "en"


def _part(entries: Sequence[Entry], script: Script) -> _Part:
    return _Part([entry.id for entry in entries], Index([entry.questions for entry in entries], script))
