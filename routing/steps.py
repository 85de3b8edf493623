"""The steps by which a flow asks for a human, and what flows may ask about work hours."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from routing.models import Desk, Distribution, Reception, Waiting
from routing.opening import is_open, off_hours_reply
from routing.queueing import is_full, position, queueing_text
from routing.skills import facts_of, matching
from sessions_flow.flow.groups import groups_to_choose
from sessions_flow.flow.outcomes import Context, GoTo, Keep, Listen, Outcome, Queue, Refuse, Say
from sessions_flow.flow.registry import condition, step
from sessions_flow.models import Conversation, Message
from sessions_flow.models.settings import current, prompts_for, wording
from sessions_flow.protocol import elements, payloads


@step("hand_over")
def hand_over(context: Context) -> Outcome:
    """In hours (M52), where a group was named, found by its skills, or chosen (M35): the queue, if at least one agent
    of it is logged in (A33); otherwise why not."""
    named = context.variables.get("group") or _group_by_skill(context)
    if named is None and current(Distribution).strategy == Distribution.Strategy.VISITOR:
        return _choose_group(context)
    return _queue_for(named, context)


def _queue_for(group: Group | None, context: Context) -> Queue | Refuse:
    group_pk = group.pk if group else None
    if not is_open(group_pk, context.now):
        return _off_hours(context, group)
    if not Desk.objects.logged_in().of_group(group_pk).exists():
        said = wording(prompts_for(context.conversation_id), "failed", context.language, **_variables(context))
        return Refuse(said, group=group)
    if is_full(group_pk):
        return Refuse(wording(current(Reception), "queue_full", context.language), group=group)
    return Queue(group)


def _off_hours(context: Context, group: Group | None = None) -> Refuse:
    """Said whenever a human is asked for in words; to other messages, when no bot answers, once a session (A45)."""
    reply = off_hours_reply(context.language)
    if _asks_in_words(context):
        return Refuse(reply, group=group)
    was_told = Message.objects.filter(session=context.session_pk, kind=Message.Kind.SYSTEM, text=reply).exists()
    return Refuse("" if was_told else reply, group=group)


def _asks_in_words(context: Context) -> bool:
    return context.said.strip().lower() in prompts_for(context.conversation_id).words_for_a_human


def _choose_group(context: Context) -> Outcome:
    """用户选择分组: src 15 with the names of the groups that are open (A36). Without groups as if automatic; what is no
    group's name is for the bot, but asking for a human again shows the groups again (A35)."""
    every = groups_to_choose()
    groups = {group.name: group for group in every if is_open(group.pk, context.now)}
    if not groups:
        return _off_hours(context) if every else _queue_for(None, context)
    if context.text in groups:
        return Keep(_queue_for(groups[context.text], context), selected=context.text, group=groups[context.text].pk)
    if context.text is not None and not _asks_in_words(context):
        return GoTo("bot", question=context.text)
    question = wording(current(Distribution), "group_question", context.language)
    return Say((elements.custom(payloads.branch(question, list(groups))),), as_system=True)


def _variables(context: Context) -> dict[str, Any]:
    return {name: value for name, value in context.variables.items() if name != "group"}


def _group_by_skill(context: Context) -> Group | None:
    """None also in a rehearsal, which has no conversation."""
    conversation = Conversation.objects.select_related("visitor", "channel").filter(pk=context.conversation_id).first()
    if conversation is None:
        return None
    rules = matching(facts_of(conversation, _variables(context)))
    return next((rule.group for rule in rules if rule.group and not rule.group.removed_at), None)


@step("hand_over.again")
def tell_position(context: Context) -> Outcome:
    """Asked again while waiting: no second request, the current position (A38)."""
    waiting = Waiting.objects.in_line().filter(session=context.session_pk).select_related("session").first()
    if waiting is None:
        return Listen()
    said = queueing_text(waiting, position(waiting), context.language)
    return Say((elements.text(said),), as_system=True)


@condition("work_hours", label=_("work hours"))
def in_work_hours(context: Context, case: dict[str, Any]) -> bool:
    """M49: open now; true while work hours are not checked."""
    return is_open(None, context.now)
