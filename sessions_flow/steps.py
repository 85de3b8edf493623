"""The steps that need no other app."""

from sessions_flow.flow import runner  # noqa: F401 (registers its hooks and its deadline)
from sessions_flow.flow.outcomes import Context, GoTo, Outcome, Say
from sessions_flow.flow.registry import step
from sessions_flow.models import Prompts
from sessions_flow.models.settings import current, wording
from sessions_flow.protocol import elements


@step("welcome")
def welcome(context: Context) -> Outcome:
    """欢迎语, once per session (M28, A58)."""
    said = wording(current(Prompts), "welcome", context.language)
    return Say((elements.text(said),), then=GoTo(context.node.settings["then"]), as_system=True)
