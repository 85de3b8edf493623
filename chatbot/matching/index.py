"""The questions of one script, indexed, and what a query has in common with the likeliest entries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.matching import ridge
from chatbot.matching.coverage import Coverage
from chatbot.matching.sparse import Floats, Ints, spans
from chatbot.matching.spelling import Spelling
from chatbot.matching.text import Script
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


class Index:
    """Everything that is computed once from the questions; immutable, so threads may share it."""

    def __init__(self, entries: Sequence[Sequence[str]], script: Script) -> None:
        """entries[i] are the questions of entry i, at least one each."""
        self.script = script
        sizes = np.array([len(questions) for questions in entries], np.int32)
        owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        self._first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        self._spelling = Spelling()
        counted = self._read(text for questions in entries for text in questions)
        views = (View(counting, owners) for counting in counted)
        self._chars, self._words, self._canonical_chars, self._canonical_words = views
        self._chars_postings = self._chars.rows.transposed()
        self._words_postings = self._words.rows.transposed()
        self._centroid_chars = self._chars.rows.grouped(owners, len(sizes)).unit()
        self._centroid_words = self._words.rows.grouped(owners, len(sizes)).unit()
        self._coverage = Coverage(self._canonical_words, owners, len(sizes))

    def __len__(self) -> int:
        return len(self._first) - 1

    def _read(self, questions: Iterable[str]) -> tuple[Counting, ...]:
        """Tokens of the questions, counted for each of the four views."""
        counted = (Counting(), Counting(), Counting(), Counting())
        for question in questions:
            text = tokenise(question, self.script)
            self._spelling.add(text)
            forms = (text.chars, text.words, text.canonical_chars, text.canonical_words)
            for counting, tokens in zip(counted, forms, strict=True):
                counting.add(tokens)
        return counted

    def likeness(self, text: str) -> Floats:
        """Of the text to each question in canonical wording, from 0 to 1."""
        query = tokenise(text, self.script)
        chars = self._canonical_chars.query(query.canonical_chars).vector.dense(self._canonical_chars.rows.width)
        words = self._canonical_words.query(query.canonical_words).vector.dense(self._canonical_words.rows.width)
        every = np.arange(self._first[-1], dtype=np.int32)
        by_chars, by_words = self._canonical_chars.rows.dot(every, chars), self._canonical_words.rows.dot(every, words)
        return np.asarray((by_chars + by_words) / 2, dtype=np.float32)

    def candidates(self, text: str) -> Candidates:
        """The entries closest to the text, measured."""
        query = tokenise(text, self.script)
        chars, words = self._chars.query(query.chars), self._words.query(query.words)
        by_chars = self._chars_postings.weighted_sum(chars.vector)
        by_words = self._words_postings.weighted_sum(words.vector)
        similarities = (by_chars + by_words) * np.float32(0.5)
        entries = self._likeliest(similarities)
        reach = self._reach(entries)
        canonical_chars = self._canonical_chars.query(query.canonical_chars)
        canonical_words = self._canonical_words.query(query.canonical_words)
        covered = self._coverage.query(query.canonical_words)
        columns = [
            reach.best(by_chars[reach.questions]),
            reach.best(by_words[reach.questions]),
            reach.best(_products(self._canonical_chars, canonical_chars, reach)),
            reach.best(_products(self._canonical_words, canonical_words, reach)),
            self._centroid_chars.dot(entries, chars.vector.dense(self._chars.rows.width)),
            self._centroid_words.dot(entries, words.vector.dense(self._words.rows.width)),
            self._regressed(reach, similarities[reach.questions]),
            self._coverage.of_query(entries, covered),
            reach.best(self._coverage.of_questions(reach.questions, covered)),
            *map(reach.best, self._spelling.likeness(reach.questions, query)),
            np.log(reach.sizes),
        ]
        features = np.stack(columns, axis=1).astype(np.float64)
        return Candidates(entries, features, canonical_words.unknown_share)

    def _likeliest(self, similarities: Floats) -> Ints:
        """The entries whose best question is most similar, best first; larger ones where nothing is."""
        best = np.maximum.reduceat(similarities, self._first[:-1])
        best += 1e-6 * np.log1p(np.diff(self._first))
        count = min(CANDIDATES, len(best))
        top = np.argpartition(-best, count - 1)[:count]
        return top[np.lexsort((top, -best[top]))].astype(np.int32)

    def _reach(self, entries: Ints) -> _Reach:
        questions, sizes = spans(self._first[entries], self._first[entries + 1])
        return _Reach(questions, sizes, (np.cumsum(sizes) - sizes).astype(np.int32))

    def _regressed(self, reach: _Reach, similarities: Floats) -> Floats:
        """Each candidate's sum over its questions of what they explain of the query."""
        near = ridge.nearest(similarities)
        shares = ridge.shares((self._chars.rows, self._words.rows), reach.questions[near], similarities[near])
        return np.bincount(reach.owners()[near], shares, len(reach.sizes)).astype(np.float32)


def _products(view: View, query: QueryVector, reach: _Reach) -> Floats:
    """The query's product with each question in reach."""
    return view.rows.dot(reach.questions, query.vector.dense(view.rows.width))
