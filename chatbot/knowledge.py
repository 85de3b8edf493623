"""A snapshot ready to be asked: the one thing that answers, for visitors and in the test chat alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chatbot.indexes import shared_matcher
from chatbot.matching import Entry, Match, Matcher
from chatbot.rules import Verdict, decide
from chatbot.snapshots import Row, Snapshot, settings_of

CHITCHAT = "chitchat"  # the library of chit-chat (寒暄库); every other entry answers questions (问答库)


@dataclass(frozen=True)
class Finding:
    """What was found for a text, whatever rule fired."""

    answer: Match
    chitchat: Match
    verdict: Verdict


@dataclass(frozen=True)
class Knowledge:
    """`release_id` is 0 for the draft, and before the first release. Immutable: threads share it."""

    release_id: int
    settings: dict[str, Any]
    welcome: list[dict[str, str]]
    entries: dict[str, Row]
    answers: Matcher
    chitchat: Matcher

    def ask(self, text: str) -> Finding:
        """The rules' verdict on a text, with the scores that led to it."""
        answer, chitchat = self.answers.match(text), self.chitchat.match(text)
        return Finding(answer, chitchat, decide(answer, chitchat, self.settings))


def prepared(release_id: int, snapshot: Snapshot) -> Knowledge:
    rows = {row["id"]: row for row in snapshot["entries"]}
    answers = matcher_of(row for row in rows.values() if not is_chitchat(row))
    chitchat = matcher_of(row for row in rows.values() if is_chitchat(row))
    return Knowledge(release_id, settings_of(snapshot), snapshot["welcome"], rows, answers, chitchat)


def is_chitchat(row: Row) -> bool:
    return row.get("library") == CHITCHAT


def questions_of(row: Row) -> tuple[str, ...]:
    """The standard question, then the similar ones."""
    return (row["question"], *row["similar"])


def matcher_of(rows: Iterable[Row]) -> Matcher:
    return shared_matcher([entry_of(row) for row in rows])


def entry_of(row: Row) -> Entry:
    return Entry(row["id"], questions_of(row))
