"""What an admin sets is what visitors read: prompts, closing, rating, and the variables in their texts."""

from datetime import timedelta

import pytest
from django.forms import modelform_factory
from django.utils import timezone

from routing.actions import end_by_agent
from sessions_flow.actions import connect_agent, end_session, enter, invite_rating, locked, rate, start_waiting
from sessions_flow.models import (
    Channel,
    ChannelPrompts,
    Closing,
    Conversation,
    EndedBy,
    Prompts,
    Rating,
    RatingRules,
    Session,
)
from sessions_flow.models.settings import prompts_for, wording
from sessions_flow.protocol import elements
from sessions_flow.protocol.variables import fill
from tests.cast import Vera, make_member, say, sit_down

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def alice():
    member = make_member("alice")
    member.staff_no = "00790"
    member.save()
    sit_down(member)
    return member


def set_up(model, **values):
    row = model.get_solo()
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row


def card_of(vera):
    return elements.payload_of(vera.conversation.messages.filter(src="9").latest("seq").elem)["menuContent"]


# --- variables


@pytest.mark.feature("A11")
@pytest.mark.parametrize(
    ("said", "filled"),
    [
        ("${StaffName}", "Alice"),
        ("$StaffName, No. ${ StaffNo }", "Alice, No. 7"),
        ("您排在第$QueuePosition位", "您排在第3位"),
        ("${地址}请查收", "上海请查收"),
        ("${Unknown} $unknown $5 $ ${} ${a", "${Unknown} $unknown $5 $ ${} ${a"),
        ("${evil}", "${StaffName}"),  # what a variable holds is not read again
        ("${none}", "${none}"),
        ("${zero}", "0"),
    ],
)
def test_variables_are_filled_in_and_unknown_ones_stay(said, filled):
    known = {"StaffName": "Alice", "StaffNo": 7, "QueuePosition": 3, "地址": "上海", "evil": "${StaffName}"}
    assert fill(said, {**known, "none": None, "zero": 0}) == filled


# --- prompts


@pytest.mark.feature("M28", "M29", "M30", "M32", "A11", "A113")
def test_prompts_are_said_in_the_admins_words(alice, settled):
    """Each at its moment; the agent's name and number, and what the flow has learned, may stand in them."""
    set_up(
        Prompts,
        welcome="欢迎 ${City}",
        connecting="正在接入, ${City}的用户",
        connected="转接人工成功,${StaffNo}号客服$StaffName为您服务。${nobody}",
    )
    vera = Vera()
    vera.post("hello")
    settled()
    assert "欢迎 ${City}" in vera.lines()
    with locked(vera.conversation.pk) as held:
        held.session.variables = {"City": "上海", "StaffName": "a visitor's word", "said": "x", "name": "y"}
        start_waiting(held, held.session, None)
        connect_agent(held, held.session, alice, None)
    assert "正在接入, 上海的用户" in vera.lines()
    assert "转接人工成功,00790号客服Alice为您服务。${nobody}" in vera.lines()


@pytest.mark.feature("M28", "M29", "M30")
def test_an_empty_text_is_the_built_in_one_in_the_visitors_language(settled):
    said = {}
    for language in ("en", "zh-hans"):
        vera = Vera(language=language)
        vera.post("hello")
        settled()
        said[language] = vera.lines()[1]
    assert said["en"].startswith("Hello, welcome!") and said["zh-hans"].startswith("您好")


def test_a_channel_may_have_words_of_its_own(settled):
    """An empty one is the common one; other channels keep the common words."""
    set_up(Prompts, welcome="common welcome", connecting="common connecting")
    vera, own = Vera(), Channel.objects.create(service_account="@shop")
    ChannelPrompts.objects.create(channel=own, welcome="shop welcome")
    other = Vera()
    Conversation.objects.filter(pk=other.conversation.pk).update(channel=own)
    for each, welcome in ((vera, "common welcome"), (other, "shop welcome")):
        each.post("hello")
        settled()
        assert welcome in each.lines()
        assert wording(prompts_for(each.conversation.pk), "connecting", "en") == "common connecting"
    ChannelPrompts.objects.get().delete()
    assert prompts_for(other.conversation.pk).welcome == "common welcome"
    assert Prompts.get_solo().welcome == "common welcome", "the common row was not touched"


@pytest.mark.feature("A57", "A58")
def test_nobody_is_welcomed_twice_within_minutes(settled):
    """The welcome text once a session and not again soon after; the card comes with every session."""
    set_up(Prompts, welcome="welcome!")
    vera = Vera()
    enter(vera.conversation.pk)
    settled()
    enter(vera.conversation.pk)
    vera.post("hello")
    settled()
    assert vera.lines().count("welcome!") == 1
    with locked(vera.conversation.pk) as held:
        end_session(held, held.session, EndedBy.CLIENT)
    vera.post("one more thing")
    settled()
    assert (vera.conversation.sessions.count(), vera.lines().count("welcome!")) == (2, 1)
    with locked(vera.conversation.pk) as held:
        end_session(held, held.session, EndedBy.CLIENT)
    Session.objects.update(ended_at=timezone.now() - timedelta(minutes=11))
    vera.post("good evening")
    settled()
    assert vera.lines().count("welcome!") == 2


@pytest.mark.feature("M31")
def test_the_failure_text_is_the_admins(settled):
    set_up(Prompts, failed="nobody is here")
    vera = Vera()
    vera.post("human")
    settled()
    assert vera.conversation.messages.filter(text="nobody is here").exists()


# --- closing


@pytest.mark.feature("M46", "M47", "M48", "A56", "A59")
@pytest.mark.parametrize(
    ("by", "flag", "said"),
    [(EndedBy.SEAT, "19", "bye, Alice"), (EndedBy.CLIENT, "19", "bye, Alice"), (EndedBy.TIMER, "20", "too quiet")],
)
def test_who_ended_it_decides_text_and_flag(alice, by, flag, said):
    set_up(Closing, closed="bye, ${StaffName}", timed_out="too quiet")
    vera = Vera()
    vera.serve(alice)
    with locked(vera.conversation.pk) as held:
        end_session(held, held.session, by)
    assert vera.lines()[-3:] == [said, flag, "9"] and vera.session.ended_by == by


@pytest.mark.feature("M47", "M48")
@pytest.mark.parametrize(("by", "switch"), [(EndedBy.SEAT, "says_closed"), (EndedBy.TIMER, "says_timed_out")])
def test_each_closing_text_has_its_switch(alice, by, switch):
    set_up(Closing, closed="bye", timed_out="too quiet", **{switch: False})
    vera = Vera()
    vera.serve(alice)
    with locked(vera.conversation.pk) as held:
        end_session(held, held.session, by)
    assert not {"bye", "too quiet"} & set(vera.lines())
    assert {"19", "20"} & set(vera.lines())


# --- rating


@pytest.mark.feature("M53", "M54", "M55", "M60", "A1", "A2")
@pytest.mark.parametrize(
    ("switches", "flag"),
    [
        ({"is_automatic": False, "agent_invites": False, "visitor_asks": False}, 0),
        ({"is_automatic": True, "agent_invites": False, "visitor_asks": False}, 1),
        ({"is_automatic": False, "agent_invites": True, "visitor_asks": False}, 2),
        ({"is_automatic": False, "agent_invites": False, "visitor_asks": True}, 4),
        ({"is_automatic": True, "agent_invites": True, "visitor_asks": True}, 7),
        ({"is_enabled": False}, 0),
    ],
)
def test_the_switches_are_the_bits_of_src_23(switches, flag):
    set_up(RatingRules, **switches)
    rules, _seat = enter(Vera().conversation.pk)
    assert elements.payload_of(rules) == {
        "customerServicePlugin": 0,
        "src": "23",
        "content": {"menuSendRuleFlag": flag},
    }


@pytest.mark.feature("M56", "M57", "M58", "M59", "F16", "F17", "A23", "A62", "A63")
def test_the_card_is_what_was_set(alice):
    """head = 邀评话术, tail = 评价提交话术, five levels from worst to best, valid for n hours, stars or numbers."""
    levels = {f"level_{n}": f"level {n}" for n in range(1, 6)}
    set_up(RatingRules, invitation="请评价", thanks="谢谢 ${StaffName}", valid_hours=3, has_stars=False, **levels)
    vera = Vera()
    session = vera.serve(alice)
    invite_rating(session, alice)
    card, rating = card_of(vera), Rating.objects.get()
    assert (card["head"], card["tail"], card["type"], card["effectiveHour"]) == ("请评价", "谢谢 Alice", 2, 3)
    assert card["menu"] == [{"id": str(100 + n), "content": f"level {n}"} for n in range(1, 6)]
    assert card["sessionId"] == str(rating.public_id) and "selected" not in card
    assert card["expireTime"] == int((rating.invited_at + timedelta(hours=3)).timestamp())
    set_up(RatingRules, has_stars=True)
    invite_rating(session, alice)
    assert card_of(vera)["type"] == 1


@pytest.mark.feature("F18")
def test_built_in_texts_of_the_card(alice):
    vera = Vera(language="zh-hans")
    end_by_agent(vera.serve(alice), alice)
    card = card_of(vera)
    assert [level["content"] for level in card["menu"]] == ["非常不满意", "不满意", "一般", "满意", "非常满意"]
    assert "评价" in card["head"] and "评价" in card["tail"]


@pytest.mark.feature("A64")
def test_the_last_agent_is_rated(alice):
    bob = make_member("bob")
    vera = Vera()
    session = vera.serve(alice)
    invite_rating(session, alice)
    with locked(vera.conversation.pk) as held:
        held.session.agent = bob
        held.session.save()
        end_session(held, held.session, EndedBy.SEAT)
    card = card_of(vera)
    rate(vera.conversation.pk, {"id": "105", "content": "", "sessionId": card["sessionId"]})
    assert (Rating.objects.get().agent, Rating.objects.get().level) == (bob, 5)


@pytest.mark.feature("A24")
def test_texts_have_limits():
    """500 characters a prompt, 100 a level: the 80 and 51 of the document's screenshots pass."""
    shown = {"thanks": "谢" * 80, "level_1": "很" * 51}
    for model, name, most in ((Prompts, "welcome", 500), (Closing, "closed", 500), (RatingRules, "level_5", 100)):
        form = modelform_factory(model, fields=[name, *(shown if model is RatingRules else ())])
        assert form(shown | {name: "x" * most}).is_valid()
        assert set(form(shown | {name: "x" * (most + 1)}).errors) == {name}


@pytest.mark.feature("A54", "A55")
def test_only_the_agents_words_start_the_reply_timer(alice):
    """Nothing runs while a visitor waits for an agent, and what the house says starts nothing."""
    vera = Vera()
    vera.post("hello")
    with locked(vera.conversation.pk) as held:
        start_waiting(held, held.session, None)
    assert vera.session.idle_due_at is None
    with locked(vera.conversation.pk) as held:
        connect_agent(held, held.session, alice, None)
    assert vera.session.idle_due_at is None
    say(alice, vera, "hello")
    assert vera.session.idle_due_at is not None
