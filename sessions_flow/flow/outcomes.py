"""What a step may want: plain data that the engine applies. Steps write nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Group

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a flow: which step runs here, with which settings (docs/flow.md)."""

    step: str
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What a step is told. `text` is the visitor's message, or None when the node is being entered."""

    session_pk: int
    conversation_id: int
    language: str
    variables: dict[str, Any]
    node: Node
    text: str | None
    now: datetime
    said: str = ""  # the visitor's newest text, whatever it answered
    back: str = ""  # where 返回 leads: the menu before this one


@dataclass(frozen=True, slots=True)
class Listen:
    """Stay at this node until the visitor writes."""


@dataclass(frozen=True, slots=True)
class GoTo:
    """Enter `node`. A bot that is entered on the way answers `question` instead of showing its card."""

    node: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The visitor's text answers nothing that was asked here (F24): a human, the bot, or the question once more."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """The visitor shall get a human: enters the step `hand_over`, which is told `text` when it had asked something.
    When it refuses, the flow goes on at `failed`, or where the visitor was asked last."""

    group: Group | None = None
    text: str | None = None
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Wait for an agent of `group`, or of all."""

    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """No human now: `text` is said, unless it is empty, and the session stays with the flow; the visitor may leave a
    message (A117)."""

    text: str
    offers_form: bool = True
    group: Group | None = None  # who was asked for


@dataclass(frozen=True, slots=True)
class Finish:
    """The flow is over (F4)."""


Next = Listen | GoTo | Unmatched | HandOver | Queue | Refuse | Finish


@dataclass(frozen=True, slots=True)
class Say:
    """Elements to be said, by the bot or (`as_system`) by the house; then what follows.

    `note` is called in the transaction that posts the elements, with their seqs; never when the outcome came too
    late. Visitors may vote on an answer."""

    elems: tuple[Element, ...]
    then: Next = field(default_factory=Listen)
    as_system: bool = False
    is_answer: bool = False
    note: Callable[[list[int]], None] | None = None


class Instead(Exception):
    """Raised by a Stream's `produce` before its first piece: this element takes the place of the message."""

    def __init__(self, elem: Element) -> None:
        super().__init__("something else is said")
        self.elem = elem


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that comes in pieces (src 31): `produce` yields them, and is run without any lock; it may raise
    Instead. `note` as in Say."""

    produce: Callable[[], Iterator[str]]
    then: Next = field(default_factory=Listen)
    note: Callable[[list[int]], None] | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """The visitor answered: `selected` goes into the message that asked (F25, F32), `variables` into the session,
    `group` (its id) is whom a later hand-over without a group of its own asks."""

    then: Next
    variables: dict[str, str] = field(default_factory=dict)
    selected: str | None = None
    group: int | None = None


Outcome = Say | Stream | Keep | Next
