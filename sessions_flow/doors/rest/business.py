"""For business servers: find sessions, read transcripts, close."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_flow.access import sessions_for_key
from sessions_flow.actions import end_session, locked
from sessions_flow.doors.rest.authentication import IsKey
from sessions_flow.doors.rest.conversations import page
from sessions_flow.doors.rest.serializers import (
    EntriesSerializer,
    ErrorsSerializer,
    PageSerializer,
    SessionRowSerializer,
)
from sessions_flow.doors.rest.views import DoorView
from sessions_flow.doors.rest.words import says
from sessions_flow.models import EndedBy, Message, Scope, Session, State
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

RELATED = ("conversation__visitor", "conversation__channel", "agent", "group", "rating")


class SessionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=State.choices)
    ended_by = django_filters.ChoiceFilter(choices=EndedBy.choices)
    channel = django_filters.CharFilter("conversation__channel__web_app_id", max_length=32)
    visitor = django_filters.CharFilter("conversation__visitor__openid", max_length=64)
    user_id = django_filters.CharFilter("conversation__visitor__user_id", max_length=64)
    agent = django_filters.CharFilter("agent__public_id", max_length=32)
    group = django_filters.NumberFilter("group", min_value=1, max_value=2**62)
    rating = django_filters.NumberFilter("rating__level", min_value=1, max_value=5)
    opened_after = django_filters.IsoDateTimeFilter("opened_at", lookup_expr="gte")
    opened_before = django_filters.IsoDateTimeFilter("opened_at", lookup_expr="lt")

    class Meta:
        model = Session
        fields: list[str] = []


class SessionPages(CursorPagination):
    """Newest first; a cursor stays right while sessions are opened."""

    ordering = ("-opened_at", "-pk")
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    invalid_cursor_message: Any = _("This cursor is not valid.")


class KeyView(DoorView):
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


class SessionsView(KeyView, ListAPIView):
    serializer_class = SessionRowSerializer
    pagination_class = SessionPages
    filter_backends = [DjangoFilterBackend]
    filterset_class = SessionFilter
    queryset = Session.objects.none()  # for the schema

    def get_queryset(self) -> QuerySet[Session]:
        return self.sessions() if self.request else self.queryset

    @says("sessions", "Sessions, newest first, by what they have in common", answer=SessionRowSerializer(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request)


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
