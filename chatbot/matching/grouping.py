"""Texts that ask much the same, put together: what people asked and the bot could not answer."""

from collections.abc import Sequence

import numpy as np

from chatbot.matching.index import Index
from chatbot.matching.text import SCRIPTS, Script, key, script_of

_ALIKE = 0.24
"""Similarity to the nearest text of a group from which a text joins it."""
_ALIKE_IN_ALL = 0.1
"""Mean similarity to the whole group that it needs too, so that groups do not grow into chains."""


def grouped(texts: Sequence[str]) -> list[list[int]]:
    """Numbers of the texts, ascending, a list a group; groups in the order of their first texts."""
    groups: list[list[int]] = []
    for script in SCRIPTS:
        numbers = [number for number, text in enumerate(texts) if script_of(text) == script and key(text)]
        groups += [[numbers[i] for i in group] for group in _joined([texts[n] for n in numbers], script)]
    return sorted(groups)


def _joined(texts: Sequence[str], script: Script) -> list[list[int]]:
    """Each text joins the group of its nearest text among those before it, or begins its own."""
    if not texts:
        return []
    index = Index.build([[text] for text in texts], script)
    groups: list[list[int]] = []
    group_of: list[int] = []
    for number, text in enumerate(texts):
        likeness = index.likeness(text)[:number]
        nearest = int(np.argmax(likeness)) if number else -1
        if number and likeness[nearest] >= _ALIKE and likeness[groups[group_of[nearest]]].mean() >= _ALIKE_IN_ALL:
            group_of.append(group_of[nearest])
            groups[group_of[-1]].append(number)
        else:
            group_of.append(len(groups))
            groups.append([number])
    return groups
