"""Order the candidates, and say how probable it is that the first one is right.

Two small linear models: a conditional logit over the candidates, and a logistic calibrator. Their constants
(weights.json) were fitted by bench/fit_matching.py on public question sets that are not part of it.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.matching.index import CANDIDATES, FEATURES, Candidates

Doubles = NDArray[np.float64]

_JUDGED = (
    "words",
    "canonical_words",
    "ridge",
    "query_covered",
    "question_covered",
    "sorted_edit",
    "log_size",
)
"""The winner's features that add to its odds; with the others it transfers worse to unseen bases."""
_HIGHEST_ODDS = 6.0


@dataclass(frozen=True, slots=True)
class Weights:
    """rank: one per feature; calibrate: one per signal of `signals`, the intercept last."""

    rank: Doubles
    calibrate: Doubles


@dataclass(frozen=True, slots=True)
class Ranking:
    """entries: best first; chances: each entry's chance to be the right one, given that one of them is."""

    entries: NDArray[np.int32]
    chances: Doubles
    probability: float


@cache
def shipped() -> Weights:
    """The constants of the package."""
    stored = json.loads(Path(__file__).with_name("weights.json").read_text(encoding="utf-8"))
    return Weights(np.array(stored["rank"]), np.array(stored["calibrate"]))


@dataclass(frozen=True, slots=True)
class Blend:
    """How meaning counts beside words. rank: points for nearness; then the log odds that the first is right: `scale`
    of those by words alone, its nearness, its lead over the next in nearness, and a constant."""

    rank: float
    scale: float
    first: float
    lead: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Sense:
    """Nearness of each candidate in meaning, and how it counts."""

    nearness: Doubles
    blend: Blend

    def lead(self, first: int) -> float:
        others = np.delete(self.nearness, first)
        return float(self.nearness[first] - (others.max() if len(others) else -1.0))


def rank(candidates: Candidates, entry_count: int, weights: Weights, sense: Sense | None = None) -> Ranking:
    """The candidates in order, with the probability (0 to 1) that the first is right."""
    by_words = candidates.features @ weights.rank
    points = by_words + sense.blend.rank * sense.nearness if sense else by_words
    order = np.argsort(-points, kind="stable")
    odds = log_odds(candidates, by_words, entry_count, weights, int(order[0]))
    if sense:
        first, blend = int(order[0]), sense.blend
        nearness = blend.first * float(sense.nearness[first]) + blend.lead * sense.lead(first)
        odds = blend.scale * odds + nearness + blend.intercept
    return Ranking(candidates.entries[order], softmax(points[order]), float(1 / (1 + np.exp(-odds))))


def log_odds(candidates: Candidates, by_words: Doubles, entry_count: int, weights: Weights, first: int) -> float:
    """By words alone, that the candidate `first` is right."""
    judged = signals(candidates, by_words, entry_count, first)
    return float(judged @ weights.calibrate[:-1] + weights.calibrate[-1])


def softmax(points: Doubles) -> Doubles:
    raised = np.exp(points - points.max())
    return np.asarray(raised / raised.sum(), dtype=np.float64)


def signals(candidates: Candidates, points: Doubles, entry_count: int, first: int | None = None) -> Doubles:
    """What is judged: the odds and features of the first (by points, unless named), what is unknown, the size of the
    base."""
    first = int(np.argmax(points)) if first is None else first
    best = dict(zip(FEATURES, candidates.features[first], strict=True))
    products = [best["ridge"] ** 2, best["canonical_chars"] * best["query_covered"]]
    judged = [best[name] for name in _JUDGED]
    return np.array([_log_odds(points, first), *judged, *products, candidates.unknown, np.log(entry_count)])


def _log_odds(points: Doubles, first: int) -> float:
    """Log odds of the first against all others, within limits. In a small base it also competes with entries that
    nothing speaks for: to be the only entry is no evidence."""
    others = np.zeros(max(0, CANDIDATES - len(points)))
    chance = softmax(np.concatenate([points, others]))[first]
    return float(np.clip(np.log(chance / (1 - chance + 1e-6)), -_HIGHEST_ODDS, _HIGHEST_ODDS))
