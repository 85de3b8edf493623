"""What can happen to a conversation and a session. The only writers of messages and session states.

Order of locks: the assignment lock, then conversations by ascending id, then members. Who holds a conversation
never takes the assignment lock.
"""

from sessions_flow.actions.changing import modify
from sessions_flow.actions.ending import end_session, end_sessions
from sessions_flow.actions.identity import identify
from sessions_flow.actions.joining import join, part
from sessions_flow.actions.left_messages import checked_answers, leave, queue_left_message, refuse_human
from sessions_flow.actions.left_messages import claim as claim_left_message
from sessions_flow.actions.left_messages import close as close_left_message
from sessions_flow.actions.post import AGENT, ANSWER, BOT, SYSTEM, VISITOR, Post, Refused, Sender, Stored, post_messages
from sessions_flow.actions.rating import invite_rating, rate, request_rating
from sessions_flow.actions.reading import mark_read
from sessions_flow.actions.recall import recall
from sessions_flow.actions.sessions import (
    Locked,
    connect_agent,
    enter,
    locked,
    locked_together,
    open_conversation,
    open_for_agent,
    return_to_flow,
    return_to_queue,
    start_waiting,
    tell,
)
from sessions_flow.actions.streaming import Stream, begin_stream, replace_stream, write_stream
from sessions_flow.actions.visitors import note_device, note_pages, set_attributes
from sessions_flow.actions.voting import vote

__all__ = [
    "AGENT",
    "ANSWER",
    "BOT",
    "SYSTEM",
    "VISITOR",
    "Locked",
    "Post",
    "Refused",
    "Sender",
    "Stored",
    "Stream",
    "begin_stream",
    "checked_answers",
    "claim_left_message",
    "close_left_message",
    "connect_agent",
    "end_session",
    "end_sessions",
    "enter",
    "identify",
    "invite_rating",
    "join",
    "leave",
    "locked",
    "locked_together",
    "mark_read",
    "modify",
    "note_device",
    "note_pages",
    "open_conversation",
    "open_for_agent",
    "part",
    "post_messages",
    "queue_left_message",
    "rate",
    "recall",
    "refuse_human",
    "replace_stream",
    "request_rating",
    "return_to_flow",
    "return_to_queue",
    "set_attributes",
    "start_waiting",
    "tell",
    "vote",
    "write_stream",
]
