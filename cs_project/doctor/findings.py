"""What a check says, and the registry of checks in the order in which they are told."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)
State = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """`advice` says what to do; empty where nothing is to be done."""

    state: State
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Check:
    key: str
    title: Any  # translated when it is read
    look: Callable[[], Finding]
    is_quick: bool  # asks nobody outside of the desk's own database and disk


CHECKS: list[Check] = []


def check(key: str, title: Any, *, is_quick: bool = True) -> Callable[[Callable[[], Finding]], Callable[[], Finding]]:
    def register(look: Callable[[], Finding]) -> Callable[[], Finding]:
        CHECKS.append(Check(key, title, look, is_quick))
        return look

    return register


def ok(found: Any) -> Finding:
    return Finding("ok", str(found))


def warning(found: Any, advice: Any) -> Finding:
    return Finding("warning", str(found), str(advice))


def error(found: Any, advice: Any) -> Finding:
    return Finding("error", str(found), str(advice))


def examine(*, only_quick: bool = False) -> list[tuple[Check, Finding]]:
    """Every check, in the language that is active. One that breaks is an error itself and stops no other."""
    return [(each, _looked(each)) for each in CHECKS if each.is_quick or not only_quick]


def _looked(each: Check) -> Finding:
    try:
        return each.look()
    except Exception as problem:
        logger.warning("check %s failed", each.key, exc_info=True)
        said = f"{type(problem).__name__}: {problem}"[:300].strip()
        return error(said, _("This could not be checked. Look at the log of the server."))
