"""How alike two texts are written: the edit similarity of three of their forms."""

import numpy as np
from rapidfuzz import fuzz, process

from chatbot.matching.sparse import Floats, Ints
from chatbot.matching.tokens import Tokens


class Spelling:
    """The questions as written, in canonical wording, and as the sorted words of that wording."""

    def __init__(self) -> None:
        self._forms: tuple[list[str], list[str], list[str]] = ([], [], [])

    def add(self, text: Tokens) -> None:
        """Append a question."""
        for forms, form in zip(self._forms, _forms(text), strict=True):
            forms.append(form)

    def likeness(self, questions: Ints, query: Tokens) -> list[Floats]:
        """For each form the similarity (0 to 1) of the query to each of the questions."""
        numbers = questions.tolist()
        pairs = zip(_forms(query), self._forms, strict=True)
        return [_ratios(text, [forms[number] for number in numbers]) for text, forms in pairs]


def _forms(text: Tokens) -> tuple[str, str, str]:
    return text.plain, text.canonical, " ".join(sorted(text.canonical_words))


def _ratios(text: str, others: list[str]) -> Floats:
    ratios = process.cdist([text], others, scorer=fuzz.ratio, dtype=np.float32)[0]
    return np.asarray(ratios / 100, dtype=np.float32)
