"""What the pages of the console check in their forms, for values that come from a file."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from django.db import models
from django.utils.translation import gettext as _

from accounts.attributes import LONGEST_TEXT, is_name
from routing.worktime import BadRange, checked
from sessions_flow.admin.channels import MOST_OPTIONS, MOST_SITES, account_format, origin_of
from sessions_flow.admin.settings import MOST_KEYWORDS

KINDS: tuple[tuple[Any, type], ...] = (
    (models.BooleanField, bool), (models.IntegerField, int), (models.CharField, str), (models.TextField, str),
    (models.DateField, str), (models.ForeignKey, str), (models.JSONField, list),
)  # fmt: skip


def has_kind(field: Any, value: Any) -> bool:
    """A text for a text, a number for a number."""
    if value is None:
        return bool(field.null)
    wanted = next(kind for model_field, kind in KINDS if isinstance(field, model_field))
    return isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))


def faults(row: Any) -> Iterator[tuple[str, str]]:
    """(field, reason) beyond the model's own `full_clean`."""
    rules: dict[str, tuple[Any, str]] = {
        "service_account": (
            account_format.match,
            _("3 to 60 letters, digits, dots, dashes or underscores, @ in front."),
        ),
        "label": (is_name, _("Letters, digits, spaces, dots and dashes, and no word the desk uses itself.")),
        "zone": (lambda v: v in available_timezones(), _("There is no such time zone.")),
        "hand_over_keywords": (lambda v: _texts(v, MOST_KEYWORDS, 60), _("At most 100 words of 60 characters.")),
        "options": (lambda v: _texts(v, MOST_OPTIONS, LONGEST_TEXT), _("At most 50 options of 200 characters.")),
        "allowed_sites": (_sites, _("Expected are sites such as https://www.example.com, at most 100.")),
        "week": (lambda v: len(v) == 7 and all(map(_ranges, v)), _("Expected are time ranges for seven days.")),
        "ranges": (_ranges, _("Expected are time ranges such as 09:00 to 18:00.")),
    }  # fmt: skip
    for name, (is_right, reason) in rules.items():
        if hasattr(row, name) and not is_right(getattr(row, name)):
            yield name, reason


def _texts(value: Any, most: int, longest: int) -> bool:
    return len(value) <= most and all(isinstance(each, str) and 0 < len(each) <= longest for each in value)


def _sites(value: Any) -> bool:
    return _texts(value, MOST_SITES, 300) and all(origin_of(site) == site for site in value)


def _ranges(value: Any) -> bool:
    pairs = isinstance(value, list) and all(
        isinstance(each, list) and len(each) == 2 and all(isinstance(end, str) for end in each) for each in value
    )
    try:
        return pairs and checked(value) == value
    except (BadRange, ValueError):
        return False
