"""How alike two texts are written: the edit similarity of three of their forms."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from chatbot.matching.packed import Parts, nested, under
from chatbot.matching.sparse import Floats, Ints
from chatbot.matching.tokens import Tokens
from chatbot.matching.vocabulary import Texts

Forms = tuple[str, str, str]


def forms(text: Tokens) -> Forms:
    """As written, in canonical wording, and as the sorted words of that wording."""
    return text.plain, text.canonical, " ".join(sorted(text.canonical_words))


@dataclass(frozen=True, slots=True)
class Spelling:
    """The three forms of every question."""

    plain: Texts
    canonical: Texts
    ordered: Texts

    @classmethod
    def read(cls, questions: Iterable[Forms]) -> "Spelling":
        return cls(*(Texts.of(column) for column in zip(*questions, strict=True)))

    def likeness(self, questions: Ints, query: Tokens) -> list[Floats]:
        """For each form the similarity (0 to 1) of the query to each of the questions."""
        pairs = zip(forms(query), (self.plain, self.canonical, self.ordered), strict=True)
        return [_ratios(text, texts.many(questions)) for text, texts in pairs]

    def parts(self) -> Parts:
        return nested(
            {"plain": self.plain.parts(), "canonical": self.canonical.parts(), "ordered": self.ordered.parts()}
        )

    @classmethod
    def of(cls, parts: Parts) -> "Spelling":
        return cls(*(Texts(**under(name, parts)) for name in ("plain", "canonical", "ordered")))


def _ratios(text: str, others: list[str]) -> Floats:
    ratios = process.cdist([text], others, scorer=fuzz.ratio, dtype=np.float32)[0]
    return np.asarray(ratios / 100, dtype=np.float32)
