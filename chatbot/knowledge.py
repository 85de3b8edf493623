"""A snapshot ready to be asked: the one thing that answers, for visitors and in the test chat alike."""

from dataclasses import dataclass
from typing import Any

from chatbot.embeddings import vector_of, with_meaning
from chatbot.indexes import shared_matcher
from chatbot.matching import Entry, Match, Matcher
from chatbot.matching.sparse import Floats
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
        answer = self.answers.match(text, vector=self._vector(text))
        chitchat = self.chitchat.match(text)
        return Finding(answer, chitchat, decide(answer, chitchat, self.settings))

    def _vector(self, text: str) -> Floats | None:
        """Of a text whose words alone do not decide."""
        has_meaning = self.settings["embeds"] and self.answers.meaning is not None
        return vector_of(text) if has_meaning and not self.answers.knows(text) else None


def prepared(release_id: int, snapshot: Snapshot, *, fetch: bool = False) -> Knowledge:
    """`fetch`: what a language service has to say about the questions is asked for, where it is missing."""
    rows, settings = {row["id"]: row for row in snapshot["entries"]}, settings_of(snapshot)
    answers = [entry_of(row) for row in rows.values() if not is_chitchat(row)]
    chitchat = [entry_of(row) for row in rows.values() if is_chitchat(row)]
    matcher = shared_matcher(answers)
    if settings["embeds"]:
        matcher = with_meaning(matcher, answers, fetch=fetch)
    return Knowledge(release_id, settings, snapshot["welcome"], rows, matcher, shared_matcher(chitchat))


def is_chitchat(row: Row) -> bool:
    return row.get("library") == CHITCHAT


def entry_of(row: Row) -> Entry:
    return Entry(row["id"], (row["question"], *row["similar"]))
