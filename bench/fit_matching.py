"""Fit the constants of chatbot/matching/weights.json: fit_matching.py --data DIR --out FILE.

DIR holds a folder a task, with kb.jsonl ({"id", "question", "similar"}) and queries.jsonl ({"text", "gold"},
gold null when the base has no answer). Tasks weigh the same; a quarter of their traffic is out of scope.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chatbot.matching.index import FEATURES, Candidates, Index
from chatbot.matching.rank import Doubles, Weights, signals, softmax
from chatbot.matching.text import Script, has_han

OUT_OF_SCOPE_SHARE = 0.25
RANK_PENALTY = 1e-3
CALIBRATION_PENALTY = 1e-3


@dataclass(frozen=True)
class Task:
    """One knowledge base with measured queries; gold is the right entry's number, or None."""

    entry_count: int
    queries: list[tuple[Candidates, int | None]]

    def weights(self) -> Doubles:
        """Traffic share of each query; the sum is one."""
        inside = np.array([gold is not None for _, gold in self.queries])
        shares = np.where(
            inside,
            (1 - OUT_OF_SCOPE_SHARE) / max(1, inside.sum()),
            OUT_OF_SCOPE_SHARE / max(1, (~inside).sum()),
        )
        return np.asarray(shares / shares.sum(), dtype=np.float64)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def measure(folder: Path) -> Task:
    """Features of every query of a task."""
    entries = read(folder / "kb.jsonl")
    texts = [[entry["question"], *entry.get("similar", [])] for entry in entries]
    chinese = sum(has_han(text) for questions in texts for text in questions)
    script: Script = "zh" if 2 * chinese > sum(map(len, texts)) else "en"
    index = Index.build(texts, script)
    numbers = {entry["id"]: number for number, entry in enumerate(entries)}
    queries = read(folder / "queries.jsonl")
    found = [(index.candidates(index.lexicon.measure(query["text"])), numbers.get(query["gold"])) for query in queries]
    return Task(len(entries), found)


def newton(step: Callable[[Doubles], tuple[Doubles, Doubles]], start: Doubles) -> Doubles:
    """Minimise a convex function given its gradient and Hessian."""
    point = start
    for _ in range(50):
        gradient, hessian = step(point)
        move = np.linalg.solve(hessian, gradient)
        point = point - move
        if np.abs(move).max() < 1e-7:
            break
    return point


def fit_rank(tasks: Sequence[Task]) -> Doubles:
    """Weights of the conditional logit: the right candidate against the others."""
    groups = [[_choice(found, gold) for found, gold in task.queries] for task in tasks]
    chosen = [[choice for choice in group if choice is not None] for group in groups]

    def step(weights: Doubles) -> tuple[Doubles, Doubles]:
        gradient, hessian = 2 * RANK_PENALTY * weights, 2 * RANK_PENALTY * np.eye(len(weights))
        for group in chosen:
            for features, right in group:
                chances = softmax(features @ weights)
                mean = chances @ features
                gradient = gradient + (mean - features[right]) / (len(group) * len(tasks))
                spread = (features * chances[:, None]).T @ features - np.outer(mean, mean)
                hessian = hessian + spread / (len(group) * len(tasks))
        return gradient, hessian

    return newton(step, np.ones(len(FEATURES)))


def _choice(found: Candidates, gold: int | None) -> tuple[Doubles, int] | None:
    places = np.flatnonzero(found.entries == (-1 if gold is None else gold))
    return (found.features, int(places[0])) if len(places) else None


def fit_calibration(tasks: Sequence[Task], rank: Doubles) -> Doubles:
    """Weights of the logistic calibrator on raw signals, the intercept last."""
    rows, right, weights = _judged(tasks, rank)
    mean = weights @ rows
    scale = np.sqrt(weights @ (rows - mean) ** 2) + 1e-9
    inputs = np.column_stack([(rows - mean) / scale, np.ones(len(rows))])
    penalty = np.full(inputs.shape[1], CALIBRATION_PENALTY)
    penalty[-1] = 0

    def step(point: Doubles) -> tuple[Doubles, Doubles]:
        guess = 1 / (1 + np.exp(-(inputs @ point)))
        curve = (inputs * (weights * guess * (1 - guess))[:, None]).T @ inputs
        return inputs.T @ (weights * (guess - right)) + penalty * point, curve + np.diag(penalty)

    fitted = newton(step, np.zeros(inputs.shape[1]))
    slopes = fitted[:-1] / scale
    return np.append(slopes, fitted[-1] - slopes @ mean)


def _judged(tasks: Sequence[Task], rank: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Signals of every query, whether its first candidate is right, and its weight."""
    rows, right = [], []
    for task in tasks:
        for found, gold in task.queries:
            points = found.features @ rank
            rows.append(signals(found, points, task.entry_count))
            right.append(found.entries[np.argsort(-points, kind="stable")[0]] == gold)
    weights = np.concatenate([task.weights() for task in tasks]) / len(tasks)
    return np.array(rows), np.array(right, np.float64), weights


def fit(tasks: Sequence[Task]) -> Weights:
    rank = fit_rank(tasks)
    return Weights(rank, fit_calibration(tasks, rank))


def rounded(weights: Weights) -> dict[str, list[float]]:
    return {name: [round(float(x), 5) for x in getattr(weights, name)] for name in ("rank", "calibrate")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the weights.json to write")
    options = parser.parse_args()
    folders = [folder for folder in sorted(options.data.iterdir()) if folder.is_dir()]
    stored = rounded(fit([measure(folder) for folder in folders]))
    options.out.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
