"""For headless visitor clients (U14, U16): come in, look, change what is known of oneself."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed, NotFound, PermissionDenied, Throttled, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import usersig
from accounts.identity import file_ticket, visitor_token
from accounts.models import Visitor
from sessions_flow.actions import identify, open_conversation, set_attributes
from sessions_flow.doors.limits import wait_for_new_visitor
from sessions_flow.doors.rest.answers import (
    ChannelSerializer,
    VisitorSerializer,
    WelcomeSerializer,
    visitor_as_wire,
)
from sessions_flow.doors.rest.authentication import (
    IsVisitor,
    KeyAuthentication,
    KeyUser,
    VisitorAuthentication,
    VisitorUser,
)
from sessions_flow.doors.rest.serializers import NewVisitorSerializer, ProfileSerializer
from sessions_flow.doors.rest.views import DoorView, conversation_as_wire, read
from sessions_flow.doors.rest.words import says
from sessions_flow.doors.visits import say_presence
from sessions_flow.models import Channel, Conversation, Scope


class ChannelView(DoorView):
    authentication_classes: Any = []
    permission_classes = [AllowAny]

    @says("channel", "What a client may show before anybody came in", answer=ChannelSerializer, is_public=True)
    def get(self, request: Request, web_app_id: str) -> Response:
        return Response(self.channel().as_wire())


class VisitorsView(DoorView):
    authentication_classes = [KeyAuthentication, VisitorAuthentication]
    permission_classes = [AllowAny]

    @says(
        "visitor_create",
        "Come in: anonymous, signed by userSig, or for a userID by key; with a visitor token the same visitor again",
        body=NewVisitorSerializer,
        answer=WelcomeSerializer,
        code=201,
        also={403: None},
        is_public=True,
    )
    def post(self, request: Request, web_app_id: str) -> Response:
        channel, said = self.channel(), read(NewVisitorSerializer, request.data)
        visitor = self._visitor(channel, said)
        if visitor.blocked_at:
            raise PermissionDenied(_("You cannot write here."))
        conversation = open_conversation(channel, visitor)
        conversation.visitor, conversation.channel = visitor, channel
        tell_about(conversation, {"language": visitor.language or get_language(), **said})
        say_presence(conversation, True)
        welcome = {
            "token": visitor_token(visitor.openid),
            "file_ticket": file_ticket(visitor.openid),
            "visitor": visitor_as_wire(visitor),
            "channel": channel.as_wire(),
            "conversation": conversation_as_wire(conversation),
        }
        return Response(welcome, status=201)

    def _visitor(self, channel: Channel, said: dict[str, Any]) -> Visitor:
        """Whom the request proves; somebody new where it proves nothing (A88, A89)."""
        user: Any = self.request.user
        if isinstance(user, KeyUser) and not user.key.reaches(channel.pk):
            raise NotFound(_("This channel does not exist, or is switched off."))
        if isinstance(user, KeyUser) and not user.key.may(Scope.VISITORS):
            raise PermissionDenied(_("This API key may not do that (%(scope)s).") % {"scope": Scope.VISITORS})
        if "user_id" in said or "user_sig" in said:
            anonymous = user.visitor if isinstance(user, VisitorUser) else None
            return identify(channel, anonymous, _proved(said, isinstance(user, KeyUser)))
        if isinstance(user, VisitorUser):
            return user.visitor
        seconds = 0 if isinstance(user, KeyUser) else wait_for_new_visitor(self.request.META.get("REMOTE_ADDR", ""))
        if seconds:
            raise Throttled(seconds)
        return Visitor.objects.create()


def _proved(said: dict[str, Any], has_key: bool) -> str:
    """The userID, by its userSig or because a business server says so."""
    if "user_sig" in said:
        try:
            return usersig.verify(said["user_sig"], said.get("user_id"))
        except usersig.UserSigError as error:
            raise AuthenticationFailed({"user_sig": str(error)}) from None
    if not has_key:
        raise ValidationError({"user_sig": _("A user_id needs its user_sig, or an API key.")})
    return str(said["user_id"])


def tell_about(conversation: Conversation, said: dict[str, Any]) -> None:
    """Language, nickname and attributes, as far as they are named. Raises ProtocolError, naming the field."""
    visitor = conversation.visitor
    if said.get("language", visitor.language) != visitor.language:
        visitor.language = said["language"]
        visitor.save(update_fields=["language"])
    changes = dict(said.get("attributes", {}))
    if "nickname" in said:
        changes["nickname"] = said["nickname"]
    if changes:
        set_attributes(conversation, changes)
        visitor.refresh_from_db(fields=["nickname", "attributes"])


class ProfileView(DoorView):
    permission_classes = [IsVisitor]

    @says("visitor", "What is known of me", answer=VisitorSerializer)
    def get(self, request: Request, web_app_id: str) -> Response:
        return Response(visitor_as_wire(self.conversation().visitor))

    @says("visitor_update", "Change nickname, language, attributes", body=ProfileSerializer, answer=VisitorSerializer)
    def patch(self, request: Request, web_app_id: str) -> Response:
        conversation = self.conversation()
        tell_about(conversation, read(ProfileSerializer, request.data))
        return Response(visitor_as_wire(conversation.visitor))
