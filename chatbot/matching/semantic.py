"""Meaning as one more feature: how near a text is to each entry in a space of vectors that somebody else computed.

Spaces differ, so nearness is measured against the base itself: its questions' similarities to questions of other
entries are the scale. How much it counts is fitted on the base's own questions, each asked without itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from chatbot.matching.index import Candidates
from chatbot.matching.packed import Parts, nested, under
from chatbot.matching.rank import Blend, Doubles, Sense, log_odds, shipped, softmax
from chatbot.matching.sparse import Floats, Ints
from chatbot.matching.text import SCRIPTS, Script

NEAREST = 20
"""Entries that join the candidates because of their meaning."""
SAMPLE = 400
LEAST_TO_FIT = 60
_PRIOR, _RANK_PRIOR = 0.1, 0.02
"""How strongly the fit stays near the defaults, per question."""
_LEAST, _MOST = np.array([0.2, 0.0, 0.0, -8.0]), np.array([1.5, 4.0, 4.0, 2.0])
"""Bounds of what is learned: a small base can be perfectly separable, visitors are not."""
DEFAULT = Blend(rank=2.0, scale=0.7, first=1.2, lead=1.0, intercept=-2.5)


@dataclass(frozen=True, slots=True)
class Space:
    """vectors[i] (unit length) is a question of entry owners[i], ascending; numbers as in the index."""

    vectors: Floats
    owners: Ints
    mean: float
    spread: float

    @classmethod
    def of(cls, vectors: Floats, owners: Ints) -> "Space":
        """Measures the scale on a sample."""
        step = max(1, len(vectors) // SAMPLE)
        part, who = vectors[::step], owners[::step]
        similar = (part @ part.T)[who[:, None] != who[None, :]]
        return cls(
            vectors, owners, *((float(similar.mean()), float(similar.std()) + 1e-3) if similar.size else (0, 0.2))
        )

    def nearness(self, vector: Floats, entries: int) -> Floats:
        """Of the vector to each of the entries by its nearest question, in standard deviations of strangers, over 4."""
        similar = (self.vectors @ vector - np.float32(self.mean)) / np.float32(4 * self.spread)
        best = np.full(entries, -1.0, np.float32)
        np.maximum.at(best, self.owners, similar)
        return best

    def parts(self) -> Parts:
        return {"vectors": self.vectors, "owners": self.owners, "scale": np.array([self.mean, self.spread])}

    @classmethod
    def from_parts(cls, parts: Parts) -> "Space":
        return cls(parts["vectors"], parts["owners"], *parts["scale"].tolist())


def nearest(nearness: Floats) -> Ints:
    """The NEAREST entries."""
    count = min(NEAREST, len(nearness))
    return np.argpartition(-nearness, count - 1)[:count].astype(np.int32)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A space for each part of a matcher, and how meaning counts beside words in this base."""

    spaces: dict[Script, Space]
    blend: Blend

    @classmethod
    def of(
        cls, groups: Mapping[Script, Sequence[Sequence[str]]], vectors: Mapping[str, Floats], blend: Blend = DEFAULT
    ) -> "Meaning":
        """groups: the questions of the entries of each part."""
        spaces = {}
        for script, entries in groups.items():
            owners = np.repeat(np.arange(len(entries), dtype=np.int32), [len(questions) for questions in entries])
            rows = [vectors[text] for questions in entries for text in questions]
            spaces[script] = Space.of(np.stack(rows).astype(np.float32), owners)
        return cls(spaces, blend)

    def parts(self) -> Parts:
        blend = np.array([getattr(self.blend, name.name) for name in fields(self.blend)])
        return {"blend": blend, **nested({script: space.parts() for script, space in self.spaces.items()})}

    @classmethod
    def from_parts(cls, parts: Parts) -> "Meaning":
        found = {script: under(script, parts) for script in SCRIPTS}
        spaces = {script: Space.from_parts(own) for script, own in found.items() if own}
        return cls(spaces, Blend(*parts["blend"].tolist()))


@dataclass(frozen=True, slots=True)
class Trial:
    """A question of the base, asked without itself. right: the place of the right candidate, or -1."""

    candidates: Candidates
    nearness: Doubles
    right: int
    entry_count: int

    @property
    def by_words(self) -> Doubles:
        return np.asarray(self.candidates.features @ shipped().rank, dtype=np.float64)


def fit(trials: Sequence[Trial]) -> Blend:
    """How meaning and words go together in this base; the defaults where there is too little to learn from."""
    if len(trials) < LEAST_TO_FIT:
        return DEFAULT
    rank = _fit_rank([trial for trial in trials if trial.right >= 0])
    rows, right = zip(*(_judged(trial, rank) for trial in trials), strict=True)
    start = np.array([DEFAULT.scale, DEFAULT.first, DEFAULT.lead, DEFAULT.intercept])
    fitted = _fit_logistic(np.array(rows), np.array(right, np.float64), start)
    return Blend(rank, *fitted.tolist())


def _fit_rank(trials: Sequence[Trial]) -> float:
    """One weight of a conditional logit, by Newton's method."""
    weight = DEFAULT.rank
    for _ in range(20):
        slope, curve = _RANK_PRIOR * (weight - DEFAULT.rank), _RANK_PRIOR
        for trial in trials:
            chances = softmax(trial.by_words + weight * trial.nearness)
            mean = float(chances @ trial.nearness)
            slope += (mean - float(trial.nearness[trial.right])) / len(trials)
            curve += (float(chances @ trial.nearness**2) - mean**2) / len(trials)
        weight = float(np.clip(weight - slope / curve, 0.0, 20.0))
    return weight


def _fit_logistic(rows: Doubles, right: Doubles, start: Doubles) -> Doubles:
    inputs, point = np.column_stack([rows, np.ones(len(rows))]), start
    for _ in range(20):
        guess = 1 / (1 + np.exp(-np.clip(inputs @ point, -30, 30)))
        slope = inputs.T @ (guess - right) / len(rows) + _PRIOR * (point - start)
        curve = (inputs * (guess * (1 - guess))[:, None]).T @ inputs / len(rows) + _PRIOR * np.eye(len(point))
        point = np.clip(point - np.linalg.solve(curve, slope), _LEAST, _MOST)
    return point


def _judged(trial: Trial, rank: float) -> tuple[list[float], bool]:
    """What the odds are made of, and whether the first candidate is right."""
    by_words = trial.by_words
    first = int(np.argmax(by_words + rank * trial.nearness))
    odds = log_odds(trial.candidates, by_words, trial.entry_count, shipped(), first)
    sense = Sense(trial.nearness, DEFAULT)
    return [odds, float(trial.nearness[first]), sense.lead(first)], first == trial.right
