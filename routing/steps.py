"""The steps by which a flow asks for a human."""

from accounts.models import Group
from routing.models import Desk, Reception, Waiting
from routing.opening import is_open, off_hours_reply
from routing.queueing import queueing_text
from routing.skills import facts_of, matching
from sessions_flow.flow.outcomes import Context, Listen, Outcome, Queue, Refuse, Say
from sessions_flow.flow.registry import step
from sessions_flow.models import Conversation, Prompts
from sessions_flow.models.settings import current, wording
from sessions_flow.protocol import elements


@step("hand_over")
def hand_over(context: Context) -> Outcome:
    """Queue where at least one agent of the group is logged in, otherwise 转人工失败 (A33); in hours only (M52)."""
    group = context.variables.get("group") or _group_by_skill(context)
    group_pk = group.pk if group else None
    if not is_open(group_pk, context.now):
        return Refuse(off_hours_reply(context.language))
    if not Desk.objects.logged_in().of_group(group_pk).exists():
        return Refuse(wording(current(Prompts), "failed", context.language))
    if _is_full(group_pk):
        return Refuse(wording(current(Reception), "queue_full", context.language))
    return Queue(group)


def _group_by_skill(context: Context) -> Group | None:
    conversation = Conversation.objects.select_related("visitor", "channel").get(pk=context.conversation_id)
    rules = matching(facts_of(conversation, context.variables))
    return next((rule.group for rule in rules if rule.group), None)


def _is_full(group_pk: int | None) -> bool:
    most = current(Reception).queue_limit
    return bool(most) and Waiting.objects.in_line().filter(group=group_pk).count() >= most


@step("hand_over.again")
def tell_position(context: Context) -> Outcome:
    """Asked again while waiting: no second request, the current position (A38)."""
    waiting = Waiting.objects.in_line().filter(session=context.session_pk).first()
    if waiting is None:
        return Listen()
    return Say((elements.text(queueing_text(waiting, context.language)),), as_system=True)
