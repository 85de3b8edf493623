"""The order of rules and what is said; no database."""

from typing import Any

import pytest

from chatbot.matching import Match
from chatbot.rules import decide

SETTINGS: dict[str, Any] = {
    "direct_threshold": 0.6, "chitchat": True, "chitchat_threshold": 0.7, "guides": True, "guide_threshold": 0.3,
    "guide_count": 2,
}  # fmt: skip
NOTHING = Match(None, 0.0)


def found(*scores: float) -> Match:
    top = [(f"e{number}", score) for number, score in enumerate(scores)]
    return Match(*top[0], top)


@pytest.mark.feature("B24")
def test_it_works():
    verdict = decide(found(0.8, 0.1), NOTHING, SETTINGS)
    assert (verdict.rule, verdict.score, verdict.entry_ids) == ("direct", 0.8, ("e0",))


@pytest.mark.feature("B24", "A21")
@pytest.mark.parametrize(
    ("score", "rule"), [(0.6, "direct"), (0.5999, "guide"), (0.3, "guide"), (0.2999, "fallback"), (0.0, "fallback")]
)
def test_a_threshold_is_reached_at_its_very_value(score: float, rule: str):
    assert decide(found(score), NOTHING, SETTINGS).rule == rule


@pytest.mark.feature("B25")
def test_chitchat_answers_only_below_the_direct_threshold():
    assert decide(found(0.59), found(0.7), SETTINGS).rule == "chitchat"
    assert decide(found(0.59), found(0.69), SETTINGS).rule == "guide"


@pytest.mark.feature("A69")
def test_even_exact_chitchat_loses_to_a_direct_answer():
    assert decide(found(0.6), found(1.0), SETTINGS).rule == "direct"


@pytest.mark.feature("B16", "B26", "A22")
def test_chitchat_that_is_off_is_not_reached():
    assert decide(found(0.4), found(1.0), {**SETTINGS, "chitchat": False}).rule == "guide"
    assert decide(NOTHING, found(1.0), {**SETTINGS, "chitchat": False}).rule == "fallback"


@pytest.mark.feature("B26", "B29", "A18")
def test_as_many_questions_are_suggested_as_was_set():
    match = found(0.5, 0.4, 0.2, 0.1)
    assert decide(match, NOTHING, SETTINGS).entry_ids == ("e0", "e1")
    assert decide(match, NOTHING, {**SETTINGS, "guide_count": 10}).entry_ids == ("e0", "e1", "e2", "e3")
    assert decide(match, NOTHING, {**SETTINGS, "guides": False}).rule == "fallback"


@pytest.mark.feature("B30")
def test_nothing_at_all_is_the_fallback():
    assert decide(NOTHING, NOTHING, SETTINGS).rule == "fallback"
