"""One TF-IDF view of a knowledge base's questions."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.matching.packed import Parts, nested, under
from chatbot.matching.sparse import Floats, Ints, Rows, Vector
from chatbot.matching.vocabulary import Extended, Vocabulary

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

    def rows(self, ids: Ints, width: int) -> Rows:
        """How often each token (column `ids[its number]`, below `width`) is in each question (row)."""
        questions = np.repeat(np.arange(len(self._lengths)), self._lengths)
        codes, counts = np.unique(questions * width + ids[np.asarray(self._flat)], return_counts=True)
        rows, columns = np.divmod(codes, width)
        return Rows.from_sorted(rows, columns, counts.astype(np.float32), (len(self._lengths), width))


@dataclass(frozen=True, slots=True)
class Terms:
    """The tokens of a view and what they weigh in a base of `entries` entries."""

    vocabulary: Vocabulary | Extended
    idf: Floats
    entries: int

    @property
    def unknown_idf(self) -> float:
        return float(np.log((self.entries + 1) / 0.5))

    def query(self, tokens: Sequence[str]) -> QueryVector:
        """The query's vector; its length counts unknown tokens at half their weight."""
        counts = Counter(tokens)
        ids = self.vocabulary.numbers(list(counts))
        frequency = 1 + np.log(np.array(list(counts.values()), np.float32))
        known = ids >= 0
        values = frequency[known] * self.idf[ids[known]]
        mass, missing = float(values @ values), float(np.sum(frequency[~known] ** 2)) * self.unknown_idf**2
        length = np.sqrt(max(mass + _UNKNOWN_MASS * missing, 1e-12))
        vector = Vector(ids[known], (values / length).astype(np.float32))
        return QueryVector(vector, missing / max(mass + missing, 1e-12))

    def parts(self) -> Parts:
        if not isinstance(self.vocabulary, Vocabulary):
            raise TypeError("only a whole base is stored")
        return {**self.vocabulary.parts(), "idf": self.idf, "entries": np.array([self.entries])}

    @classmethod
    def of(cls, parts: Parts) -> "Terms":
        return cls(Vocabulary(parts["hashes"], parts["ids"]), parts["idf"], int(parts["entries"][0]))


@dataclass(frozen=True, slots=True)
class View:
    """Unit TF-IDF rows of the questions; document frequency counts entries, not questions.

    A word that one entry's questions repeat is evidence for that entry, so it must not lose weight.
    """

    terms: Terms
    rows: Rows

    @classmethod
    def count(cls, counting: Counting, owners: Ints, base: Terms | None) -> "View":
        """owners[i] is the entry of counted question i (ascending from 0). With a `base` its tokens keep their
        numbers and weights."""
        entries = int(owners[-1]) + 1
        tokens = list(counting.vocabulary)
        vocabulary = _vocabulary(tokens, base)
        counts = counting.rows(vocabulary.numbers(tokens), max(1, vocabulary.width))
        idf = _entry_idf(counts, owners, entries, base)
        values = (1 + np.log(counts.values)) * idf[counts.columns]
        rows = Rows(counts.starts, counts.columns, values, counts.width).unit()
        return cls(Terms(vocabulary, idf, entries + (base.entries if base else 0)), rows)

    def parts(self) -> Parts:
        return nested({"terms": self.terms.parts(), "rows": self.rows.parts()})

    @classmethod
    def of(cls, parts: Parts) -> "View":
        return cls(Terms.of(under("terms", parts)), Rows.of(under("rows", parts)))


def _vocabulary(tokens: Sequence[str], base: Terms | None) -> Vocabulary | Extended:
    if base is None:
        return Vocabulary.of(tokens)
    if not isinstance(base.vocabulary, Vocabulary):
        raise TypeError("changes are made to a whole base")
    unknown = base.vocabulary.numbers(tokens) < 0
    return Extended(base.vocabulary, Vocabulary.of(token for token, new in zip(tokens, unknown, strict=True) if new))


def _entry_idf(counts: Rows, owners: Ints, entries: int, base: Terms | None) -> Floats:
    frequency = np.bincount(counts.grouped(owners, entries).columns, minlength=counts.width)
    every = entries + (base.entries if base else 0)
    idf = np.maximum(np.log((every + 1) / (frequency + 0.5)), _LEAST_IDF).astype(np.float32)
    if base is not None:
        idf[: len(base.idf)] = base.idf
    return idf
