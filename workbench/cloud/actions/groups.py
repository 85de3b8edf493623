"""Skill groups (分组): CreateCCCSkillGroup and its kin, Bind/UnbindStaffSkillGroupList (T19 to T26)."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import hooks
from accounts.actions import put_in_groups, remove_group
from accounts.models import Group, Member
from workbench.cloud import found
from workbench.cloud.errors import GROUP_EXIST, CloudError
from workbench.cloud.parameters import Parameters
from workbench.cloud.registry import Answer, action
from workbench.models import Scope

ONLINE = 1  # SkillGroupType of text service, the only one there is
USUAL_PRIORITY = 3
MOST_GROUPS = 100


@action("CreateCCCSkillGroup", Scope.STAFF, "SkillGroupName", "SkillGroupType", "MaxConcurrency")
def create_group(call: Parameters) -> Answer:
    """MaxConcurrency: how many sessions of this group one agent serves at most."""
    if call.integer("SkillGroupType") != ONLINE:
        raise call.invalid("SkillGroupType", "only 1 (online) is served here")
    group = Group(name=call.text("SkillGroupName", most=60), most_per_agent=_concurrency(call))
    _save(group)
    return {"SkillGroupId": group.pk}


@action("UpdateCCCSkillGroup", Scope.STAFF, "SkillGroupID", "SkillGroupName", "MaxConcurrency", "RingAll")
def update_group(call: Parameters) -> Answer:
    group = found.group(call.integer("SkillGroupID"))
    if call.flag("RingAll", False):
        raise call.invalid("RingAll", "sessions are offered to one agent at a time")
    group.name = call.text("SkillGroupName", group.name, 60) or group.name
    if call.has("MaxConcurrency"):
        group.most_per_agent = _concurrency(call)
    _save(group)
    return {}


@action("DeleteCCCSkillGroup", Scope.STAFF, "SkillGroupId")
def delete_group(call: Parameters) -> Answer:
    """Running sessions go on, records keep the name (A86)."""
    remove_group(found.group(call.integer("SkillGroupId")))
    return {}


@action(
    "DescribeSkillGroupInfoList",
    Scope.STAFF,
    "PageSize",
    "PageNumber",
    "SkillGroupId",
    "ModifiedTime",
    "SkillGroupName",
)
def describe_groups(call: Parameters) -> Answer:
    """A page of groups (PageNumber counts from 0)."""
    size, number = call.integer("PageSize", least=1, most=100), call.integer("PageNumber", most=10**6)
    groups = Group.objects.present().order_by("pk")
    if call.has("SkillGroupId"):
        groups = groups.filter(pk=call.integer("SkillGroupId"))
    if call.has("SkillGroupName"):
        groups = groups.filter(name=call.text("SkillGroupName"))
    if call.has("ModifiedTime"):
        groups = groups.filter(changed_at__gte=call.instant("ModifiedTime"))
    page = groups[size * number : size * (number + 1)]
    return {"TotalCount": groups.count(), "SkillGroupList": [_info(group) for group in page]}


@action("BindStaffSkillGroupList", Scope.STAFF, "StaffEmail", "SkillGroupList", "StaffSkillGroupList")
def bind_groups(call: Parameters) -> Answer:
    member = found.member_to("edit", call.text("StaffEmail"))
    numbers = call.integers("SkillGroupList", MOST_GROUPS, [])
    if call.has("StaffSkillGroupList") or not numbers:
        numbers = numbers + [_bound(row) for row in call.objects("StaffSkillGroupList", MOST_GROUPS)]
    groups = found.groups(numbers)
    _change(member, lambda served: served | set(groups))
    return {}


@action("UnbindStaffSkillGroupList", Scope.STAFF, "StaffEmail", "SkillGroupList")
def unbind_groups(call: Parameters) -> Answer:
    member = found.member_to("edit", call.text("StaffEmail"))
    groups = found.groups(call.integers("SkillGroupList", MOST_GROUPS))
    _change(member, lambda served: served - set(groups))
    return {}


def _bound(row: Parameters) -> int:
    if row.integer("Priority", USUAL_PRIORITY) != USUAL_PRIORITY:
        raise row.invalid("Priority", "agents of a group are equal here; leave it out or send 3")
    return row.integer("SkillGroupId")


def _change(member: Member, changed: Callable[[set[Group]], set[Group]]) -> None:
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(changed_at=timezone.now())  # holds him, too
        put_in_groups(member, changed(set(member.groups_served.all())))
        hooks.member_changed(member)


def _concurrency(call: Parameters) -> int | None:
    return call.integer("MaxConcurrency", least=1, most=1000) if call.has("MaxConcurrency") else None


def _save(group: Group) -> None:
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError:
        raise CloudError(GROUP_EXIST, f"A skill group named {group.name} exists already.") from None


def _info(group: Group) -> dict[str, Any]:
    return {
        "SkillGroupId": group.pk,
        "SkillGroupName": group.name,
        "Type": "IM",
        "SkillGroupType": ONLINE,
        "MaxConcurrency": group.most_per_agent or 0,
        "LastModifyTimestamp": int(group.changed_at.timestamp()),
        "RingAll": False,
    }
