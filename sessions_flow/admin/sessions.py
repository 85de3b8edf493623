"""Sessions: a list to look through, and one session with its facts, rating and transcript."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from accounts import audit
from accounts.admin.base import ReadOnlyAdmin, duration, stars, when
from accounts.admin.forms import DayRangeFilter
from accounts.models import Visitor
from sessions_flow.admin import transcript
from sessions_flow.models import Session, State

MOST_LINES = 500
LONGEST_WORDS = 100  # characters of a search
MOST_NAMED = 500  # visitors of a name, whose sessions are looked up
MOST_FOUND = 5000  # sessions that are named one by one
STATE_COLOURS = {State.FLOW: "info", State.WAITING: "warning", State.SERVING: "success", State.ENDED: ""}


@dataclass
class Panel:
    """A table below the facts of a session. Upper apps add theirs: `panels.append(function of a session)`."""

    title: str
    headers: list[str]
    rows: list[list[Any]] = field(default_factory=list)
    links: list[tuple[Any, str]] = field(default_factory=list)  # what can be done: (label, address)


panels: list[Callable[[Session], Panel]] = []


class RatingFilter(DropdownFilter):
    title = gettext_lazy("rating")
    parameter_name = "stars"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((str(n), "★" * n) for n in range(5, 0, -1)), ("none", gettext_lazy("not rated"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> QuerySet[Session]:
        wanted = self.value() or ""
        if wanted == "none":
            return queryset.filter(rating__level=None)
        return queryset.filter(rating__level=wanted) if wanted in ("1", "2", "3", "4", "5") else queryset


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("short_id", "visitor", "channel", "state_label", "agent", "group", "opened", "length", "rated")
    list_select_related = ("conversation__visitor", "conversation__channel", "agent", "group", "rating")
    list_filter = (
        ("state", ChoicesDropdownFilter), ("conversation__channel", RelatedDropdownFilter), RatingFilter,
        ("opened_at", DayRangeFilter),
    )  # fmt: skip
    search_fields = ("session_id",)  # shows the field; `get_search_results` says what is searched
    search_help_text = gettext_lazy("Visitor's name, or the beginning of an openid or SessionId")
    ordering = ("-opened_at",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Session], search_term: str
    ) -> tuple[QuerySet[Session], bool]:
        """By indexes, as service records and customers are found. A name that very many have is looked for
        beside the sessions."""
        words = search_term.strip()[:LONGEST_WORDS]
        if not words:
            return queryset, False
        few = list(Visitor.objects.known_by(words).values_list("pk", flat=True)[: MOST_NAMED + 1])
        if len(few) > MOST_NAMED:
            named = Q(conversation__visitor__nickname__icontains=words)
            return queryset.filter(named | Q(conversation__visitor__openid__startswith=words)), False
        theirs = Session.objects.filter(conversation__visitor__in=few).order_by().values_list("pk", flat=True)
        by_id = Session.objects.beginning_with(words).order_by().values_list("pk", flat=True)
        found = list(theirs.union(by_id)[: MOST_FOUND + 1])  # ids: a subquery makes the database walk through all
        return queryset.filter(pk__in=found if len(found) <= MOST_FOUND else theirs), False

    @display(description="SessionId", ordering="session_id")
    def short_id(self, session: Session) -> str:
        return str(session.session_id)[:8]

    @display(description=gettext_lazy("visitor"))
    def visitor(self, session: Session) -> str:
        return session.conversation.visitor.display_name

    @display(description=gettext_lazy("channel"), ordering="conversation__channel")
    def channel(self, session: Session) -> str:
        return session.conversation.channel.name

    @display(description=gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, session: Session) -> tuple[str, str]:
        return session.state, session.get_state_display()

    @display(description=gettext_lazy("opened"), ordering="opened_at")
    def opened(self, session: Session) -> str:
        return when(session.opened_at)

    @display(description=gettext_lazy("duration"))
    def length(self, session: Session) -> str:
        return duration(((session.ended_at or timezone.now()) - session.opened_at).total_seconds())

    @display(description=gettext_lazy("rating"), ordering="rating__level")
    def rated(self, session: Session) -> str:
        return stars(level_of(session))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        session = self.found(request, object_id)
        if not self.has_view_permission(request, session):
            raise PermissionDenied
        audit.record("transcript", session)
        newest = list(session.messages.order_by("-seq")[: MOST_LINES + 1])
        context = {
            "session": session, "visitor": session.conversation.visitor, "facts": self.facts(session),
            "panels": [panel(session) for panel in panels],
            "lines": transcript.lines(reversed(newest[:MOST_LINES])), "is_cut": len(newest) > MOST_LINES,
            "most": MOST_LINES,
        }  # fmt: skip
        title = _("Session with %(name)s") % {"name": session.conversation.visitor}
        return self.page(request, "admin/sessions_flow/session/transcript.html", title, original=session, **context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def facts(self, session: Session) -> list[tuple[str, Any]]:
        times = {
            "opened_at": _("opened at"),
            "waiting_since": _("asked for a human at"),
            "served_at": _("human connected at"),
            "ended_at": _("ended at"),
        }
        rows: list[tuple[str, Any]] = [
            ("SessionId", session.session_id), ("openid", session.conversation.visitor.openid),
            (_("channel"), session.conversation.channel), (_("state"), capfirst(session.get_state_display())),
            (_("agent"), session.agent), (_("group"), session.group),
            *((label, when(getattr(session, name))) for name, label in times.items()),
            (_("duration"), self.length(session)), (_("ended by"), capfirst(session.get_ended_by_display())),
            (_("rating"), rating_words(session)),
        ]  # fmt: skip
        return [(label, value or "–") for label, value in rows]


def level_of(session: Session) -> int | None:
    rating = getattr(session, "rating", None)  # a reverse one-to-one raises where there is none
    return rating.level if rating else None


def rating_words(session: Session) -> str:
    rating = getattr(session, "rating", None)
    if rating is None:
        return ""
    return f"{'★' * rating.level} {rating.level_text}" if rating.level else _("invited, not rated")
