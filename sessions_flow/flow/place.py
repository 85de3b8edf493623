"""Where a session stands in its flow."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sessions_flow.flow.graph import MENUS, Graph


@dataclass(frozen=True, slots=True)
class Visit:
    """Who walks, and when. `keywords` ask for a human (A37), in lower case."""

    session_pk: int
    conversation_id: int
    language: str
    now: datetime
    keywords: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session stands in its flow, and what it remembers of the way."""

    node: str
    is_asking: bool = False
    variables: dict[str, Any] = field(default_factory=dict)
    menus: tuple[str, ...] = ()  # entered on the way here
    last: str = ""  # the node that asked last
    asked: int = 0  # seq of its message, which gets `selected`
    tries: int = 0  # answers here that matched nothing
    steps: int = 0  # since the visitor's last message
    question: str = ""  # not yet answered by a bot
    said: str = ""
    group: int | None = None  # chosen
    has_met_bot: bool = False
    wants_human: bool = False  # was led to the flow's way to a human
    failed: str = ""  # where the flow goes on when nobody comes out of the queue

    def memory(self) -> dict[str, Any]:
        """What is kept beside node, is_asking and variables."""
        kept = asdict(self)
        for key in ("node", "is_asking", "variables"):
            del kept[key]
        return {**kept, "menus": list(self.menus)}

    @classmethod
    def first(cls, graph: Graph, variables: dict[str, Any]) -> "Place":
        return cls("", variables=variables).entering(graph, graph.start)

    @classmethod
    def of(cls, node: str, is_asking: bool, variables: dict[str, Any], memory: dict[str, Any]) -> "Place":
        known = {key: value for key, value in memory.items() if key in cls.__dataclass_fields__}
        return cls(node, is_asking, variables, **{**known, "menus": tuple(memory.get("menus", ()))})

    def heard(self, text: str) -> "Place":
        return replace(self, said=text, steps=0, question="")

    def entering(self, graph: Graph, node_id: str, question: str = "") -> "Place":
        """Without a node to go to, the visitor is with the bot."""
        target = node_id if graph.has(node_id) else graph.bot
        menus = self.menus
        if graph.node(target).step in MENUS:
            menus = (*menus[: menus.index(target)], target) if target in menus else (*menus, target)
        question = question or self.question
        is_quiet = target != node_id and not question
        return replace(self, node=target, is_asking=is_quiet, menus=menus, tries=0, question=question)

    def returning(self, graph: Graph) -> "Place":
        """Where the visitor was asked last, to be asked again."""
        return replace(self, wants_human=False).entering(graph, self.last if graph.has(self.last) else graph.bot)

    def back(self, graph: Graph) -> str:
        """The menu before the question that was answered last; the first one has nothing before it."""
        earlier = [menu for menu in self.menus if menu != self.last]
        return (earlier or list(self.menus) or [graph.start])[-1]
