"""DescribeIMCdrs and DescribeIMCdrList: service records, one row an assignment (D3, D12)."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from routing.models import Assignment
from sessions_flow.models import Session
from workbench.cloud.parameters import Parameters
from workbench.cloud.registry import Answer, action
from workbench.models import Scope

TEXT_SERVICE = 2  # Type: 1 all media, 2 text
NAMES = ("StartTimestamp", "EndTimestamp", "InstanceId", "Limit", "Offset", "Type")
# EndStatus is not explained by the published models. Ours: docs/cloud-api.md.
Outcome = Assignment.Outcome
END_STATUS = {
    Outcome.RUNNING: 0,
    Outcome.SERVED: 1,
    Outcome.MISSED: 2,
    Outcome.TRANSFERRED: 3,
    Outcome.LOST: 4,
    Outcome.TIMED_OUT: 5,
    Outcome.REFUSED: 6,
    Outcome.ABANDONED: 7,
    Outcome.FAILED: 8,
    Outcome.WITHDRAWN: 9,
}


@action("DescribeIMCdrList", Scope.RECORDS, *NAMES)
def describe_record_list(call: Parameters) -> Answer:
    """A page of the records that began in [StartTimestamp, EndTimestamp], newest first; seconds."""
    records = _records(call)
    limit, offset = call.integer("Limit", 20, least=1, most=100), call.integer("Offset", 0)
    related = ("session__conversation__visitor", "session__rating", "member")
    page = records.select_related(*related).order_by("-offered_at", "-pk")[offset : offset + limit]
    return {"TotalCount": records.count(), "IMCdrList": [_info(leg) for leg in page]}


@action("DescribeIMCdrs", Scope.RECORDS, *NAMES)
def describe_records(call: Parameters) -> Answer:
    """The older name of DescribeIMCdrList, which gives the rows twice."""
    answer = describe_record_list(call)
    return {**answer, "IMCdrs": answer["IMCdrList"]}


def session_of_record(name: str) -> Session | None:
    """The session that a SessionId, or the Id of one of its records, names."""
    try:
        session_id = UUID(name[:36])
    except ValueError:
        return None
    return Session.objects.filter(session_id=session_id).first()


def _records(call: Parameters) -> QuerySet[Assignment]:
    span = call.span(most_days=400)
    if call.integer("Type", TEXT_SERVICE, least=1, most=2) != TEXT_SERVICE:
        return Assignment.objects.none()
    return Assignment.objects.filter(offered_at__range=span)


def _info(leg: Assignment) -> dict[str, Any]:
    session, visitor = leg.session, leg.session.conversation.visitor
    rating = getattr(session, "rating", None)
    info = {
        "Id": f"{session.session_id}-{leg.pk}",
        "Duration": leg.served_seconds,
        "EndStatus": END_STATUS[Outcome(leg.outcome)],
        "Nickname": visitor.display_name,
        "Type": TEXT_SERVICE,
        "StaffId": leg.member.account if leg.member else "",
        "Timestamp": int(leg.offered_at.timestamp()),
        "SessionId": str(session.session_id),
        "SkillGroupId": str(leg.group_id or ""),
        "SkillGroupName": leg.group_name,
        "ClientUserId": visitor.user_id or visitor.openid,
    }
    if rating is not None and rating.level:
        info["Satisfaction"] = {"Id": rating.level, "Label": rating.level_text}
    return info
