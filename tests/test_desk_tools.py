"""What helps an agent to answer: search in a conversation, suggested answers, translation, preview of typing."""

import pytest

from chatbot import remote
from chatbot.tests.conftest import model_server, use_model  # noqa: F401 (fixtures)
from sessions_flow.models import Workplace
from sessions_flow.models.settings import forget_settings
from sessions_flow.protocol.errors import ProtocolError
from tests.cast import Vera, make_member, say
from tests.people import ALICE, Browser, VisitorPerson, at_work
from workbench import finding, translating


@pytest.fixture
def workplace(desk):
    """`workplace(translates=True)`"""

    def change(**values):
        Workplace.objects.update_or_create(pk=1, defaults=values)
        forget_settings()

    return change


@pytest.mark.feature("A92")
def test_search_finds_what_he_may_read(desk):
    alice, bob = make_member("alice"), make_member("bob")
    vera = Vera()
    vera.serve(alice)
    for n in range(3):
        vera.post(f"请查一下退款 {n}", f"q{n}")
    say(alice, vera, "退款已经在处理")
    conversation = {"conversation": vera.conversation.public_id}
    matches = finding.found(alice, {**conversation, "words": "退款"})["matches"]
    assert [match["kind"] for match in matches] == ["agent", "visitor", "visitor", "visitor"]
    assert matches[1]["text"] == "请查一下退款 2"
    assert finding.found(alice, {**conversation, "words": "发票"}) == {"matches": [], "has_more": False}
    for bad in ({"words": " "}, {"words": "x" * 101}, {"words": None}):
        with pytest.raises(ProtocolError):
            finding.found(alice, {**conversation, **bad})
    with pytest.raises(ProtocolError):
        finding.found(bob, {**conversation, "words": "退款"})


@pytest.mark.feature("A92")
def test_answers_are_suggested_from_the_released_knowledge(full):
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        row = alice.wait_for_row(vera.openid)
        vera.say("如何设置工作时间")
        alice.wait_for_text(row["conversation"], "如何设置工作时间")
        found = alice.must("suggest", conversation=row["conversation"])
        assert found["question"] == "如何设置工作时间"
        assert "工作时间" in found["answers"][0]["question"]
        assert found["answers"][0]["answer"]
        vera.say("紫色大象会不会跳探戈")
        alice.wait_for_text(row["conversation"], "探戈")
        assert alice.must("suggest", conversation=row["conversation"])["answers"] == []
        assert alice.ask("suggest", conversation="nobody")["code"] == 10404
    vera.close()


def test_translation_is_off_until_configured_and_switched_on(workplace, use_model):  # noqa: F811
    """And the address goes through the guard against private ones."""
    alice = make_member("alice")
    text = {"text": "退款要七天", "to": "en"}
    use_model("TRANSLATE", "whole")
    for is_on in (False, True):
        workplace(translates=is_on)
        if not is_on:
            with pytest.raises(ProtocolError):
                translating.translated(alice, text)
    assert "seven days" in translating.translated(alice, text)["text"]
    for bad in ({"text": ""}, {"to": "xx"}, {"to": None}, {"text": "x" * 5001}):
        with pytest.raises(ProtocolError):
            translating.translated(alice, {**text, **bad})


@pytest.mark.parametrize("model", ["down", "garbage", "redirects", "good"])
def test_a_translator_that_fails_says_so(workplace, use_model, model):  # noqa: F811
    """`good` streams, which was not asked for: no usable answer either."""
    workplace(translates=True)
    use_model("TRANSLATE", model)
    with pytest.raises(ProtocolError):
        translating.translated(make_member("alice"), {"text": "x", "to": "en"})


def test_private_addresses_are_refused(workplace, use_model, settings):  # noqa: F811
    workplace(translates=True)
    use_model("TRANSLATE", "whole")
    settings.OUTGOING_ALLOWED = []
    settings.BOT_TRANSLATE_URL = settings.BOT_TRANSLATE_URL.replace("127.0.0.1", "localhost")  # no connection waits
    remote.endpoint.cache_clear()
    with pytest.raises(ProtocolError):
        translating.translated(make_member("alice"), {"text": "x", "to": "en"})


@pytest.mark.feature("A92")
def test_the_preview_of_typing_can_be_switched_off(full):
    """In the wire: the agent's frame does not hold the words, and the visitor's page is told not to send them."""
    vera = Browser(full)
    switch = "from sessions_flow.models import Workplace as W; w = W.get_solo(); w.previews_typing = {}; w.save()"
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        conversation = alice.wait_for_row(vera.openid)["conversation"]
        assert vera.welcome["previews_typing"] is True
        assert typed(alice, vera, conversation, "我的卡号是") == "我的卡号是"
        full.python(switch.format(False))
        try:
            full.settle_settings()
            assert typed(alice, vera, conversation, "我的密码是") == "…"
            other = Browser(full)
            assert other.welcome["previews_typing"] is False
            other.close()
        finally:
            full.python(switch.format(True))
            full.settle_settings()
    vera.close()


def typed(alice, vera, conversation: str, words: str) -> str:
    vera.send({"op": "typing", "text": words})
    frame = alice.wait_for(lambda f: f["op"] == "online" and f.get("typing") and f["conversation"] == conversation)
    return frame["text"]
