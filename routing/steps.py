"""The steps by which a flow asks for a human."""

from routing.assigner import queueing_text
from routing.models import Desk, Waiting
from sessions_flow.flow.outcomes import Context, Listen, Outcome, Queue, Refuse, Say
from sessions_flow.flow.registry import step
from sessions_flow.models import Prompts
from sessions_flow.models.settings import current, wording
from sessions_flow.protocol import elements


@step("hand_over")
def hand_over(context: Context) -> Outcome:
    """Queue where at least one agent of the group is logged in, otherwise 转人工失败 (A33)."""
    group = context.variables.get("group")
    desks = Desk.objects.logged_in()
    if group is not None:
        desks = desks.filter(member__groups_served=group)
    if desks.exists():
        return Queue(group)
    return Refuse(wording(current(Prompts), "failed", context.language))


@step("hand_over.again")
def tell_position(context: Context) -> Outcome:
    """Asked again while waiting: no second request, the current position (A38)."""
    waiting = Waiting.objects.filter(session=context.session_pk).first()
    if waiting is None:
        return Listen()
    return Say((elements.text(queueing_text(waiting, context.language)),), as_system=True)
