"""What upper apps offer to flows: `@step("bot.answer")` and `@condition("work_hours")` in an app's `steps.py`."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise

from sessions_flow.flow.outcomes import Context, Outcome

Step = Callable[[Context], Outcome]
Condition = Callable[[Context, dict[str, Any]], bool]
steps: dict[str, Step] = {}
conditions: dict[str, Condition] = {}
condition_labels: dict[str, str | Promise] = {}


def step(name: str) -> Callable[[Step], Step]:
    """Registers a function from context to outcome. A name registered twice, or no function, fails at start."""

    def register(function: Step) -> Step:
        if name in steps or not callable(function):
            raise TypeError(f"step {name!r} is registered twice or not callable")
        steps[name] = function
        return function

    return register


def condition(name: str, label: str | Promise = "") -> Callable[[Condition], Condition]:
    """Registers a question that a condition node can ask: `(context, case)` to bool. `case` is the row of the node
    (docs/flow.md), `label` what the editor calls it. Registering twice, or no function, fails at start."""

    def register(function: Condition) -> Condition:
        if name in conditions or not callable(function):
            raise TypeError(f"condition {name!r} is registered twice or not callable")
        conditions[name], condition_labels[name] = function, label or name
        return function

    return register
