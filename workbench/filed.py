"""Service records as rows of a spreadsheet (D5, A99)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.admin.base import duration, when
from routing.models import Assignment
from workbench.narrowing import Records, narrowed
from workbench.records import SHOWN

AT_A_TIME = 500


def records_to_export(filters: Mapping[str, str]) -> Records:
    return narrowed(Assignment.objects.all(), filters)


def record_rows(found: Records) -> Iterator[list[Any]]:
    """The headings, then a record a row, newest first, in bounded memory."""
    yield headings()
    rows = found.select_related(*SHOWN, "session__rating", "wrap_up")
    rows = rows.prefetch_related("session__conversation__visitor__tags")
    for leg in rows.order_by("-offered_at", "-pk").iterator(chunk_size=AT_A_TIME):
        yield row_of(leg)


def headings() -> list[str]:
    return [
        _("Time"), _("Ended at"), _("Session source"), _("Channel name"), "openid", _("Visitor name"), _("Group"),
        _("Agent"), _("Work number"), _("Service state"), _("How it was given"), _("Service time"), _("Ended by"),
        _("Stars"), _("Rating text"), _("Wrap-up category"), _("Wrap-up remark"), _("Tags"), "SessionId",
    ]  # fmt: skip


def row_of(leg: Assignment) -> list[Any]:
    session = leg.session
    conversation, member = session.conversation, leg.member
    rating, wrap_up = getattr(session, "rating", None), getattr(leg, "wrap_up", None)
    is_app = conversation.channel.kind == "app"
    return [
        when(leg.offered_at), when(leg.ended_at), _("App channel") if is_app else _("Website channel"),
        conversation.channel.name, conversation.visitor.openid, conversation.visitor.display_name,
        leg.group_name, member.nickname if member else "", member.staff_no if member else "",
        leg.get_outcome_display(), leg.get_origin_display(), duration(leg.served_seconds),
        session.get_ended_by_display(), (rating.level if rating else None) or "", rating.level_text if rating else "",
        wrap_up.category if wrap_up else "", wrap_up.remark if wrap_up else "",
        ", ".join(tag.name for tag in conversation.visitor.tags.all()), session.session_id,
    ]  # fmt: skip
