"""What a flow is made of: the kinds of nodes, their settings and their ways out. The editor draws its forms from this,
and `validation` judges by it; an app that adds a step describes it with `add_kind`.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions_flow.flow.registry import condition_labels

Words = str | Promise
MOST_NODES, MOST_ROWS = 200, 20
OPERATORS = (("equals", _("equals")), ("contains", _("contains")), ("exists", _("has any value")))
UNMATCHED = (("bot", _("the bot answers, the question stays open")), ("again", _("ask once more, then the bot")))


@dataclass(frozen=True, slots=True)
class Field:
    """A setting. `form` is line, text, variable, group, node, choice, or rows of items, options or cases."""

    name: str
    label: Words
    form: str
    limit: int = 0
    is_required: bool = False
    hint: Words = ""
    choices: tuple[tuple[str, Words], ...] = ()
    is_shown: bool = True  # as a text to visitors: `${name}` is filled in


@dataclass(frozen=True, slots=True)
class Port:
    """A way out of a node: the setting of this name holds where it leads."""

    name: str
    label: Words
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """`asks`: waits for the visitor here, so that a circle through it is no endless one."""

    step: str
    label: Words
    hint: Words
    icon: str
    tone: str
    fields: tuple[Field, ...] = ()
    ports: tuple[Port, ...] = ()
    asks: bool = False


CONTENT = Field("content", _("Option"), "line", 60, True, hint=_("The visitor's text must equal it exactly."))
DESC = Field("desc", _("Description"), "line", 200)
TEST = Field("test", _("Condition"), "choice", is_shown=False)
COMPARED = (
    Field("variable", _("Variable"), "variable", 40, is_shown=False),
    Field("operator", _("Comparison"), "choice", choices=OPERATORS, is_shown=False),
    Field("value", _("Value"), "line", 500),
)
ROWS: dict[str, tuple[Field, ...]] = {
    "items": (CONTENT, DESC),
    "options": (CONTENT, DESC),
    "cases": (TEST, *COMPARED),
}
ROW_PORT = Port("next", _("then"))
WITH_PORTS = frozenset({"items", "cases"})  # rows that lead somewhere

NEXT = Port("next", _("then"))
ELSE = Port("else", _("anything else"), is_required=False)
POLICY = Field(
    "unmatched", _("When nothing matches"), "choice", choices=UNMATCHED, is_shown=False,
    hint=_("Not asked when “anything else” is connected."),
)  # fmt: skip
HEADER = Field("header", _("Question"), "text", 500, True)
KEEP_AS = Field("variable", _("Keep the answer as"), "variable", 40, True, hint=_("Later texts show it as ${name}."))

kinds: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    """Offers a step in the editor. Two of one name fail at start."""
    if kind.step in kinds:
        raise TypeError(f"two kinds of node are called {kind.step!r}")
    kinds[kind.step] = kind


for _kind in (
    Kind("welcome", _("Welcome text"), _("The welcome text of the prompts."), "waving_hand", "calm", ports=(NEXT,)),
    Kind(
        "text", _("Text"), _("Says something and goes on."), "chat", "calm",
        (Field("text", _("Text"), "text", 2000, True),), (NEXT,),
    ),
    Kind(
        "branch", _("Menu"), _("The visitor chooses where to go."), "alt_route", "ask",
        (
            HEADER,
            Field("items", _("Options"), "items", is_required=True),
            Field("tail", _("Text below"), "line", 200),
            Field("variable", _("Keep the choice as"), "variable", 40),
            POLICY,
        ),
        (ELSE,), asks=True,
    ),
    Kind(
        "form", _("Form"), _("Asks for something and keeps the answer."), "edit_note", "ask",
        (
            HEADER,
            KEEP_AS,
            Field("items", _("Options"), "options", hint=_("None: the visitor types the answer.")),
            POLICY,
        ),
        (NEXT, ELSE), asks=True,
    ),
    Kind(
        "bot.answer", _("Bot"), _("The bot answers until a human is wanted."), "smart_toy", "bot", asks=True,
    ),
    Kind(
        "group", _("Group choice"), _("The visitor chooses the group that he wants to talk to."), "groups", "ask",
        (
            Field("header", _("Question"), "text", 500, hint=_("Empty: the built-in question.")),
            Field("variable", _("Keep the choice as"), "variable", 40),
            POLICY,
        ),
        (Port("next", _("then (nothing: to that group)"), is_required=False), ELSE), asks=True,
    ),
    Kind(
        "condition", _("Condition"), _("Goes the way of the first row that is true."), "rule", "logic",
        (Field("cases", _("Rows"), "cases", is_required=True),), (Port("else", _("otherwise")),),
    ),
    Kind(
        "set", _("Set a variable"), _("Remembers a value."), "data_object", "logic",
        (
            Field("variable", _("Variable"), "variable", 40, True),
            Field("value", _("Value"), "line", 500),
        ),
        (NEXT,),
    ),
    Kind(
        "hand_over", _("Hand over to a human"), _("Asks for an agent."), "support_agent", "human",
        (Field("group", _("Group"), "group", hint=_("None: the group chosen before, or all agents."), is_shown=False),),
        (Port("failed", _("nobody is there"), is_required=False),),
    ),
    Kind(
        "back", _("Back"), _("Returns to a menu, or to a named node."), "undo", "logic",
        (Field("to", _("Back to"), "node", hint=_("None: the menu before."), is_shown=False),),
    ),
    Kind("end", _("End"), _("Ends the session."), "stop_circle", "calm"),
):  # fmt: skip
    add_kind(_kind)


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow of the picture. `port` is `next`, `else`, … or `items.2`, `cases.0`."""

    source: str
    port: str
    target: str
    is_required: bool = True


def links_of(node: dict[str, Any]) -> list[Link]:
    """Every way out of a well-formed node, those that lead nowhere yet included."""
    kind, settings = kinds[node["step"]], node["settings"]
    found: list[Link] = []
    for setting in kind.fields:
        rows = settings.get(setting.name, []) if setting.form in WITH_PORTS else []
        for number, row in enumerate(rows):
            found.append(Link(node["id"], f"{setting.name}.{number}", row.get("next", "")))
    found += [Link(node["id"], port.name, settings.get(port.name, ""), port.is_required) for port in kind.ports]
    return found


def conditions_to_choose() -> list[tuple[str, Words]]:
    return list(condition_labels.items())


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a flow from being published, unless it is only a warning. `node` is empty for the whole flow."""

    node: str
    field: str
    name: str  # of the node, as the editor shows it
    reason: str
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}" if self.name else self.reason
