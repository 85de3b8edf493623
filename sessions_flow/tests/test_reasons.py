"""Refusals are said in the reader's language."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

from sessions_flow.doors.reasons import PHRASES, in_words
from sessions_flow.protocol import elements
from sessions_flow.protocol.errors import ProtocolError

APP = Path(elements.__file__).parent.parent


def phrases_in(path: Path) -> set[str]:
    """What follows the field in the reasons of a file, f-strings with their holes left out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ProtocolError" and len(node.args) > 1:
            parts = node.args[1].values if isinstance(node.args[1], ast.JoinedStr) else [node.args[1]]
            said = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
            found.add(said.partition(": ")[2])
    return found


def test_every_phrase_of_the_protocol_can_be_said():
    said = phrases_in(APP / "protocol/elements.py") | phrases_in(APP / "doors/frames.py")
    assert len(said) > 12
    missing = "of an upload is missing"
    assert said - PHRASES == {"at most {} characters", f"{{}} {missing}"}
    assert {f"{key} {missing}" for key in elements.UPLOADED.values()} <= PHRASES


@pytest.mark.parametrize("elem", [elements.text(" "), elements.text("x" * 5001), {"MsgType": "x", "MsgContent": {}}])
def test_in_chinese(elem):
    with pytest.raises(ProtocolError) as refused:
        elements.checked(elem, elements.FROM_VISITOR)
    with translation.override("zh-hans"):
        words = in_words(refused.value.reason)
    field, phrase = words.split(": ")
    assert field in ("Text", "elem") and any("\u4e00" <= letter <= "\u9fff" for letter in phrase), words
    with translation.override("en"):
        assert in_words(refused.value.reason) == refused.value.reason
