"""概览: the channels with what to copy (M9 to M11), today's figures, and the newest sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.base import stars
from cs_project.checklist import checklist
from cs_project.doctor.page import troubles
from routing.models import Status
from sessions_flow.admin.links import chat_link, script_tag
from sessions_flow.admin.sessions import level_of
from sessions_flow.models import Channel, Rating, Session
from workbench.boards.board import present

NEWEST = 8


@dataclass(frozen=True)
class Figures:
    """Today, counted from the rows: since midnight in the configured zone, or now."""

    sessions: int
    handed_over: int
    waiting: int
    rating: float | None
    ratings: int
    desks: list[tuple[str, str, int]]  # status, its name, how many agents

    @property
    def present(self) -> int:
        return sum(count for status, _name, count in self.desks if status != Status.OFFLINE)


def overview(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of templates/admin/index.html."""
    channels = list(Channel.objects.filter(is_active=True).order_by("pk"))
    web = next((channel for channel in channels if channel.kind == Channel.Kind.WEB), None)
    app = next((channel for channel in channels if channel.kind == Channel.Kind.APP), web)
    return {
        **context,
        "web": {"channel": web, "link": chat_link(web), "script": script_tag(web)} if web else None,
        "app": app,
        "figures": figures(timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)),
        "newest": newest(),
        "checklist": checklist(),
        "troubles": troubles(),
    }


def figures(midnight: datetime) -> Figures:
    today = Session.objects.filter(opened_at__gte=midnight)
    counted = today.aggregate(all=Count("pk"), handed_over=Count("pk", filter=Q(waiting_since__isnull=False)))
    rated = Rating.objects.filter(rated_at__gte=midnight).aggregate(mean=Avg("level"), all=Count("pk"))
    now = present()
    return Figures(counted["all"], counted["handed_over"], now.waiting, rated["mean"], rated["all"], now.desks)


def newest() -> list[tuple[Session, str]]:
    related = ("conversation__visitor", "conversation__channel", "agent", "rating")
    sessions = Session.objects.select_related(*related).order_by("-opened_at")[:NEWEST]
    return [(session, stars(level_of(session))) for session in sessions]
