"""The visitor's conversation: read it, write into it, rate, end, ask for a human (F4, F12, F19, F36, F37, F45)."""

import uuid
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_flow.actions import VISITOR, Sender, mark_read, recall
from sessions_flow.doors.files import UploadThrottle, store
from sessions_flow.doors.frames import LARGEST_SEQ
from sessions_flow.doors.history import page_after, page_of
from sessions_flow.doors.rest.answers import (
    ConversationSerializer,
    EntriesSerializer,
    ErrorsSerializer,
    SentSerializer,
    UploadedSerializer,
)
from sessions_flow.doors.rest.authentication import IsVisitor, Throttle
from sessions_flow.doors.rest.posting import Sent, send
from sessions_flow.doors.rest.serializers import (
    FileSerializer,
    NewMessageSerializer,
    PageSerializer,
    RatingSerializer,
    SeqSerializer,
    VoteSerializer,
)
from sessions_flow.doors.rest.views import DoorView, conversation_as_wire, read
from sessions_flow.doors.rest.words import says
from sessions_flow.doors.visits import act_on_flag, be_seen, vote_on
from sessions_flow.models import Conversation, Message, Prompts
from sessions_flow.models.settings import current
from sessions_flow.protocol import elements, errors, payloads

CONFLICT = {409: ErrorsSerializer}
FORBIDDEN = {403: ErrorsSerializer, **CONFLICT}


class VisitorDoorView(DoorView):
    permission_classes = [IsVisitor]

    def conversation(self) -> Conversation:
        """Asking is a sign of life."""
        found = super().conversation()
        be_seen(found)
        return found

    def state(self, conversation: Conversation) -> Response:
        conversation.refresh_from_db(fields=["seq", "visitor_read_seq", "agent_read_seq"])
        return Response(conversation_as_wire(conversation))

    def act(self, conversation: Conversation, data: dict[str, Any]) -> Response:
        """A flag payload, and how things stand then."""
        act_on_flag(conversation.pk, get_language() or "", data)
        return self.state(conversation)


class ConversationView(VisitorDoorView):
    @says("conversation", "Session, agent, place in the queue, how far was read", answer=ConversationSerializer)
    def get(self, request: Request, web_app_id: str) -> Response:
        return self.state(self.conversation())


class MessagesView(VisitorDoorView):
    @says("messages", "A page of the conversation, ascending", answer=EntriesSerializer, query=[PageSerializer])
    def get(self, request: Request, web_app_id: str) -> Response:
        return Response(page(Message.objects.filter(conversation=self.conversation()), request))

    @says(
        "message_send",
        "Send a text, an upload, a card or a flag. A repeated client_id stores nothing: 409 with the first entry",
        body=NewMessageSerializer,
        answer=SentSerializer,
        code=201,
        also={200: SentSerializer, **FORBIDDEN},
    )
    def post(self, request: Request, web_app_id: str) -> Response:
        conversation, said = self.conversation(), read(NewMessageSerializer, request.data)
        return sent(send(conversation, said["elem"], said["client_id"]))


class RecallView(VisitorDoorView):
    @says("message_recall", "Take back a message within two minutes", answer=ConversationSerializer, also=FORBIDDEN)
    def post(self, request: Request, web_app_id: str, seq: int) -> Response:
        conversation = self.conversation()
        recall(conversation.pk, min(seq, LARGEST_SEQ), Sender.visitor(conversation.visitor))
        return self.state(conversation)


class VoteView(VisitorDoorView):
    @says("vote", "A thumb on an answer of the bot", body=VoteSerializer, answer=ConversationSerializer)
    def post(self, request: Request, web_app_id: str, seq: int) -> Response:
        conversation, said = self.conversation(), read(VoteSerializer, request.data)
        vote_on(conversation.pk, get_language() or "", min(seq, LARGEST_SEQ), said["up"])
        return self.state(conversation)


class UploadsView(VisitorDoorView):
    parser_classes = [MultiPartParser]
    throttle_classes = [Throttle, UploadThrottle]

    @says(
        "upload",
        "A picture, document or recording; then send a message with its id",
        body={"multipart/form-data": FileSerializer},
        answer=UploadedSerializer,
        code=201,
    )
    def post(self, request: Request, web_app_id: str) -> Response:
        conversation, file = self.conversation(), request.FILES.get("file")
        if file is None:
            raise ValidationError({"file": _("Choose a file.")})
        upload = store(conversation, file)
        return Response({"id": upload.public_id, "elem": upload.as_element()}, status=201)


class ReadView(VisitorDoorView):
    @says("read", "Everything up to seq was seen", body=SeqSerializer, answer=ConversationSerializer)
    def post(self, request: Request, web_app_id: str) -> Response:
        conversation, said = self.conversation(), read(SeqSerializer, request.data)
        mark_read(conversation.pk, VISITOR, said["seq"])
        return self.state(conversation)


class HumanView(VisitorDoorView):
    @says("human", "Ask for a human, as the button does", answer=SentSerializer, code=201, also=CONFLICT)
    def post(self, request: Request, web_app_id: str) -> Response:
        conversation = self.conversation()
        word = current(Prompts).hand_over_word(conversation.visitor.language)
        return sent(send(conversation, elements.text(word), uuid.uuid4().hex))


class EndView(VisitorDoorView):
    @says("end", "End the human session, or leave the queue (src 27)", answer=ConversationSerializer, also=CONFLICT)
    def post(self, request: Request, web_app_id: str) -> Response:
        return self.act(self.conversation(), payloads.payload(payloads.VISITOR_ENDS))


class RatingView(VisitorDoorView):
    @says(
        "rate",
        "Answer a rating card (src 10)",
        body=RatingSerializer,
        answer=ConversationSerializer,
        also=FORBIDDEN,
    )
    def post(self, request: Request, web_app_id: str) -> Response:
        conversation, said = self.conversation(), read(RatingSerializer, request.data)
        chosen = {
            "id": payloads.RATING_IDS[said["level"] - 1],
            "content": "",
            "sessionId": str(said.get("rating") or ""),
        }
        return self.act(conversation, payloads.payload(payloads.RATING_CHOICE, menuSelected=chosen))


class RatingCardView(VisitorDoorView):
    @says(
        "rating_card",
        "Ask for the rating card (src 24)",
        answer=ConversationSerializer,
        also=FORBIDDEN,
    )
    def post(self, request: Request, web_app_id: str) -> Response:
        return self.act(self.conversation(), payloads.payload(payloads.RATING_REQUEST))


def page(messages: Any, request: Request) -> dict[str, Any]:
    """What the query asks for: before, after, limit."""
    asked = read(PageSerializer, request.query_params)
    if "after" in asked:
        return page_after(messages, asked["after"], asked["limit"])
    return page_of(messages, asked.get("before"), asked["limit"])


def sent(result: Sent) -> Response:
    """201 stored, 200 acted upon, 409 stored before."""
    if not result.is_new:
        reason = _("This client_id was stored before; entry is what it stored.")
        rows = [{"field": "client_id", "reason": reason}]
        return Response({"errors": rows, "code": errors.DUPLICATE, "entry": result.entry}, status=409)
    return Response({"entry": result.entry, "online": result.online}, status=201 if result.entry else 200)
