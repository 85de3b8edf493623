"""Groups as flows name them: by id and name, so that a renamed group is found, and an imported flow's too."""

from typing import Any

from django.db.models import Q

from accounts.models import Group

MOST = 50  # items of a menu of groups


def group_named(wish: dict[str, Any]) -> Group | None:
    """The group of that name, else the one of that id; None when neither is there any more."""
    found = Group.objects.present().filter(Q(pk=wish.get("id")) | Q(name=wish.get("name", "")))
    return next(iter(sorted(found, key=lambda group: group.name != wish.get("name"))), None)


def groups_to_choose() -> list[Group]:
    """M35: every group that somebody serves."""
    return list(Group.objects.present().filter(members__isnull=False).distinct().order_by("name")[:MOST])
