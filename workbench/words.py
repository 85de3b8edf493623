"""Fields of the agents' requests, checked: Django's forms are for pages, these are frames."""

from typing import Any

from django.utils.translation import gettext as _

from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError


def words(frame: dict[str, Any], field: str, name: str, longest: int) -> str:
    """The stripped text of a field that must have one. Raises ProtocolError, which names the field by `name`."""
    said = frame.get(field)
    text = said.strip() if isinstance(said, str) else ""
    if not text or "\0" in text:
        raise ProtocolError(errors.BAD_DATA, _("%(field)s is missing.") % {"field": name})
    if len(text) > longest:
        raise ProtocolError(
            errors.TOO_LARGE, _("%(field)s is longer than %(n)s characters.") % {"field": name, "n": longest}
        )
    return text


def number(said: object) -> int:
    """A row's number; 0, which no row has, for anything else."""
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 < said < 2**63 else 0
