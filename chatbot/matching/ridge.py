"""Kernel ridge regression: what a question resembles, corrected by what the questions resemble each other."""

import numpy as np

from chatbot.matching.sparse import Floats, Ints, Rows

_PENALTY = 0.3
LARGEST = 5_000
"""Questions beyond which the dense system (its square in float32) is not worth its seconds and memory."""


def duals(views: tuple[Rows, Rows], first_questions: Ints) -> Floats:
    """Weights (entries x questions): times a query's similarities they give its score in each entry."""
    kernel = (_similarities(views[0]) + _similarities(views[1])) / 2
    np.fill_diagonal(kernel, 1 + _PENALTY)
    return np.add.reduceat(np.linalg.inv(kernel), first_questions, axis=0)


def _similarities(rows: Rows) -> Floats:
    """Products of all rows with all rows (square, float32)."""
    postings = rows.transposed()
    return np.stack([postings.weighted_sum(rows.row(number)) for number in range(len(rows))])
