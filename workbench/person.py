"""Everything that is kept about one person, as a ZIP of JSON and files (D10; GDPR article 20, PIPL article 45)."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from accounts.models import Visitor
from chatbot.models import Question
from routing.models import Assignment
from sessions_flow.models import Conversation, LeftMessage, Message, Session, Upload, Visit
from workbench.models import VisitorNote, VisitorTag

CHUNK = 64 * 1024
Facts = dict[str, Any]


def visitors_of(visitor: Visitor) -> list[Visitor]:
    """He, and those of whom an admin said that they are the same person."""
    return list(Visitor.objects.one_person(visitor).order_by("pk"))


def person_archive(visitor: Visitor) -> Iterator[bytes]:
    """`person.json`, `messages.jsonl` (one entry a line, recalled ones without what they said), `files/`."""
    people = visitors_of(visitor)
    with tempfile.TemporaryFile() as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            archive.writestr("person.json", _json(facts_of(people), indent=2))
            with archive.open("messages.jsonl", "w") as lines:
                for message in _messages(people):
                    lines.write(_json(_said(message)).encode() + b"\n")
            for upload in Upload.objects.filter(conversation__visitor__in=people, recalled_at=None).iterator():
                _add(archive, upload)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def facts_of(people: list[Visitor]) -> Facts:
    conversations = Conversation.objects.filter(visitor__in=people).select_related("channel").order_by("pk")
    return {
        "visitors": [_visitor(person) for person in people],
        "tags": list(VisitorTag.objects.filter(visitor__in=people).values_list("name", flat=True)),
        "notes": list(VisitorNote.objects.filter(visitor__in=people).values("at", "text", "member__nickname")),
        "conversations": [_conversation(row) for row in conversations],
        "left_messages": list(
            LeftMessage.objects.filter(conversation__in=conversations).values(
                "created_at", "text", "contact", "fields", "state"
            )
        ),
        "questions_to_the_bot": list(
            Question.objects.filter(session__conversation__in=conversations).values("asked_at", "text", "rule", "vote")
        ),
    }


def _visitor(person: Visitor) -> Facts:
    names = ("openid", "user_id", "nickname", "language", "attributes", "created_at", "blocked_at")
    return {name: getattr(person, name) for name in names}


def _conversation(conversation: Conversation) -> Facts:
    visit = Visit.objects.filter(conversation=conversation).first()
    sessions = Session.objects.filter(conversation=conversation).select_related("rating").order_by("pk")
    return {
        "channel": conversation.channel.name,
        "visit": visit.as_wire() if visit else None,
        "sessions": [_session(session) for session in sessions],
    }


def _session(session: Session) -> Facts:
    names = ("session_id", "opened_at", "served_at", "ended_at", "ended_by", "variables")
    rating = getattr(session, "rating", None)
    legs = Assignment.objects.filter(session=session).order_by("pk")
    return {name: getattr(session, name) for name in names} | {
        "rating": {"stars": rating.level, "text": rating.level_text} if rating else None,
        "legs": list(legs.values("offered_at", "accepted_at", "ended_at", "outcome", "group_name", "member__nickname")),
    }


def _messages(people: list[Visitor]) -> Iterator[Message]:
    said = Message.objects.said().filter(conversation__visitor__in=people).order_by("conversation", "seq")
    yield from said.select_related("session").iterator(chunk_size=500)


def _said(message: Message) -> Facts:
    entry = message.as_wire()
    return {name: entry[name] for name in ("seq", "session", "at", "from", "elem")}


def _add(archive: ZipFile, upload: Upload) -> None:
    """A file that is missing on the disk is left out."""
    name = f"files/{upload.public_id}{PurePath(upload.name).suffix.lower()[:10]}"
    try:
        source: IO[bytes] = upload.file.open("rb")
    except FileNotFoundError:
        return
    with source, archive.open(name, "w") as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, default=str, indent=indent)
