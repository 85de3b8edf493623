"""What can happen to members (T1 to T15)."""

import secrets
import string
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts import audit, hooks, logins, second_factor
from accounts.models import Group, Login, LoginRules, Member, Role

ALPHABET = string.ascii_letters + string.digits


def random_password() -> str:
    """16 characters, about 95 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


def quick_hash(password: str) -> str:
    """Of a `random_password` alone: 95 random bits cannot be tried out, so they need no slow hash (half a second each).
    Django hashes it again at full strength when it is first used."""
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(password, hasher.salt(), iterations=1000)


def super_admin_account() -> str:
    return f"admin-{settings.IM_SDK_APP_ID}"


@transaction.atomic
def create_super_admin(password: str, *, must_change: bool = False) -> Member:
    """The super admin (T7, T8), or his new password where he exists already, without a second factor."""
    member, _ = Member.objects.present().get_or_create(
        account=super_admin_account(), defaults={"nickname": "超级管理员", "role": Role.SUPER_ADMIN}
    )
    second_factor.reset(member)
    return set_password(member, password, must_change=must_change)


@transaction.atomic
def create_member(
    *, account: str, nickname: str, role: str, password: str, staff_no: str = "", must_change: bool = False,
    is_random: bool = False,
) -> Member:  # fmt: skip
    """A member who can log in with `account` (an e-mail) and `password`, which he `must_change` first (A80).
    `is_random`: it comes from `random_password`, and hundreds of members are added at once."""
    account = account.strip().lower()
    member = Member(account=account, email=account, nickname=nickname, role=role, staff_no=staff_no or next_staff_no())
    member.must_change_password = must_change
    if is_random:
        member.password = quick_hash(password)
    else:
        member.set_password(password)
    member.full_clean()
    member.save()
    return member


def next_staff_no() -> str:
    """工号 (T17): five digits, counted on; prompts may name it."""
    return f"{Member.objects.count():05d}"


def set_password(member: Member, password: str, *, must_change: bool = False) -> Member:
    """The old password and every login made with it stop at once (T12). `must_change`: at the next login (A80)."""
    member.set_password(password)
    member.must_change_password = must_change
    member.save(update_fields=["password", "must_change_password"])
    audit.record("password", member)
    hooks.member_revoked(member)
    return member


@transaction.atomic
def force_offline(member: Member) -> None:
    """Taken offline and cannot log in again until restored (T14)."""
    member.forced_off_at = timezone.now()
    member.save(update_fields=["forced_off_at"])
    _revoke(member)


def restore(member: Member) -> None:
    """Lifts the login restriction (T15)."""
    member.forced_off_at = None
    member.save(update_fields=["forced_off_at"])


@transaction.atomic
def delete_member(member: Member) -> None:
    """Soft: records keep the name, the account can be used again (T13, A79)."""
    member.deleted_at = timezone.now()
    member.save(update_fields=["deleted_at"])
    member.groups_served.clear()
    _revoke(member)


@transaction.atomic
def remove_group(group: Group) -> None:
    """Soft: running sessions and records keep its name (T25, A86)."""
    hooks.group_removing(group)
    group.removed_at = timezone.now()
    group.save(update_fields=["removed_at"])
    group.members.clear()  # type: ignore[attr-defined]


def put_in_groups(member: Member, groups: Iterable[Group]) -> None:
    """The groups that he serves from now on, and no other (T16)."""
    before = set(member.groups_served.all())
    member.groups_served.set(groups)
    after = set(member.groups_served.all())
    if before != after:
        named = [", ".join(sorted(map(str, some))) for some in (before, after)]
        audit.record("groups", member, changes={"groups_served": named})


def clear_phone(member: Member) -> None:
    """He binds another one at his next login (A81)."""
    member.phone = ""
    member.save(update_fields=["phone", "changed_at"])


def demand_second_factor(rules: LoginRules) -> None:
    """Members whose role needs one and who have none do nothing before they set it up, where they are logged in too."""
    for member in Member.objects.present().filter(logins__isnull=False).distinct():
        is_needed = rules.needs_second_factor(member) and not second_factor.has_one(member)
        logins.demand(member, logins.SECOND_FACTOR, is_needed)


def _revoke(member: Member) -> None:
    end_logins(member)
    member.refresh_from_db()
    hooks.member_revoked(member)


def end_logins(member: Member) -> int:
    """Deletes the member's HTTP sessions. Returns how many there were."""
    Login.objects.filter(member=member).delete()
    mine = [s.pk for s in Session.objects.iterator() if s.get_decoded().get("_auth_user_id") == str(member.pk)]
    return Session.objects.filter(pk__in=mine).delete()[0]
