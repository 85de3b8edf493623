"""What the SDK's requests do in the database. No socket in sight."""

from datetime import timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sessions_flow.actions import Sender
from sessions_flow.doors.frames import with_upload
from sessions_flow.doors.gateway import commands
from sessions_flow.doors.gateway.frames import RECALL_TOO_LATE, Body, Refusal
from sessions_flow.doors.gateway.history import number
from sessions_flow.doors.gateway.numbers import find
from sessions_flow.doors.gateway.people import Person, thread_with
from sessions_flow.doors.gateway.sending import Sending, read
from sessions_flow.doors.gateway.uploads import SECONDS
from sessions_flow.doors.visits import come_in, recall_own, say_presence
from sessions_flow.models import Conversation, Message, Upload
from sessions_flow.protocol import elements
from sessions_flow.protocol.errors import NOT_FOUND, TOO_LATE, ProtocolError


def run(person: Person, name: str, body: Body) -> Body:
    """A command of the table, its refusal in the visitor's language. Raises Refusal."""
    with translation.override(person.visitor.language or None):
        return commands.run(person, name, body)


def prepare(person: Person, body: Body) -> tuple[Conversation, Sending]:
    """Reads a `sendmsg` and fills in what its upload is. Raises Refusal and ProtocolError."""
    with translation.override(person.visitor.language or None):
        sent = read(body)
        conversation = thread_with(person, sent.account)
    file_id = elements.file_id_of(sent.elem)
    if not file_id:
        return conversation, sent
    _bring_upload(conversation, file_id)
    return conversation, Sending(sent.account, sent.numbers, with_upload(conversation.pk, sent.elem))


def _bring_upload(conversation: Conversation, file_id: str) -> None:
    """An upload names no receiver: one that was made for another thread of the same visitor and shown nowhere yet
    belongs to the thread it is sent to."""
    fresh = timezone.now() - timedelta(seconds=SECONDS)
    upload = Upload.objects.filter(
        public_id=file_id, conversation__visitor=conversation.visitor, created_at__gte=fresh
    ).exclude(conversation=conversation)
    for row in upload:
        if not Message.objects.filter(
            conversation=row.conversation_id, created_at__gte=row.created_at, elem__MsgContent__UUID=file_id
        ).exists():
            Upload.objects.filter(pk=row.pk).update(conversation=conversation)


def named(person: Person, body: Body) -> Message:
    """The message that a `msgwithdraw` names. Raises Refusal."""
    info = body.get("MsgInfo")
    info = info if isinstance(info, dict) else {}
    ends = {info.get("From_Account"), info.get("To_Account")} - {person.user_id}
    with translation.override(person.visitor.language or None):
        conversation = thread_with(person, next(iter(ends), None))
        seq, random = number(info, "MsgSeq", 0), number(info, "MsgRandom", 0)
        message = find(conversation.pk, conversation.public_id, seq, random)
        if message is None:
            raise Refusal(NOT_FOUND, _("This message does not exist."))
    return message


def take_back(person: Person, message: Message) -> None:
    """F46, A27. Too late is the code that the SDK knows for it. Raises Refusal and ProtocolError."""
    try:
        recall_own(message.conversation_id, person.visitor.language, Sender.visitor(person.visitor), message.seq)
    except ProtocolError as error:
        raise Refusal(RECALL_TOO_LATE, error.reason) if error.code == TOO_LATE else error from None


def stored_entry(conversation_id: int, seq: int) -> dict[str, Any]:
    return Message.objects.select_related("session").get(conversation_id=conversation_id, seq=seq).as_wire()


def come(conversations: list[Conversation], user_agent: str) -> None:
    """The visitor is here, in each of his conversations."""
    for conversation in conversations:
        come_in(conversation, user_agent)


def go(conversations: list[Conversation]) -> None:
    for conversation in conversations:
        say_presence(conversation, False)
