"""The registry of hooks, and this app's moments.

A `Moment` is a named point at which upper apps take part: plain functions, called inside the transaction
with everything that happened. Upper apps register in their `hooks.py` (autodiscovered).
"""

from collections.abc import Callable
from typing import Any, Generic, ParamSpec

P = ParamSpec("P")


class Moment(Generic[P]):
    """`moment.register` is the decorator; `moment(...)` calls every registered function in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.functions: list[Callable[P, Any]] = []

    def register(self, function: Callable[P, Any]) -> Callable[P, Any]:
        if not callable(function) or function in self.functions:
            raise TypeError(f"{function!r} cannot be registered for {self.name} (twice, or not callable)")
        self.functions.append(function)
        return function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        for function in self.functions:
            function(*args, **kwargs)


member_revoked: Moment[[Any]] = Moment("member.revoked")  # (member): deleted, forced off, password reset
member_changed: Moment[[Any]] = Moment("member.changed")  # (member): nickname, role, groups
# (group, remarks): before the question whether to delete it; append what the admin should know
group_doomed: Moment[[Any, list[str]]] = Moment("group.doomed")
group_removing: Moment[[Any]] = Moment("group.removing")  # (group): before its row is marked removed
