"""Matching over lines: a knowledge base in a JSON-lines file, a query a line in, a JSON answer a line out."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from chatbot.matching.matcher import Entry, Match, Matcher


def read_entries(path: Path) -> list[Entry]:
    """Entries of a file with {"id", "question", "similar": [...]} a line."""
    with path.open(encoding="utf-8") as lines:
        return [_entry(line) for line in lines if line.strip()]


def answer_lines(matcher: Matcher, queries: Iterable[str], out: TextIO) -> None:
    """Write {"id", "score", "top"} for each query at once, before the next one is read."""
    for query in queries:
        print(_line(matcher.match(query)), file=out, flush=True)


def _entry(line: str) -> Entry:
    stored = json.loads(line)
    return Entry(stored["id"], (stored["question"], *(stored.get("similar") or [])))


def _line(match: Match) -> str:
    return json.dumps({"id": match.id, "score": match.score, "top": match.top}, ensure_ascii=False)
