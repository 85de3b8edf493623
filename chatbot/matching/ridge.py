"""Kernel ridge regression over the nearest questions: evidence that several of them share counts once.

Solved for each query on few questions, so that a base of any size costs nothing to build and little to ask.
"""

from collections.abc import Sequence

import numpy as np

from chatbot.matching.sparse import Floats, Ints, Rows

NEAREST = 48
"""Questions that take part; more were slower and not better."""
_PENALTY = 0.3


def nearest(similarities: Floats) -> Ints:
    """Places of the NEAREST largest similarities, ascending."""
    if len(similarities) <= NEAREST:
        return np.arange(len(similarities), dtype=np.int32)
    return np.sort(np.argpartition(-similarities, NEAREST - 1)[:NEAREST]).astype(np.int32)


def shares(views: Sequence[Rows], questions: Ints, similarities: Floats) -> Floats:
    """What each question explains of the query, given its similarities to the questions."""
    kernel = sum((_similarities(rows, questions) for rows in views), np.zeros((), np.float32)) / len(views)
    np.fill_diagonal(kernel, 1 + _PENALTY)
    return np.asarray(np.linalg.solve(kernel, similarities), dtype=np.float32)


def _similarities(rows: Rows, questions: Ints) -> Floats:
    """Products of the rows of these questions with each other (square)."""
    part = rows.compact(questions)
    return part @ part.T
