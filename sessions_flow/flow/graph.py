"""A flow as the engine walks it: nodes by id, made from the JSON of docs/flow.md. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sessions_flow.flow.outcomes import Node
from sessions_flow.protocol.variables import fill

Json = dict[str, Any]
BOT_STEP, HAND_OVER_STEP, GROUP_STEP = "bot.answer", "hand_over", "group"
BOT, HAND_OVER, GROUP = "@bot", "@hand_over", "@group"  # places that every flow has
EVERYWHERE = {BOT: Node(BOT_STEP), HAND_OVER: Node(HAND_OVER_STEP), GROUP: Node(GROUP_STEP)}
MENUS = frozenset({"branch", BOT_STEP})  # where 返回 can lead to


@dataclass(frozen=True, slots=True)
class Graph:
    """`human` is the node that is entered when the visitor asks for a human; empty: hand over at once."""

    start: str
    nodes: Mapping[str, Node] = field(default_factory=dict)
    human: str = ""

    @classmethod
    def of(cls, data: Json) -> "Graph":
        """Takes only what passed `validation`, and does not look again."""
        nodes = {row["id"]: Node(row["step"], row.get("settings", {})) for row in data["nodes"]}
        return cls(data["start"], nodes, data.get("human", ""))

    def has(self, node_id: str) -> bool:
        return node_id in self.nodes or node_id in EVERYWHERE

    def node(self, node_id: str) -> Node:
        """The bot where there is no such node: a broken flow keeps talking."""
        return self.nodes.get(node_id) or EVERYWHERE.get(node_id) or EVERYWHERE[BOT]

    @property
    def bot(self) -> str:
        """The flow's first bot, or the one that every flow has."""
        return next((node_id for node_id, node in self.nodes.items() if node.step == BOT_STEP), BOT)


def filled(value: Any, variables: Mapping[str, Any]) -> Any:
    """The settings with every `${name}` replaced; unknown names stay as they are (A11)."""
    if isinstance(value, str):
        return fill(value, variables)
    if isinstance(value, list):
        return [filled(item, variables) for item in value]
    if isinstance(value, dict):
        return {key: filled(item, variables) for key, item in value.items()}
    return value
