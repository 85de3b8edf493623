"""What is known of a visitor beyond his name: small facts with a name each, bounded, readable by agents. Pure."""

import math
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.texts import is_unicode

MOST = 30
LONGEST_NAME, LONGEST_TEXT, LARGEST_NUMBER = 40, 200, 2**53
NAME = re.compile(r"[^\W_][\w .-]*")
# What the desk itself knows, and the variables of its own texts: a host page cannot speak for them. In lower case,
# without underscores.
RESERVED = frozenset(
    {"openid", "userid", "usersig", "group", "staffname", "staffno", "queueposition", "waitno", "constructor",
     "prototype"}
)  # fmt: skip
Value = str | int | float | bool


class AttributeRefused(ValueError):
    """`name` is the attribute, `reason` a sentence in the active language."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason


def merged(known: Mapping[str, Value], changes: object) -> dict[str, Value]:
    """`known` with `changes` applied; null takes a name away. Raises AttributeRefused, and nothing is changed."""
    if not isinstance(changes, dict):
        raise AttributeRefused("attributes", _("Expected an object of names and values."))
    found = dict(known)
    for name, value in changes.items():
        if not is_name(name):
            raise AttributeRefused(str(name)[:LONGEST_NAME], _("This name is reserved, or not a name."))
        if value is None:
            found.pop(name, None)
        else:
            found[name] = _checked(name, value)
    if len(found) > MOST:
        raise AttributeRefused("attributes", _("At most %(most)s attributes.") % {"most": MOST})
    return found


def is_name(name: object) -> bool:
    """1 to 40 letters (of any script), digits, spaces, dots, dashes and underscores, and not reserved."""
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        return False
    return name.strip() == name and name.replace("_", "").lower() not in RESERVED


def _checked(name: str, value: Any) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) <= LARGEST_NUMBER:
        return value
    if isinstance(value, str) and len(value) <= LONGEST_TEXT and "\x00" not in value and is_unicode(value):
        return value.strip()
    raise AttributeRefused(
        name, _("Expected a text of at most %(most)s characters, a number, true or false.") % {"most": LONGEST_TEXT}
    )
