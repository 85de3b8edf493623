"""What a step may want: plain data that the engine applies. Steps write nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Group

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What a step is told. `text` is the visitor's message, or None when the node is being entered."""

    session_pk: int
    conversation_id: int
    language: str
    variables: dict[str, Any]
    node: "Node"
    text: str | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a flow: which step runs here, with which settings."""

    step: str
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listen:
    """Stay at this node until the visitor writes."""


@dataclass(frozen=True, slots=True)
class GoTo:
    node: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """The visitor shall get a human: enters the step `hand_over`."""

    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """Wait for an agent of `group`, or of all."""

    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """No human now: `text` is said and the session stays with the flow."""

    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The flow is over (F4)."""


Next = Listen | GoTo | HandOver | Queue | Refuse | Finish


@dataclass(frozen=True, slots=True)
class Say:
    """Elements to be said, by the bot or (`as_system`) by the house; then what follows."""

    elems: tuple[Element, ...]
    then: Next = field(default_factory=Listen)
    as_system: bool = False


Outcome = Say | Next
