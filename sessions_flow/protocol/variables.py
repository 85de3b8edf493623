"""Variables in the texts that admins write: `${StaffName}`, and `$QueuePosition` as the document also has it."""

import re
from collections.abc import Mapping

# A name without braces ends where ASCII ends: `$QueuePosition位`.
_variable = re.compile(r"\$(?:\{([^${}]{1,60})\}|([A-Za-z_][A-Za-z0-9_]*))")


def fill(said: str, variables: Mapping[str, object]) -> str:
    """`${Name}` and `$Name` with their values; unknown ones stay as they are (A11), and values are not read again."""

    def value_of(found: re.Match[str]) -> str:
        value = variables.get((found[1] or found[2]).strip())
        return found[0] if value is None else str(value)

    return _variable.sub(value_of, said)


def names_in(said: str) -> set[str]:
    """Every variable that a text names."""
    return {(found[1] or found[2]).strip() for found in _variable.finditer(said)}
