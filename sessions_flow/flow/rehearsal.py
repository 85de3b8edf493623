"""The editor's test run: a draft walked by the engine's own functions, without a session. Whoever tests is in nobody's
queue and nothing is stored; the state travels to the page and back.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from sessions_flow.actions import BOT, SYSTEM, VISITOR
from sessions_flow.flow import course
from sessions_flow.flow.course import Turn
from sessions_flow.flow.graph import Graph
from sessions_flow.flow.outcomes import Finish, HandOver, Queue, Refuse, Say, Stream
from sessions_flow.flow.place import Place, Visit
from sessions_flow.models import Prompts
from sessions_flow.models.settings import current, wording
from sessions_flow.protocol import elements, payloads

Json = dict[str, Any]


@dataclass
class Rehearsal:
    """One test visitor. `state` is listening, waiting or ended."""

    graph: Graph
    place: Place
    language: str
    state: str = "listening"
    group: str = ""
    seq: int = 0
    asked: Json | None = None  # payload of the open question
    entries: list[Json] = field(default_factory=list)
    path: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, flow: Json, language: str, kept: Json | None) -> "Rehearsal":
        """`kept` is what `as_wire` gave before; None begins anew."""
        graph = Graph.of(flow)
        if not kept:
            return cls(graph, Place.first(graph, {}), language)
        place = Place.of(kept["node"], kept["is_asking"], kept["variables"], kept["memory"])
        return cls(graph, place, language, kept["state"], kept["group"], kept["seq"], kept["asked"])

    def run(self, text: str | None) -> None:
        """Until the flow listens, waits or ends."""
        if text is not None:
            self._enter(VISITOR, elements.text(text))
        while self.state == "listening" and (text is not None or not self.place.is_asking):
            self._take(text)
            text = None

    def as_wire(self) -> Json:
        place = self.place
        kept = {"node": place.node, "is_asking": place.is_asking, "variables": place.variables,
                "memory": place.memory(), "seq": self.seq, "asked": self.asked, "state": self.state,
                "group": self.group}  # fmt: skip
        return {"entries": self.entries, "path": self.path, "node": place.node, "variables": place.variables,
                "state": self.state, "group": self.group, "kept": kept}  # fmt: skip

    def _take(self, text: str | None) -> None:
        self.path.append(self.place.node)
        asked_at, visit = self.place.node, self._visit()
        turn = course.take(self.graph, self.place, text, visit)
        self._apply(turn)
        if isinstance(turn.then, HandOver):
            self._apply(course.ask_for_human(self.graph, asked_at, self.place, turn.then, visit))

    def _visit(self) -> Visit:
        return Visit(0, 0, self.language, timezone.now(), current(Prompts).words_for_a_human)

    def _apply(self, turn: Turn) -> None:
        self.place = turn.place
        if turn.selected is not None and self.asked:
            elem = elements.custom(payloads.answered(self.asked, turn.selected))
            event = {"type": "message.modified", "target": self.place.asked, "elem": elem}
            self._enter(SYSTEM, None, event)
        if isinstance(turn.said, Say):
            for elem in turn.said.elems:
                self._enter(SYSTEM if turn.said.as_system else BOT, elem)
        elif isinstance(turn.said, Stream):
            self._enter(BOT, elements.custom(payloads.streamed(list(turn.said.produce()), True)))
        if isinstance(turn.then, Finish):
            self.state = "ended"
        elif isinstance(turn.then, Refuse) and turn.then.text:
            self._enter(SYSTEM, elements.text(turn.then.text))
        elif isinstance(turn.then, Queue):
            self.state, self.group = "waiting", turn.then.group.name if turn.then.group else ""
            self._enter(
                SYSTEM, elements.text(wording(current(Prompts), "connecting", self.language, **self.place.variables))
            )

    def _enter(self, kind: str, elem: Json | None, event: Json | None = None) -> None:
        """An entry of docs/wire.md."""
        self.seq += 1
        payload = elements.payload_of(elem)
        if payload and payload["src"] in payloads.ANSWERABLE:
            self.asked, self.place = payload, replace(self.place, asked=self.seq)
        entry = {"seq": self.seq, "at": round(timezone.now().timestamp() * 1000), "client_id": "",
                 "from": {"kind": kind, "id": "", "name": "", "avatar": ""}, "elem": elem}  # fmt: skip
        self.entries.append(entry | ({"event": event} if event else {}))
