"""A visitor's live connection, whatever carries it: a socket, server-sent events, a long poll."""

from sessions_flow import live
from sessions_flow.actions import VISITOR
from sessions_flow.doors import places
from sessions_flow.doors.visits import say_presence
from sessions_flow.live.database import in_database
from sessions_flow.live.follower import Follower
from sessions_flow.live.registry import registry
from sessions_flow.models import Conversation

PREFIX = '{"op":"entries","entries":['


class VisitorFollower(Follower):
    is_visitor = True
    conversation: Conversation

    async def say_gone(self) -> None:
        """The last one closes the door."""
        if not registry.has_other_visitors(self.conversation.pk, self):
            await in_database(say_presence, self.conversation, False)

    def entries_prefix(self, conversation_id: int) -> str:
        return PREFIX

    def on_online(self, conversation_id: int, to: str, json: str) -> None:
        if to == VISITOR:
            self.send_text(json)

    def on_part(self, conversation_id: int, openid: str) -> None:
        """The conversation went over to the signed visitor: who only has the former token starts afresh (A116)."""
        if openid == self.conversation.visitor.openid:
            self.close(4401)

    def on_poke(self, conversation_id: int) -> None:
        live.process.spawn(self._tell_place())

    async def _tell_place(self) -> None:
        place = await in_database(places.place_of, self.conversation.pk)
        self.send_frame({"op": "queue", **(place or {"position": None})})
