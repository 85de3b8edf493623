"""The moments of a conversation, a short closed list. Functions run inside the transaction, under the locks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from accounts.hooks import Moment

if TYPE_CHECKING:
    from accounts.models import Group, Visitor
    from sessions_flow.actions.post import Stored
    from sessions_flow.models import Message, Rating, Session
    from sessions_flow.protocol.elements import Element

messages_posted: "Moment[[Sequence[Stored]]]" = Moment("messages.posted")  # the whole batch
session_opened: "Moment[[Session]]" = Moment("session.opened")
session_waiting: "Moment[[Session]]" = Moment("session.waiting")  # asked for a human; now in the queue
session_served: "Moment[[Session]]" = Moment("session.served")  # an agent serves from now on, or another one
human_refused: "Moment[[Session, Group | None]]" = Moment("human.refused")  # nobody serves now; never queued
session_left_queue: "Moment[[Session]]" = Moment("session.left_queue")  # went back to the flow without a human
session_ended: "Moment[[Session]]" = Moment("session.ended")
session_rated: "Moment[[Rating]]" = Moment("session.rated")
answer_finished: "Moment[[Message]]" = Moment("answer.finished")  # one that grew (src 31) is whole
answer_voted: Moment[[int, int, bool]] = Moment("answer.voted")  # (conversation, seq of the answer, thumb up)
chat_previewed: "Moment[[list[Element], str]]" = Moment("chat.previewed")  # (elements, language): append the greeting
visitor_erasing: "Moment[[Visitor]]" = Moment("visitor.erasing")  # erase what you keep about him, in this transaction
