"""Members of the team: CreateStaff, ModifyStaff, ModifyStaffPassword, DeleteStaff, DescribeStaffInfoList,
ForceMemberOffline, RestoreMemberOnline (T1 to T16 through the cloud API)."""

import json
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts import hooks
from accounts.actions import (
    create_member,
    delete_member,
    force_offline,
    put_in_groups,
    random_password,
    restore,
    set_password,
)
from accounts.mail import send_password
from accounts.models import Group, Member, Role
from accounts.phones import normal
from routing.models import Desk
from workbench.cloud import found
from workbench.cloud.errors import DUPLICATED_ACCOUNT, FAILED, INVALID_VALUE, PHONE_INVALID, PHONE_TAKEN, CloudError
from workbench.cloud.parameters import Parameters
from workbench.cloud.registry import Answer, action
from workbench.models import Scope

ROLE_ADMIN, ROLE_AGENT = 1, 2  # Role and RoleId; the published models name 1 alone
MOST_STAFF, MOST_GROUPS, LARGEST_PAGE = 10, 100, 9999


@action("CreateStaff", Scope.STAFF, "Staffs", "SendPassword")
def create_staff(call: Parameters) -> Answer:
    """Up to 10 members; each fails or succeeds by itself (ErrorStaffList)."""
    mails, failed = call.flag("SendPassword", True), []
    for row in call.objects("Staffs", MOST_STAFF):
        try:
            _create(row, mails)
        except CloudError as error:
            failed.append({"StaffEmail": str(row.values.get("Mail", "")), "Code": error.code, "Message": error.message})
    return {"ErrorStaffList": failed}


def _create(row: Parameters, mails: bool) -> None:
    account = _mail(row, "Mail")
    if Member.objects.present().filter(account__iexact=account).exists():
        raise CloudError(DUPLICATED_ACCOUNT, f"The account {account} exists already.")
    serves = found.groups_named(row.texts("SkillGroupNameList", MOST_GROUPS, []))
    is_admin = row.integer("Role", ROLE_AGENT) == ROLE_ADMIN
    password = random_password()
    with transaction.atomic():
        member = create_member(
            account=account,
            nickname=_nickname(row) or account.partition("@")[0][:60],
            role=Role.ADMIN if is_admin else Role.AGENT,
            password=password,
            staff_no=row.text("StaffNumber", "", 20),
            must_change=True,
        )
        _bind_phone(member, row)
        put_in_groups(member, serves)
    if mails and not send_password(member, password):
        raise CloudError(FAILED, "The account was made, but its password could not be mailed: reset the password.")


@action("ModifyStaff", Scope.STAFF, "Email", "Name", "Nick", "Phone", "StaffNo", "SkillGroupIds")
def modify_staff(call: Parameters) -> Answer:
    """Changes what is given and leaves the rest."""
    member = found.member_to("edit", call.text("Email"))
    serves = found.groups(call.integers("SkillGroupIds", MOST_GROUPS)) if call.has("SkillGroupIds") else None
    with transaction.atomic():
        member.nickname = _nickname(call) or member.nickname
        member.staff_no = call.text("StaffNo", member.staff_no, 20)
        _bind_phone(member, call)
        member.save(update_fields=["nickname", "staff_no", "changed_at"])
        if serves is not None:
            put_in_groups(member, serves)
        hooks.member_changed(member)
    return {}


@action("ModifyStaffPassword", Scope.STAFF, "Email", "Password")
def modify_staff_password(call: Parameters) -> Answer:
    """The old password stops at once (T12)."""
    member, password = found.member_to("reset", call.text("Email")), call.text("Password", most=128)
    try:
        validate_password(password, member)
    except ValidationError as error:
        raise CloudError(INVALID_VALUE, f"The value of `Password` is not valid: {' '.join(error.messages)}") from None
    set_password(member, password)
    return {}


@action("DeleteStaff", Scope.STAFF, "StaffList")
def delete_staff(call: Parameters) -> Answer:
    """Who is at work stays, and is named in OnlineStaffList."""
    members = [found.member_to("delete", account) for account in call.texts("StaffList", 200)]
    at_work = set(Desk.objects.logged_in().filter(member__in=members).values_list("member_id", flat=True))
    for member in members:
        if member.pk not in at_work:
            delete_member(member)
    state = {member.account: "online" if member.pk in at_work else "deleted" for member in members}
    return {
        "OnlineStaffList": [account for account, what in state.items() if what == "online"],
        "DeleteStatusInfo": json.dumps(state),
    }


@action("DescribeStaffInfoList", Scope.STAFF, "PageSize", "PageNumber", "StaffMail", "ModifiedTime", "SkillGroupId")
def describe_staff(call: Parameters) -> Answer:
    """A page of members (PageNumber counts from 0)."""
    size, number = call.integer("PageSize", least=1, most=LARGEST_PAGE), call.integer("PageNumber", most=10**6)
    members = Member.objects.present().order_by("pk")
    if call.has("StaffMail"):
        members = members.filter(account__iexact=call.text("StaffMail"))
    if call.has("SkillGroupId"):
        members = members.filter(groups_served=found.group(call.integer("SkillGroupId")))
    if call.has("ModifiedTime"):
        members = members.filter(changed_at__gte=call.instant("ModifiedTime"))
    page = members.prefetch_related("groups_served")[size * number : size * (number + 1)]
    return {"TotalCount": members.count(), "StaffList": [_info(member) for member in page]}


@action("ForceMemberOffline", Scope.STAFF, "UserId")
def force_member_offline(call: Parameters) -> Answer:
    """强制下线 (T14)."""
    force_offline(found.member_to("force_off", call.text("UserId")))
    return {}


@action("RestoreMemberOnline", Scope.STAFF, "UserId")
def restore_member_online(call: Parameters) -> Answer:
    """恢复上线 (T15)."""
    restore(found.member_to("restore", call.text("UserId")))
    return {}


def _info(member: Member) -> dict[str, Any]:
    role = ROLE_ADMIN if member.is_admin else ROLE_AGENT
    return {
        "Name": member.nickname,
        "Mail": member.account,
        "Phone": member.phone.replace("+", "00"),
        "Nick": member.nickname,
        "StaffNumber": member.staff_no,
        "RoleId": role,
        "RoleList": [role],
        "SkillGroupList": [_group_item(group) for group in member.groups_served.all()],
        "LastModifyTimestamp": int(member.changed_at.timestamp()),
    }


def _group_item(group: Group) -> dict[str, Any]:
    return {"SkillGroupId": group.pk, "SkillGroupName": group.name, "Priority": 3, "Type": "IM"}


def _nickname(row: Parameters) -> str:
    return row.text("Nick", "", 60) or row.text("Name", "", 60)


def _mail(row: Parameters, name: str) -> str:
    account = row.text(name, most=254).lower()
    try:
        validate_email(account)
    except ValidationError:
        raise row.invalid(name, "expected an e-mail address") from None
    return account


def _bind_phone(member: Member, row: Parameters) -> None:
    """A phone belongs to one member (A81)."""
    if not row.has("Phone"):
        return
    phone = row.text("Phone", "", 20)
    try:
        phone = normal(phone) if phone else ""
    except ValidationError:
        raise CloudError(PHONE_INVALID, "The phone number is not valid.") from None
    if phone and Member.objects.present().filter(phone=phone).exclude(pk=member.pk).exists():
        raise CloudError(PHONE_TAKEN, "The phone number is bound already.")
    member.phone = phone
    member.save(update_fields=["phone"])
