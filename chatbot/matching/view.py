"""One TF-IDF view of a knowledge base's questions."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.matching.sparse import Floats, Ints, Rows, Vector

_UNKNOWN_MASS = 0.5
"""Share of the squared weight of unknown words that counts in a query's length: they lower every score."""
_LEAST_IDF = 0.05


@dataclass(frozen=True, slots=True)
class QueryVector:
    """A query in a view: its known tokens, and the share of its squared weight that is unknown."""

    vector: Vector
    unknown_share: float


class Counting:
    """Tokens of questions as they come, as numbers: a list of texts costs far more memory."""

    def __init__(self) -> None:
        self.vocabulary: dict[str, int] = {}
        self._flat = array("i")
        self._lengths = array("i")

    def add(self, tokens: Sequence[str]) -> None:
        known = self.vocabulary
        self._flat.extend([known.setdefault(token, len(known)) for token in tokens])
        self._lengths.append(len(tokens))

    def rows(self) -> Rows:
        """How often each token (column) is in each question (row)."""
        width = max(1, len(self.vocabulary))
        questions = np.repeat(np.arange(len(self._lengths)), self._lengths)
        codes, counts = np.unique(questions * width + np.asarray(self._flat), return_counts=True)
        rows, columns = np.divmod(codes, width)
        return Rows.from_sorted(rows, columns, counts.astype(np.float32), (len(self._lengths), width))


class View:
    """Unit TF-IDF rows of the questions; document frequency counts entries, not questions.

    A word that one entry's questions repeat is evidence for that entry, so it must not lose weight.
    """

    def __init__(self, counting: "Counting", owners: Ints) -> None:
        """owners[i] is the entry of counted question i (ascending from 0)."""
        self.vocabulary = counting.vocabulary
        counts = counting.rows()
        entries = int(owners[-1]) + 1
        self.idf = self._entry_idf(counts, owners, entries)
        self.unknown_idf = float(np.log((entries + 1) / 0.5))
        values = (1 + np.log(counts.values)) * self.idf[counts.columns]
        self.rows = Rows(counts.starts, counts.columns, values, counts.width).unit()

    @staticmethod
    def _entry_idf(counts: Rows, owners: Ints, entries: int) -> Floats:
        of_entries = counts.grouped(owners, entries)
        frequency = np.bincount(of_entries.columns, minlength=counts.width)
        return np.maximum(np.log((entries + 1) / (frequency + 0.5)), _LEAST_IDF).astype(np.float32)

    def query(self, tokens: Sequence[str]) -> QueryVector:
        """The query's vector; its length counts unknown tokens at half their weight."""
        counts = Counter(tokens)
        ids = np.array([self.vocabulary.get(token, -1) for token in counts], np.int32)
        frequency = 1 + np.log(np.array(list(counts.values()), np.float32))
        known = ids >= 0
        values = frequency[known] * self.idf[ids[known]]
        mass, missing = float(values @ values), float(np.sum(frequency[~known] ** 2)) * self.unknown_idf**2
        length = np.sqrt(max(mass + _UNKNOWN_MASS * missing, 1e-12))
        vector = Vector(ids[known], (values / length).astype(np.float32))
        return QueryVector(vector, missing / max(mass + missing, 1e-12))
