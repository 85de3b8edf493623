"""How much of a query's words an entry knows, and how much of a question's words the query has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.matching.sparse import Floats, Ints
from chatbot.matching.view import View


@dataclass(frozen=True, slots=True)
class WordSet:
    """A query's distinct words: 1 at each known one (shape: vocabulary), and the idf of all of them."""

    present: Floats
    total_idf: float


class Coverage:
    """Shares of idf, each from 0 to 1."""

    def __init__(self, view: View, owners: Ints, entries: int) -> None:
        self._view = view
        self._questions = view.rows.with_values(view.idf).shares()
        self._entries = view.rows.grouped(owners, entries).with_values(view.idf)

    def query(self, words: Sequence[str]) -> WordSet:
        names = set(words)
        ids = [self._view.vocabulary[name] for name in names if name in self._view.vocabulary]
        present = np.zeros(self._view.rows.width, np.float32)
        present[ids] = 1
        known = float(self._view.idf[ids].sum())
        return WordSet(present, known + self._view.unknown_idf * (len(names) - len(ids)))

    def of_query(self, entries: Ints, words: WordSet) -> Floats:
        """Share of the query that each entry knows from any of its questions."""
        return self._entries.dot(entries, words.present) / np.float32(max(words.total_idf, 1e-9))

    def of_questions(self, questions: Ints, words: WordSet) -> Floats:
        """Share of each question that the query has."""
        return self._questions.dot(questions, words.present)
