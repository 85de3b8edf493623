"""What every view of the REST door has in common."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from sessions_flow.access import channel_of, conversation_of_visitor
from sessions_flow.doors.rest.authentication import Throttle, VisitorAuthentication, VisitorUser
from sessions_flow.doors.rest.parsing import AlwaysJson, BoundedJSONParser
from sessions_flow.doors.visits import running_session, state_of
from sessions_flow.models import Channel, Conversation, RatingRules
from sessions_flow.models.settings import current


class DoorView(APIView):
    authentication_classes: Any = [VisitorAuthentication]
    parser_classes = [BoundedJSONParser]
    content_negotiation_class = AlwaysJson
    throttle_classes = [Throttle]

    def channel(self) -> Channel:
        """The one of the address. Raises NotFound."""
        channel = channel_of(self.kwargs["web_app_id"])
        if channel is None:
            raise NotFound(_("This channel does not exist, or is switched off."))
        return channel

    def conversation(self) -> Conversation:
        """The visitor's own in this channel. Raises NotFound."""
        user: Any = self.request.user
        found = conversation_of_visitor(user.visitor, self.channel()) if isinstance(user, VisitorUser) else None
        if found is None:
            raise NotFound(_("This conversation does not exist."))
        return found


def read(serializer: type[Serializer[Any]], data: Any) -> dict[str, Any]:
    """The checked body or query. Raises ValidationError."""
    made = serializer(data=data.dict() if isinstance(data, QueryDict) else data)
    made.is_valid(raise_exception=True)
    found: dict[str, Any] = made.validated_data
    return found


class NotFoundView(APIView):
    """Whatever else is asked for below /api/."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    content_negotiation_class = AlwaysJson
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound

    def get(self, request: Request, **kwargs: Any) -> Response:
        raise NotFound


def conversation_as_wire(conversation: Conversation) -> dict[str, Any]:
    """How things stand (ConversationSerializer)."""
    state = state_of(conversation, running_session(conversation))
    return {
        **state,
        "last_seq": conversation.seq,
        "queue": state["queue"] or {"position": None, "ahead": None},
        "menuSendRuleFlag": current(RatingRules).flag,
    }
