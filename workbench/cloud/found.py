"""Members and groups by the names that callers use. Raises CloudError with the published codes."""

from collections.abc import Sequence

from accounts.models import Group, Member, Role
from accounts.rules import Verb, may
from workbench.cloud.errors import ACCOUNT_NOT_EXIST, DENIED, GROUP_ERROR, CloudError

CALLER = Member(role=Role.SUPER_ADMIN, nickname="cloud API")  # may what the super admin may, and is no account


def member(account: str) -> Member:
    """A present member by account (an e-mail)."""
    found: Member | None = Member.objects.present().filter(account__iexact=account).first()
    if found is None:
        raise CloudError(ACCOUNT_NOT_EXIST, f"The account {account} does not exist.")
    return found


def member_to(verb: Verb, account: str) -> Member:
    """The member, if the rules of the team let this happen to him (T7)."""
    target = member(account)
    reason = may(CALLER, verb, target)
    if reason:
        raise CloudError(DENIED, f"{account}: {reason}")
    return target


def group(number: int) -> Group:
    return groups([number])[0]


def groups(numbers: list[int]) -> list[Group]:
    """Present groups by 分组ID, in the order asked for."""
    return _groups("pk", numbers)


def groups_named(names: list[str]) -> list[Group]:
    return _groups("name", names)


def _groups(field: str, wanted: Sequence[object]) -> list[Group]:
    known = {getattr(row, field): row for row in Group.objects.present().filter(**{f"{field}__in": wanted})}
    missing = [each for each in wanted if each not in known]
    if missing:
        raise CloudError(GROUP_ERROR, f"The skill group {missing[0]} does not exist.")
    return [known[each] for each in dict.fromkeys(wanted)]
