"""`post_messages`: the one function that writes messages (design.md, How a message travels).

A batch in one transaction; a single message is a batch of one. Under the locks of its conversations it drops what
is stored already, numbers without gaps, checks who may speak, sets deadlines, calls the hooks, and tells the
connections after the commit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Visitor
from sessions_flow import hooks, live
from sessions_flow.models import Closing, Joined, Session, State
from sessions_flow.models.message import Message, wire_entry
from sessions_flow.models.session import milliseconds
from sessions_flow.models.settings import current
from sessions_flow.models.stream import (
    Head,
    NewRow,
    Running,
    is_served_by,
    lock,
    save,
    set_deadline,
)
from sessions_flow.protocol import elements, errors
from sessions_flow.protocol.preview import preview_of

VISITOR, AGENT, BOT, SYSTEM = (str(kind.value) for kind in Message.Kind)
ANSWER = "answer"  # the id of the bot as a sender of what answers a question: the visitor may vote on it


@dataclass(frozen=True, slots=True)
class Sender:
    """Who speaks. `id` is public: an openid, or a member's public id."""

    kind: str
    id: str = ""
    name: str = ""
    member_id: int | None = None

    @classmethod
    def visitor(cls, visitor: Visitor) -> "Sender":
        return cls(VISITOR, visitor.openid, visitor.display_name)

    @classmethod
    def agent(cls, member: Member) -> "Sender":
        return cls(AGENT, member.public_id, member.nickname, member_id=member.pk)


@dataclass(frozen=True, slots=True)
class Post:
    """A message or an event to be stored. People's messages carry a `client_id`; ours need none."""

    conversation_id: int
    sender: Sender
    elem: dict[str, Any] | None
    client_id: str | None = None
    event: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """Committed when the transaction is. `is_new` is false for a resent client id: `seq` is the first one's."""

    post: Post
    seq: int
    is_new: bool
    head: Head


@dataclass(frozen=True, slots=True)
class Refused:
    """Not stored, and why: a code of protocol.errors."""

    post: Post
    code: int
    reason: str | Promise


Result = Stored | Refused


def post_messages(posts: Sequence[Post], now: datetime | None = None) -> list[Result]:
    """Stores the posts in their order. Joins an outer transaction. One result per post."""
    now = now or timezone.now()
    with transaction.atomic(savepoint=False):
        keys = [_key(post) for post in posts if post.client_id]
        heads, seen = lock((post.conversation_id for post in posts), keys)
        results: list[Result] = []
        rows: list[NewRow] = []
        for post in posts:
            result = _place(post, heads.get(post.conversation_id), seen, rows, now)
            results.append(result)
        stored = [result for result in results if isinstance(result, Stored) and result.is_new]
        if stored:
            hooks.messages_posted(stored)
            changed = {item.head.id: item.head for item in stored}.values()
            save(rows, list(changed), now)
            live.publish_after_commit(_entries(stored, rows))
    return results


def _place(
    post: Post, head: Head | None, seen: dict[tuple[int, str, str], int], rows: list[NewRow], now: datetime
) -> Result:
    """Gives the post its seq and its row, or says why not."""
    if head is None:
        return Refused(post, errors.NOT_FOUND, _("This conversation does not exist."))
    if post.client_id and (seq := seen.get(_key(post))):
        return Stored(post, seq, False, head)
    refused = _may_post(post, head)
    if refused:
        return refused
    if post.sender.kind == VISITOR and head.running is None:
        head.running = open_session(head, now)
    head.seq += 1
    if post.client_id:
        seen[_key(post)] = head.seq
    rows.append(_row(post, head, now))
    _touch(post, head, now)
    return Stored(post, head.seq, True, head)


def _may_post(post: Post, head: Head) -> Refused | None:
    """Agents speak only in the session that they serve: a returning zombie's words are refused (promise 8). So do
    supervisors who have joined it."""
    if post.sender.kind == AGENT and not _takes_part(post.sender, head.running):
        return Refused(post, errors.SESSION_OVER, _("This session is not yours, or is over."))
    if post.sender.kind == VISITOR and head.is_blocked:
        return Refused(post, errors.NOT_YOURS, _("You cannot write here."))
    return None


def _takes_part(sender: Sender, running: Running | None) -> bool:
    if running is None or is_served_by(running, sender.member_id):
        return running is not None
    joined = Joined.objects.present().filter(session=running.id, member=sender.member_id)
    return running.state == State.SERVING and joined.exists()


def _row(post: Post, head: Head, now: datetime) -> NewRow:
    running = head.running
    return NewRow(
        conversation_id=head.id,
        session_id=running.id if running else None,
        seq=head.seq,
        kind=post.sender.kind,
        sender_id=post.sender.id,
        sender_name=post.sender.name,
        client_id=post.client_id,
        elem=post.elem,
        event=post.event,
        text=elements.text_of(post.elem),
        src=elements.src_of(post.elem),
        created_at=now,
    )


def _touch(post: Post, head: Head, now: datetime) -> None:
    """Counters, preview and the closing timer that follow from a message."""
    if post.event is None and post.sender.kind != SYSTEM and (preview := preview_of(post.elem)):
        head.preview = preview
    if post.sender.kind == VISITOR:
        head.unread += 1
        head.visitor_at = now
    elif post.sender.kind == AGENT:
        head.agent_at = now
        _start_timer(head.running, now)


def _start_timer(running: Running | None, now: datetime) -> None:
    """W38. A timer that runs already is left alone: the sweep moves it on from `agent_at`, so that the session's row,
    with its many indexes, is not written for every message (docs/decisions/0008)."""
    seconds = current(Closing).reply_seconds
    if seconds and running and running.idle_due_at is None:
        set_deadline(running, idle_due_at=now + timedelta(seconds=seconds))


def open_session(head: Head, now: datetime) -> Running:
    """A new episode of a locked conversation without one; the flow starts at once (A57)."""
    session = Session.objects.create(
        conversation_id=head.id, opened_at=now, flow_due_at=now, flow_seq=head.seq, idle_due_at=_flow_idle(now)
    )
    hooks.session_opened(session)
    return Running(session.pk, str(session.session_id), session.state, None, session.flow_due_at, session.idle_due_at)


def _flow_idle(now: datetime) -> datetime:
    return now + timedelta(seconds=current(Closing).flow_idle_seconds)


def _key(post: Post) -> tuple[int, str, str]:
    return (post.conversation_id, post.client_id or "", post.sender.id)


def _entries(stored: Iterable[Stored], rows: Iterable[NewRow]) -> list[tuple[int, dict[str, Any]]]:
    found = []
    for item, row in zip(stored, rows, strict=True):
        entry = wire_entry(
            seq=row.seq,
            session=item.head.running.session_id if item.head.running else None,
            at=milliseconds(row.created_at),
            kind=row.kind,
            sender_id=row.sender_id,
            sender_name=row.sender_name,
            client_id=row.client_id,
            elem=row.elem,
            event=row.event,
        )
        found.append((row.conversation_id, entry))
    return found
