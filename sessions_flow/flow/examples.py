"""What a new flow can begin with. Texts are in the language of the admin who makes it."""

from typing import Any

from django.utils.translation import gettext as _

from sessions_flow.flow.default import DEFAULT

Json = dict[str, Any]


def built_in() -> Json:
    return DEFAULT


def menus() -> Json:
    """The document's example (F26, F30): a menu, an option form, a text form, 返回 and a human."""
    back = _("Back")
    fruits = [_("Apple"), _("Watermelon"), _("Strawberry")]
    return {
        "format": 1, "start": "welcome", "human": "",
        "nodes": [
            _node("welcome", "welcome", 60, 200, next="menu"),
            _node("menu", "branch", 340, 120, header=_("What can we do for you?"), items=[
                _item(_("A person"), "desk"), _item(_("Choose something"), "fruit"),
                _item(_("Tell us something"), "name"), _item(_("Ask the bot"), "bot"),
            ]),
            _node("fruit", "form", 640, 20, header=_("What fruit do you like?"), variable="fruit", next="more",
                  items=[{"content": fruit, "desc": ""} for fruit in fruits]),
            _node("name", "form", 640, 240, header=_("What may we call you?"), variable="name", next="more"),
            _node("bot", "bot.answer", 640, 420),
            _node("more", "branch", 940, 80, header=_("Thank you. And now?"),
                  items=[_item(_("A person"), "desk"), _item(back, "back")]),
            _node("back", "back", 1240, 240, to="menu"),
            _node("desk", "hand_over", 1240, 40),
        ],
    }  # fmt: skip


def _node(node_id: str, step: str, x: int, y: int, **settings: Any) -> Json:
    return {"id": node_id, "step": step, "x": x, "y": y, "settings": settings}


def _item(content: str, target: str) -> Json:
    return {"content": content, "desc": "", "next": target}
