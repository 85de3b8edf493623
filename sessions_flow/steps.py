"""The steps and conditions that need no other app (docs/flow.md)."""

from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions_flow import webhooks  # noqa: F401 (registers its hooks and deadlines)
from sessions_flow.flow import checks, runner  # noqa: F401 (register their hooks, deadline and check)
from sessions_flow.flow.groups import groups_to_choose
from sessions_flow.flow.outcomes import Context, Finish, GoTo, HandOver, Keep, Next, Outcome, Say, Unmatched
from sessions_flow.flow.registry import condition, conditions, step
from sessions_flow.models import Session
from sessions_flow.models.settings import prompts_for, wording
from sessions_flow.protocol import elements, payloads

WELCOMED = timedelta(minutes=10)  # after a session, during which nobody is welcomed again
LONGEST_VALUE = 1000  # characters of an answer that are kept as a variable


@step("welcome")
def welcome(context: Context) -> Outcome:
    """欢迎语, once per session (M28, A58); who comes back at once was welcomed already (A57)."""
    earlier = Session.objects.filter(conversation=context.conversation_id).exclude(pk=context.session_pk)
    if earlier.filter(ended_at__gte=context.now - WELCOMED).exists():
        return _on(context)
    said = wording(prompts_for(context.conversation_id), "welcome", context.language, **context.variables)
    return Say((elements.text(said),), then=_on(context), as_system=True)


@step("text")
def say_text(context: Context) -> Outcome:
    return Say((elements.text(context.node.settings["text"]),), then=_on(context))


@step("branch")
def branch(context: Context) -> Outcome:
    """src 15 (F23): the item whose content equals the text exactly (F24, A115) leads on."""
    settings = context.node.settings
    if context.text is None:
        return _ask(payloads.branch(settings["header"], settings["items"], settings.get("tail", "")))
    chosen = next((item for item in settings["items"] if item["content"] == context.text), None)
    return _answered(context, GoTo(chosen.get("next", ""))) if chosen else Unmatched()


@step("form")
def form(context: Context) -> Outcome:
    """src 21 (F29 to F32): the answer, one of the options where there are any, becomes a variable."""
    settings = context.node.settings
    options = settings.get("items", [])
    if context.text is None:
        return _ask(payloads.form(settings["header"], options))
    if options and context.text not in [item["content"] for item in options]:
        return Unmatched()
    return _answered(context, _on(context))


@step("group")
def choose_group(context: Context) -> Outcome:
    """用户选择分组 (M35, A36): src 15 of the groups' names; without groups as if there were no question (A35)."""
    groups, settings = groups_to_choose(), context.node.settings
    if not groups:
        return _on(context) if settings.get("next") else HandOver()
    if context.text is None:
        with translation.override(context.language or None):
            header = settings.get("header") or gettext("Which group would you like to talk to?")
        return _ask(payloads.branch(header, [group.name for group in groups]))
    chosen = next((group for group in groups if group.name == context.text), None)
    if chosen is None:
        return Unmatched()
    return _answered(context, _on(context) if settings.get("next") else HandOver(chosen), group=chosen.pk)


@step("condition")
def decide(context: Context) -> Outcome:
    """The first row that is true leads on."""
    settings = context.node.settings
    for case in settings["cases"]:
        if conditions[case["test"]](context, case):
            # a bot behind it has the visitor's words to answer
            return GoTo(case.get("next", ""), question=context.said if case["test"] == "bot_hit" else "")
    return GoTo(settings.get("else", ""))


@step("set")
def set_variable(context: Context) -> Outcome:
    settings = context.node.settings
    return Keep(_on(context), {settings["variable"]: settings.get("value", "")[:LONGEST_VALUE]})


@step("end")
def end(context: Context) -> Outcome:
    return Finish()


@step("back")
def go_back(context: Context) -> Outcome:
    """返回 (F26): to a named node, or to the menu before."""
    return GoTo(context.node.settings.get("to") or context.back)


@condition("variable", label=_("variable"))
def compare(context: Context, case: dict[str, str]) -> bool:
    """A variable that was never set is empty."""
    found, wanted = context.variables.get(case["variable"], ""), case.get("value", "")
    value = str(found).lower() if isinstance(found, bool) else str(found)  # attributes of a page may be yes or no
    tests = {"equals": value == wanted, "contains": wanted in value, "exists": value != ""}
    return tests[case.get("operator", "equals")]


def _on(context: Context) -> GoTo:
    return GoTo(context.node.settings.get("next", ""))


def _ask(payload: payloads.Payload) -> Say:
    return Say((elements.custom(payload),))


def _answered(context: Context, then: Next, group: int | None = None) -> Keep:
    text, name = context.text or "", context.node.settings.get("variable")
    return Keep(then, {name: text[:LONGEST_VALUE]} if name else {}, selected=text, group=group)
