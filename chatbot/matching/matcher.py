"""The bot's question matcher: one immutable object per release of a knowledge base."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from chatbot.matching.exact import Exact
from chatbot.matching.index import Candidates, Index
from chatbot.matching.lexicon import Lexicon
from chatbot.matching.packed import Parts, nested, under
from chatbot.matching.rank import Blend, Sense, rank, shipped
from chatbot.matching.semantic import Meaning, Space, nearest
from chatbot.matching.sparse import Floats, Ints
from chatbot.matching.text import SCRIPTS, Script, key, script_of
from chatbot.matching.vocabulary import Texts

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


@dataclass(frozen=True)
class _Part:
    """Entries of one script and their index; ids[i] is the id of the index's entry i."""

    ids: Texts
    index: Index
    exact: Exact

    @classmethod
    def build(cls, entries: Sequence[Entry], script: Script, base: Lexicon | None = None) -> "_Part":
        index = Index.build([entry.questions for entry in entries], script, base)
        return cls(Texts.of(entry.id for entry in entries), index, Exact.of([entry.questions for entry in entries]))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The entry of each id."""
        return {self.ids[number]: number for number in range(len(self.ids))}

    def parts(self) -> Parts:
        return nested({"ids": self.ids.parts(), "index": self.index.parts(), "exact": self.exact.parts()})

    @classmethod
    def of(cls, parts: Parts) -> "_Part":
        ids, exact = Texts(**under("ids", parts)), Exact(**under("exact", parts))
        return cls(ids, Index.of(under("index", parts)), exact)


@dataclass(frozen=True)
class _Section:
    """What is asked in one script: a part, less the entries `hidden` in it, and `later` ones weighed by it."""

    part: _Part
    hidden: Ints | None = None
    later: _Part | None = None

    def exact(self, text: str) -> list[str]:
        """Ids of the entries that hold the very question."""
        gone = set() if self.hidden is None else set(self.hidden.tolist())
        found = [self.part.ids[entry] for entry in self.part.exact.entries(text) if entry not in gone]
        return found + [self.later.ids[entry] for entry in self.later.exact.entries(text)] if self.later else found

    def match(self, text: str, count: int, thought: "Thought | None" = None) -> list[tuple[str, float]]:
        """The `count` likeliest ids, best first, each with its probability."""
        candidates, sense = self.gather(text, thought)
        if not len(candidates.entries):
            return []
        found = rank(candidates, self.size(), shipped(), sense)
        score = min(found.probability, _NEAR_CERTAIN)
        entries, chances = found.entries[:count].tolist(), found.chances[:count].tolist()
        return [
            (self.id_of(entry), score * chance / chances[0]) for entry, chance in zip(entries, chances, strict=True)
        ]

    def gather(self, text: str, thought: "Thought | None") -> tuple[Candidates, Sense | None]:
        """The candidates by words and by meaning. Later entries have no vectors yet: they are as near as strangers."""
        nearness = thought.space.nearness(thought.vector, len(self.part.ids)) if thought else None
        candidates = self._candidates(text, nearest(nearness) if nearness is not None else None)
        if thought is None or nearness is None:
            return candidates, None
        known = np.append(nearness, np.zeros(len(self.later.ids) if self.later else 0, np.float32))
        return candidates, Sense(known[candidates.entries].astype(np.float64), thought.blend)

    def _candidates(self, text: str, also: Ints | None) -> Candidates:
        if self.later is None:
            return self.part.index.candidates(self.part.index.lexicon.measure(text), self.hidden, also)
        query = self.later.index.lexicon.measure(text)
        old, new = self.part.index.candidates(query, self.hidden, also), self.later.index.candidates(query)
        return old.joined(new, len(self.part.ids))

    def size(self) -> int:
        gone = 0 if self.hidden is None else len(self.hidden)
        return len(self.part.ids) - gone + (len(self.later.ids) if self.later else 0)

    def id_of(self, entry: int) -> str:
        beyond = entry - len(self.part.ids)
        return self.later.ids[beyond] if self.later and beyond >= 0 else self.part.ids[entry]

    def changed(self, removed: Collection[str], entries: Sequence[Entry]) -> "_Section":
        numbers = self.part.numbers
        hidden = np.array(sorted({numbers[name] for name in removed if name in numbers}), np.int32)
        later = _Part.build(entries, self.part.index.script, self.part.index.lexicon) if entries else None
        return _Section(self.part, hidden if len(hidden) else None, later)


@dataclass(frozen=True, slots=True)
class Thought:
    """A query's vector, in the space of the entries that are asked."""

    vector: Floats
    space: Space
    blend: Blend


class Matcher:
    """Finds the entry that a text asks for (B4). Immutable: threads share it, a new release is a new one."""

    meaning: Meaning | None = None

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Blank questions are skipped, and entries that have no others."""
        groups = _by_script(_asked(entries))
        self._sections = {script: _Section(_Part.build(group, script)) for script, group in groups.items()}

    @classmethod
    def of(cls, parts: Parts) -> "Matcher":
        """What `parts` told of another one."""
        matcher = cls(())
        found = {script: under(script, parts) for script in SCRIPTS}
        matcher._sections = {script: _Section(_Part.of(own)) for script, own in found.items() if own}
        return matcher

    def parts(self) -> Parts:
        """Its arrays, for a matcher without changes."""
        return nested({script: section.part.parts() for script, section in self._sections.items()})

    def changed(self, removed: Collection[str], entries: Sequence[Entry]) -> "Matcher":
        """This matcher as it was built, with `entries` added or put in the place of those with their ids, and the ids
        `removed` gone. Costs as much as the changes, not as the base; scores are near what a new matcher gives."""
        if not self._sections:
            return Matcher(entries)
        entries = _asked(entries)
        gone = {*removed, *(entry.id for entry in entries)}
        groups: dict[Script, list[Entry]] = {script: [] for script in self._sections}
        for entry in entries:
            script = _script_of_entry(entry)
            groups[script if script in groups else next(iter(groups))].append(entry)
        matcher = self.with_meaning(self.meaning)
        matcher._sections = {script: self._sections[script].changed(gone, groups[script]) for script in groups}
        return matcher

    def with_meaning(self, meaning: Meaning | None) -> "Matcher":
        """The same, which also understands vectors of that space."""
        matcher = Matcher(())
        matcher._sections, matcher.meaning = self._sections, meaning
        return matcher

    def knows(self, text: str) -> bool:
        """Some entry holds the very question."""
        return any(section.exact(text) for section in self._sections.values())

    def gather(self, text: str, vector: Floats) -> tuple[Candidates, Sense | None, _Section]:
        """What `match` compares, for those who fit how it does."""
        script, section = self._section(text)
        return (*section.gather(text, self._thought(script, vector)), section)

    def _section(self, text: str) -> tuple[Script, _Section]:
        script = script_of(text)
        return (script, self._sections[script]) if script in self._sections else next(iter(self._sections.items()))

    def _thought(self, script: Script, vector: Floats | None) -> Thought | None:
        """None without a vector, or where its space is another one."""
        space = self.meaning.spaces.get(script) if self.meaning else None
        if vector is None or space is None or self.meaning is None or len(vector) != space.vectors.shape[1]:
            return None
        return Thought(vector, space, self.meaning.blend)

    def match(self, text: str, k: int = 10, vector: Floats | None = None) -> Match:
        """The best entry and up to `k` candidates; id None and score 0 for blank text or an empty base. `vector` is
        the text's in the space of `meaning`."""
        if not self._sections or not key(text):
            return Match(None, 0.0)
        script, section = self._section(text)
        exact = [(name, 1.0) for each in self._sections.values() for name in each.exact(text)]
        same = dict(exact)
        top = exact + [pair for pair in section.match(text, k, self._thought(script, vector)) if pair[0] not in same]
        return Match(*top[0], top[:k]) if top else Match(None, 0.0)


def grouped_questions(entries: Sequence[Entry]) -> dict[Script, list[tuple[str, ...]]]:
    """Each part's entries, in its order, with the questions that are read."""
    return {script: [entry.questions for entry in group] for script, group in _by_script(_asked(entries)).items()}


def _asked(entries: Sequence[Entry]) -> list[Entry]:
    asked = (Entry(entry.id, tuple(filter(key, entry.questions))) for entry in entries)
    return [entry for entry in asked if entry.questions]


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
