"""The actions of the cloud API by name: `@action("CreateStaff", Scope.STAFF, "Staffs", "SendPassword")`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.cloud.parameters import Parameters

Answer = dict[str, Any]
Function = Callable[[Parameters], Answer]


@dataclass(frozen=True, slots=True)
class Action:
    """`parameters` are the names it knows beside SdkAppId."""

    name: str
    scope: str
    parameters: frozenset[str]
    run: Function


actions: dict[str, Action] = {}


def action(name: str, scope: str, *parameters: str) -> Callable[[Function], Function]:
    """Registers what answers `name`; a name registered twice fails at start."""

    def register(function: Function) -> Function:
        if name in actions:
            raise TypeError(f"the cloud action {name!r} is registered twice")
        actions[name] = Action(name, scope, frozenset(parameters), function)
        return function

    return register
