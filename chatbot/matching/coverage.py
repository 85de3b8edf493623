"""How much of a query's words an entry knows, and how much of a question's words the query has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.matching.packed import Parts, nested, under
from chatbot.matching.sparse import Floats, Ints, Rows, Vector
from chatbot.matching.view import Terms, View


@dataclass(frozen=True, slots=True)
class WordSet:
    """A query's distinct words: 1 at each known one, and the idf of all of them."""

    present: Vector
    total_idf: float

    @classmethod
    def of(cls, words: Sequence[str], terms: Terms) -> "WordSet":
        names = sorted(set(words))
        ids = terms.vocabulary.numbers(names)
        known = ids[ids >= 0]
        total = float(terms.idf[known].sum()) + terms.unknown_idf * (len(names) - len(known))
        return cls(Vector(known, np.ones(len(known), np.float32)), total)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of idf, each from 0 to 1."""

    questions: Rows
    entries: Rows

    @classmethod
    def count(cls, view: View, owners: Ints, entries: int) -> "Coverage":
        by_idf = view.rows.with_values(view.terms.idf)
        return cls(by_idf.shares(), view.rows.grouped(owners, entries).with_values(view.terms.idf))

    def of_query(self, entries: Ints, words: WordSet) -> Floats:
        """Share of the query that each entry knows from any of its questions."""
        return self.entries.dot(entries, words.present.dense(self.entries.width)) / np.float32(
            max(words.total_idf, 1e-9)
        )

    def of_questions(self, questions: Ints, words: WordSet) -> Floats:
        """Share of each question that the query has."""
        return self.questions.dot(questions, words.present.dense(self.questions.width))

    def parts(self) -> Parts:
        return nested({"questions": self.questions.parts(), "entries": self.entries.parts()})

    @classmethod
    def of(cls, parts: Parts) -> "Coverage":
        return cls(Rows.of(under("questions", parts)), Rows.of(under("entries", parts)))
