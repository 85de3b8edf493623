"""What the pages of the console check in their forms, for values that come from a file."""

import math
from collections.abc import Collection, Iterator
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts import sms
from accounts.attributes import LONGEST_TEXT, is_name
from chatbot.models import Library
from chatbot.models.category import DEEPEST, SEPARATOR
from routing.worktime import BadRange, checked
from sessions_flow.admin.channels import MOST_OPTIONS, MOST_SITES, account_format, origin_of
from sessions_flow.admin.settings import MOST_KEYWORDS
from sessions_flow.models.webhook import Event

KINDS: tuple[tuple[Any, Any], ...] = (
    (models.BooleanField, bool), (models.IntegerField, int), (models.FloatField, (int, float)), (models.CharField, str),
    (models.TextField, str), (models.DateField, str), (models.ForeignKey, str), (models.JSONField, list),
)  # fmt: skip


def has_kind(field: Any, value: Any) -> bool:
    """A text for a text, a number for a number."""
    if value is None:
        return bool(field.null)
    wanted = next(kind for model_field, kind in KINDS if isinstance(field, model_field))
    if isinstance(value, bool):
        return wanted is bool
    return isinstance(value, wanted) and _can_be_kept(value)


def _can_be_kept(value: Any) -> bool:
    """JSON knows texts and numbers that no database takes."""
    if isinstance(value, list):
        return all(map(_can_be_kept, value))
    if isinstance(value, str):
        return "\0" not in value and value.encode(errors="ignore").decode() == value
    return not isinstance(value, float) or math.isfinite(value)


def faults(row: Any, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """(field, reason); no field for the row as a whole. `names` are the fields that the file gave."""
    try:
        untold = {field.name for field in row._meta.concrete_fields if not field.editable} - set(names)
        row.full_clean(exclude=untold, validate_constraints=False)
        row.validate_constraints()
    except ValidationError as refused:
        for name, reasons in refused.message_dict.items():
            yield from (("" if name == NON_FIELD_ERRORS else name, reason) for reason in reasons)
    else:
        yield from _faults_of_forms(row)


def _faults_of_forms(row: Any) -> Iterator[tuple[str, str]]:
    """Beyond the model's own rules."""
    rules: dict[str, tuple[Any, str]] = {
        "service_account": (
            account_format.match,
            _("3 to 60 letters, digits, dots, dashes or underscores, @ in front."),
        ),
        "label": (is_name, _("Letters, digits, spaces, dots and dashes, and no word the desk uses itself.")),
        "zone": (lambda v: v in available_timezones(), _("There is no such time zone.")),
        "hand_over_keywords": (lambda v: _texts(v, MOST_KEYWORDS, 60), _("At most 100 words of 60 characters.")),
        "options": (lambda v: _texts(v, MOST_OPTIONS, LONGEST_TEXT), _("At most 50 options of 200 characters.")),
        "origins": (_sites, _("Expected are sites such as https://www.example.com, at most 100.")),
        "url": (lambda v: v.lower().startswith(("http://", "https://")), _("Only http and https addresses.")),
        "events": (
            lambda v: bool(v) and all(each in Event.values for each in v),
            _("Expected are events such as session.opened."),
        ),
        "sends_sms": (
            lambda v: not v or sms.is_set_up(),
            _("Text messages are not set up: the operator chooses one with SMS_BACKEND."),
        ),
        "library": (
            lambda v: v in Library.values and (v == Library.PRESET) == bool(row.preset),
            _("There is no such library."),
        ),
        "category": (lambda v: v.library == row.library, _("Entries stay in their library.")),
        "parent": (
            lambda v: v is None or (v.library == row.library and v.path.count(SEPARATOR) + 2 <= DEEPEST),
            _("Categories are at most %(count)s levels deep.") % {"count": DEEPEST},
        ),
        "allowed_sites": (_sites, _("Expected are sites such as https://www.example.com, at most 100.")),
        "week": (lambda v: len(v) == 7 and all(map(_ranges, v)), _("Expected are time ranges for seven days.")),
        "ranges": (_ranges, _("Expected are time ranges such as 09:00 to 18:00.")),
    }  # fmt: skip
    fields = {field.name for field in row._meta.concrete_fields}
    for name, (is_right, reason) in rules.items():
        if name in fields and not is_right(getattr(row, name)):
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
