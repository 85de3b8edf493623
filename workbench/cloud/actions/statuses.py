"""Statuses of agents: DescribeStaffStatusMetrics, DescribeStaffStatusHistory, SetStaffStatus."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone

from accounts.models import Member
from routing.actions import desk_of, set_status
from routing.models import Desk, Status, StatusChange
from routing.models.desk import BUSY, reason_label
from sessions_flow.protocol.errors import ProtocolError
from workbench.boards.attendance import stretches
from workbench.boards.clock import start_of
from workbench.cloud import found
from workbench.cloud.errors import INVALID_VALUE, STATE_FORBIDS, CloudError
from workbench.cloud.parameters import Parameters
from workbench.cloud.registry import Answer, action
from workbench.models import Scope

# Their word for ours. Busy (free, but at the limit) is derived from the load: its time counts as free.
NAMES = {Status.ARRANGE.value: "afterCallWork"}
SETTABLE = (Status.FREE, Status.NOT_READY, Status.REST)
DURATIONS = {
    Status.FREE: "FreeDuration",
    Status.NOT_READY: "NotReadyDuration",
    Status.REST: "RestDuration",
    Status.ARRANGE: "AfterCallWorkDuration",
}
MOST_SET = 10


@action("DescribeStaffStatusMetrics", Scope.STAFF, "StaffList", "GroupIdList", "StatusList")
def describe_metrics(call: Parameters) -> Answer:
    """Everybody's present status, and the seconds of today (configured zone) in each."""
    members = Member.objects.present().order_by("pk")
    if call.has("StaffList"):
        members = members.filter(pk__in=[found.member(name).pk for name in call.texts("StaffList", 200)])
    if call.has("GroupIdList"):
        members = members.filter(groups_served__in=found.groups(call.integers("GroupIdList", 100))).distinct()
    now = timezone.now()
    desks = {desk.member_id: desk for desk in Desk.objects.filter(member__in=members)}
    seconds = seconds_in_status(members, start_of(timezone.localdate(now)), now)
    came = _last_came(members)
    rows = [_metrics(member, desks.get(member.pk), seconds[member.pk], came.get(member.pk)) for member in members]
    wanted = call.texts("StatusList", 10, [])
    return {"Metrics": [row for row in rows if not wanted or row["Status"] in wanted]}


@action(
    "DescribeStaffStatusHistory", Scope.STAFF, "StaffUserId", "StartTimestamp", "EndTimestamp", "Cursor", "PageSize"
)
def describe_history(call: Parameters) -> Answer:
    """Changes in [StartTimestamp, EndTimestamp], oldest first; Cursor is that of the last row seen."""
    member = found.member(call.text("StaffUserId"))
    span = call.span(most_days=7)
    changes = StatusChange.objects.filter(member=member, at__range=span).order_by("at", "pk")
    page = _after(changes, call)[: call.integer("PageSize", 100, least=1, most=1000)]
    return {"Data": [_change(member, row) for row in page]}


@action("SetStaffStatus", Scope.STAFF, "StaffStatusList")
def set_staff_status(call: Parameters) -> Answer:
    """Up to 10 agents who are at work; each fails or succeeds by itself."""
    return {"StaffStatusList": [_set(row) for row in call.objects("StaffStatusList", MOST_SET)]}


def seconds_in_status(members: QuerySet[Member], since: datetime, until: datetime) -> dict[int, dict[str, float]]:
    """Seconds that each member spent at work in each status within [since, until)."""
    spent: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for member, status, begin, end in stretches(members, since, until):
        spent[member][status] += (end - begin).total_seconds()
    return spent


def _last_came(members: QuerySet[Member]) -> dict[int, datetime]:
    """Member: when he last came to work, or back."""
    came = StatusChange.objects.filter(cause__in=[StatusChange.Cause.ENTERED, StatusChange.Cause.RETURNED])
    return dict(came.filter(member__in=members).order_by().values_list("member").annotate(Max("at")))


def _metrics(member: Member, desk: Desk | None, seconds: dict[str, float], came: datetime | None) -> dict[str, Any]:
    return {
        "Email": member.account,
        "Status": _name(desk.shown_status) if desk else "offline",
        "StatusExtra": {"Type": "im", "Direct": "in"},
        "OnlineDuration": round(sum(seconds.values())),
        **{field: round(seconds.get(status, 0)) for status, field in DURATIONS.items()},
        "BusyDuration": 0,
        "Reason": reason_label(desk.reason) if desk else "",
        "LastOnlineTimestamp": _seconds(came),
        "LastStatusTimestamp": _seconds(desk.since) if desk else 0,
    }


def _after(changes: QuerySet[StatusChange], call: Parameters) -> QuerySet[StatusChange]:
    cursor = call.text("Cursor", "")
    if not cursor:
        return changes
    seen = changes.filter(pk=int(cursor)).first() if cursor.isdecimal() and len(cursor) < 19 else None
    if seen is None:
        raise call.invalid("Cursor", "expected the Cursor of a row of this list")
    return changes.filter(at__gte=seen.at).exclude(at=seen.at, pk__lte=seen.pk)


def _change(member: Member, row: StatusChange) -> dict[str, Any]:
    return {
        "Cursor": str(row.pk),
        "Timestamp": _seconds(row.at),
        "Status": _name(row.status),
        "Reason": reason_label(row.reason),
        "StaffEmail": member.account,
        "StaffNo": member.staff_no,
    }


def _set(row: Parameters) -> dict[str, Any]:
    account = row.text("StaffUserId")
    answer: dict[str, Any] = {"StaffUserId": account, "ErrorCode": "", "ErrorMessage": ""}
    try:
        member = found.member(account)
        before = desk_of(member)
        answer |= _state(before, "PreviousStatus", "PreviousReason") | _state(before, "Status", "Reason")
        _set_status(member, before, row)
        answer |= _state(desk_of(member), "Status", "Reason")
    except CloudError as error:
        answer |= {"ErrorCode": error.code, "ErrorMessage": error.message}
    return answer


def _set_status(member: Member, desk: Desk, row: Parameters) -> None:
    status = row.text("Status")
    if status not in SETTABLE:
        raise row.invalid("Status", f"expected one of {', '.join(SETTABLE)}")
    if desk.status == Status.OFFLINE or not member.is_active:
        raise CloudError(STATE_FORBIDS, f"{member.account} is not at work.")
    try:
        set_status(member, status, row.text("Reason", "", 40))
    except ProtocolError as error:
        raise CloudError(INVALID_VALUE, str(error.reason)) from None


def _state(desk: Desk, status: str, reason: str) -> dict[str, str]:
    return {status: _name(desk.shown_status), reason: reason_label(desk.reason)}


def _name(status: str) -> str:
    return status if status == BUSY else NAMES.get(status, status)


def _seconds(at: datetime | None) -> int:
    return int(at.timestamp()) if at else 0
