"""How much meaning counts in a base, from the base itself."""

from collections.abc import Mapping, Sequence

import numpy as np

from chatbot.matching.matcher import Entry, Matcher, grouped_questions
from chatbot.matching.rank import Blend
from chatbot.matching.semantic import Meaning, Trial, fit
from chatbot.matching.sparse import Floats
from chatbot.matching.trial import split, spread

MOST_TRIED = 600


def learned_blend(entries: Sequence[Entry], vectors: Mapping[str, Floats]) -> Blend:
    """Questions are left out and asked of the rest, with words and meaning."""
    parts = split(entries, 0)
    matcher = Matcher(parts.kept).with_meaning(Meaning.of(grouped_questions(parts.kept), vectors))
    asked = (*spread(parts.known, MOST_TRIED), *spread(parts.unknown, MOST_TRIED // 4))
    return fit([trial for text, name in asked if (trial := _trial(matcher, text, name, vectors[text]))])


def _trial(matcher: Matcher, text: str, expected: str | None, vector: Floats) -> Trial | None:
    candidates, sense, section = matcher.gather(text, vector)
    if sense is None:
        return None
    names = [section.id_of(entry) for entry in candidates.entries.tolist()]
    right = names.index(expected) if expected in names else -1
    return Trial(candidates, np.asarray(sense.nearness), right, section.size())
