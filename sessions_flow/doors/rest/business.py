"""For business servers: find sessions, read transcripts, close."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_flow.access import sessions_for_key
from sessions_flow.actions import end_session, locked
from sessions_flow.doors.rest.answers import (
    EntriesSerializer,
    ErrorsSerializer,
    SessionPageSerializer,
    SessionRowSerializer,
)
from sessions_flow.doors.rest.authentication import IsKey, KeyAuthentication
from sessions_flow.doors.rest.conversations import page
from sessions_flow.doors.rest.serializers import PageSerializer, SessionQuerySerializer
from sessions_flow.doors.rest.views import DoorView, read
from sessions_flow.doors.rest.words import says
from sessions_flow.models import EndedBy, Message, Scope, Session
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

LOOKUPS = {
    "state": "state",
    "ended_by": "ended_by",
    "channel": "conversation__channel__web_app_id",
    "visitor": "conversation__visitor__openid",
    "user_id": "conversation__visitor__user_id",
    "agent": "agent__public_id",
    "group": "group",
    "rating": "rating__level",
    "opened_after": "opened_at__gte",
    "opened_before": "opened_at__lt",
}
RELATED = ("conversation__visitor", "conversation__channel", "agent", "group", "rating")


class SessionPages(CursorPagination):
    """Newest first; a cursor stays right while sessions are opened."""

    ordering = ("-opened_at", "-pk")
    invalid_cursor_message: Any = _("This cursor is not valid.")


class KeyView(DoorView):
    authentication_classes = [KeyAuthentication]
    permission_classes = [IsKey]
    scope = Scope.READ

    def sessions(self) -> QuerySet[Session]:
        user: Any = self.request.user
        return sessions_for_key(user.key).select_related(*RELATED)

    def session(self) -> Session:
        """The one of the address. Raises NotFound, also for what the key does not reach."""
        found = self.sessions().filter(session_id=self.kwargs["session_id"]).first()
        if found is None:
            raise NotFound(_("This session does not exist."))
        return found


class SessionsView(KeyView):
    @says(
        "sessions",
        "Sessions, newest first, by what they have in common",
        answer=SessionPageSerializer,
        query=[SessionQuerySerializer],
    )
    def get(self, request: Request) -> Response:
        asked = read(SessionQuerySerializer, request.query_params)
        wanted = {LOOKUPS[name]: value for name, value in asked.items() if name in LOOKUPS}
        pages = SessionPages()
        pages.page_size = asked["limit"]
        rows = pages.paginate_queryset(self.sessions().filter(**wanted), request, self)
        return pages.get_paginated_response(SessionRowSerializer(rows, many=True).data)


class SessionView(KeyView):
    @says("session", "One session", answer=SessionRowSerializer)
    def get(self, request: Request, session_id: UUID) -> Response:
        return Response(SessionRowSerializer(self.session()).data)


class TranscriptView(KeyView):
    @says("session_messages", "Its transcript, a page, ascending", answer=EntriesSerializer, query=[PageSerializer])
    def get(self, request: Request, session_id: UUID) -> Response:
        return Response(page(Message.objects.filter(session=self.session()), request))


class CloseView(KeyView):
    scope = Scope.CLOSE

    @says("session_close", "Close it, as an admin would", answer=SessionRowSerializer, also={409: ErrorsSerializer})
    def post(self, request: Request, session_id: UUID) -> Response:
        session = self.session()
        with locked(session.conversation_id) as held:
            if held.session is None or held.session.pk != session.pk:
                raise ProtocolError(errors.SESSION_OVER, _("This session has ended already."))
            end_session(held, held.session, EndedBy.ADMIN)
        return Response(SessionRowSerializer(self.session()).data)
