"""The questions of one script, indexed, and what a query has in common with the likeliest entries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.matching import ridge
from chatbot.matching.coverage import Coverage
from chatbot.matching.lexicon import Lexicon, Query
from chatbot.matching.packed import Parts, nested, under
from chatbot.matching.sparse import Floats, Ints, Rows, spans
from chatbot.matching.spelling import Forms, Spelling, forms
from chatbot.matching.text import SCRIPTS, Script
from chatbot.matching.tokens import tokenise
from chatbot.matching.view import Counting, QueryVector, View

CANDIDATES = 30
"""Entries that are compared closely."""

FEATURES = (
    "chars",
    "words",
    "canonical_chars",
    "canonical_words",
    "centroid_chars",
    "centroid_words",
    "ridge",
    "query_covered",
    "question_covered",
    "edit",
    "canonical_edit",
    "sorted_edit",
    "log_size",
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was measured of a query.

    entries: numbers of the likeliest entries, at most CANDIDATES.
    features: one row an entry, one column for each of FEATURES.
    unknown: share (0 to 1) of the query's weight that lies in words the base does not know.
    """

    entries: Ints
    features: NDArray[np.float64]
    unknown: float

    def joined(self, others: "Candidates", shift: int) -> "Candidates":
        """These and the others, whose entries are numbered from `shift` on; no more than CANDIDATES of them."""
        entries = np.concatenate([self.entries, others.entries + np.int32(shift)])
        features = np.concatenate([self.features, others.features])
        best = np.argsort(-features[:, :2].sum(axis=1), kind="stable")[:CANDIDATES]
        return Candidates(entries[best], features[best], self.unknown)


@dataclass(frozen=True, slots=True)
class _Reach:
    """The candidates' questions: their numbers, and where each candidate's begin among them."""

    questions: Ints
    sizes: Ints
    begins: Ints

    def owners(self) -> Ints:
        """The candidate of each question."""
        return np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes)

    def best(self, values: Floats) -> Floats:
        """The largest value of each candidate."""
        return np.maximum.reduceat(values, self.begins)


@dataclass(frozen=True, slots=True)
class Index:
    """Everything that is computed once from the questions; immutable, so threads may share it.

    first[i] is the number of the first question of entry i, first[-1] the number of questions.
    """

    script: Script
    first: Ints
    spelling: Spelling
    chars: View
    words: View
    canonical_chars: View
    canonical_words: View
    chars_postings: Rows
    words_postings: Rows
    centroid_chars: Rows
    centroid_words: Rows
    coverage: Coverage

    @classmethod
    def build(cls, entries: Sequence[Sequence[str]], script: Script, base: Lexicon | None = None) -> "Index":
        """entries[i] are the questions of entry i, at least one each. What is added to a `base` is weighed by it."""
        sizes = np.array([len(questions) for questions in entries], np.int32)
        owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        counted, spelling = _read((text for questions in entries for text in questions), script)
        bases = (base.chars, base.words, base.canonical_chars, base.canonical_words) if base else (None,) * 4
        views = (View.count(counting, owners, terms) for counting, terms in zip(counted, bases, strict=True))
        chars, words, canonical_chars, canonical_words = views
        return cls(
            script,
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
            spelling,
            chars,
            words,
            canonical_chars,
            canonical_words,
            chars.rows.transposed(),
            words.rows.transposed(),
            chars.rows.grouped(owners, len(sizes)).unit(),
            words.rows.grouped(owners, len(sizes)).unit(),
            Coverage.count(canonical_words, owners, len(sizes)),
        )

    @property
    def lexicon(self) -> Lexicon:
        views = (self.chars, self.words, self.canonical_chars, self.canonical_words)
        return Lexicon(self.script, *(view.terms for view in views))

    def parts(self) -> Parts:
        own = {"first": self.first, "script": np.array([SCRIPTS.index(self.script)], np.int32)}
        return {**own, **nested({name: getattr(self, name).parts() for name in _NESTED})}

    @classmethod
    def of(cls, parts: Parts) -> "Index":
        members = {name: kind.of(under(name, parts)) for name, kind in _NESTED.items()}
        return cls(script=SCRIPTS[int(parts["script"][0])], first=parts["first"], **members)

    def likeness(self, text: str) -> Floats:
        """Of the text to each question in canonical wording, from 0 to 1."""
        query, every = self.lexicon.measure(text), np.arange(self.first[-1], dtype=np.int32)
        pairs = ((self.canonical_chars, query.canonical_chars), (self.canonical_words, query.canonical_words))
        by_chars, by_words = (view.rows.dot(every, found.vector.dense(view.rows.width)) for view, found in pairs)
        return np.asarray((by_chars + by_words) / 2, dtype=np.float32)

    def candidates(self, query: Query, hidden: Ints | None = None, also: Ints | None = None) -> Candidates:
        """The entries closest to the query, and `also` these, measured; `hidden` ones do not take part."""
        chars, words = query.chars.vector, query.words.vector
        by_chars, by_words = self.chars_postings.weighted_sum(chars), self.words_postings.weighted_sum(words)
        similarities = (by_chars + by_words) * np.float32(0.5)
        entries = self._likeliest(similarities, hidden)
        if also is not None:
            entries = np.concatenate([entries, np.setdiff1d(also, entries if hidden is None else [*entries, *hidden])])
            entries = entries.astype(np.int32)
        if not len(entries):
            return Candidates(entries, np.zeros((0, len(FEATURES))), query.canonical_words.unknown_share)
        reach = self._reach(entries)
        columns = [
            reach.best(by_chars[reach.questions]),
            reach.best(by_words[reach.questions]),
            reach.best(_products(self.canonical_chars, query.canonical_chars, reach)),
            reach.best(_products(self.canonical_words, query.canonical_words, reach)),
            self.centroid_chars.dot(entries, chars.dense(self.centroid_chars.width)),
            self.centroid_words.dot(entries, words.dense(self.centroid_words.width)),
            self._regressed(reach, similarities[reach.questions]),
            self.coverage.of_query(entries, query.covered),
            reach.best(self.coverage.of_questions(reach.questions, query.covered)),
            *map(reach.best, self.spelling.likeness(reach.questions, query.tokens)),
            np.log(reach.sizes),
        ]
        features = np.stack(columns, axis=1).astype(np.float64)
        return Candidates(entries, features, query.canonical_words.unknown_share)

    def _likeliest(self, similarities: Floats, hidden: Ints | None) -> Ints:
        """The entries whose best question is most similar, best first; larger ones where nothing is."""
        best = np.maximum.reduceat(similarities, self.first[:-1])
        best += 1e-6 * np.log1p(np.diff(self.first))
        shown = len(best)
        if hidden is not None and len(hidden):
            best[hidden] = -1.0
            shown -= len(hidden)
        count = min(CANDIDATES, shown)
        top = np.argpartition(-best, max(0, count - 1))[:count]
        return top[np.lexsort((top, -best[top]))].astype(np.int32)

    def _reach(self, entries: Ints) -> _Reach:
        questions, sizes = spans(self.first[entries], self.first[entries + 1])
        return _Reach(questions, sizes, (np.cumsum(sizes) - sizes).astype(np.int32))

    def _regressed(self, reach: _Reach, similarities: Floats) -> Floats:
        """Each candidate's sum over its questions of what they explain of the query."""
        near = ridge.nearest(similarities)
        shares = ridge.shares((self.chars.rows, self.words.rows), reach.questions[near], similarities[near])
        return np.bincount(reach.owners()[near], shares, len(reach.sizes)).astype(np.float32)


def _read(questions: Iterable[str], script: Script) -> tuple[tuple[Counting, ...], Spelling]:
    """Tokens of the questions, counted for each of the four views, and their forms."""
    counted = (Counting(), Counting(), Counting(), Counting())
    written: list[Forms] = []
    for question in questions:
        text = tokenise(question, script)
        written.append(forms(text))
        for counting, tokens in zip(
            counted, (text.chars, text.words, text.canonical_chars, text.canonical_words), strict=True
        ):
            counting.add(tokens)
    return counted, Spelling.read(written)


def _products(view: View, query: QueryVector, reach: _Reach) -> Floats:
    """The query's product with each question in reach."""
    return view.rows.dot(reach.questions, query.vector.dense(view.rows.width))


_NESTED: dict[str, Any] = {
    "spelling": Spelling,
    "chars": View,
    "words": View,
    "canonical_chars": View,
    "canonical_words": View,
    "chars_postings": Rows,
    "words_postings": Rows,
    "centroid_chars": Rows,
    "centroid_words": Rows,
    "coverage": Coverage,
}
