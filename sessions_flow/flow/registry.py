"""Steps that upper apps offer to flows: `@step("bot.answer")` in an app's `steps.py`."""

from collections.abc import Callable

from sessions_flow.flow.outcomes import Context, Outcome

Step = Callable[[Context], Outcome]
steps: dict[str, Step] = {}


def step(name: str) -> Callable[[Step], Step]:
    """Registers a function from context to outcome. A name registered twice, or no function, fails at start."""

    def register(function: Step) -> Step:
        if name in steps or not callable(function):
            raise TypeError(f"step {name!r} is registered twice or not callable")
        steps[name] = function
        return function

    return register
