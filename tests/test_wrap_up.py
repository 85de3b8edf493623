"""话后小结 and 看板: what is left to do after the end, and the agent's own day."""

import re
import time

import pytest

from tests.people import ALICE, BOB, VisitorPerson, at_work

CATEGORY = "from workbench.models import WrapUpCategory as C; C.objects.get_or_create(name='售后')"


def figures(agent) -> dict[str, str]:
    page = agent.http.get("/workbench/figures/").text
    return dict(re.findall(r'data-measure="(\w+)">.*?<b>(.*?)</b>', page, re.S))


def figures_with(agent, services: int) -> dict[str, str]:
    """As soon as at least so many served sessions are counted."""
    end = time.monotonic() + 60
    while int((found := figures(agent))["services"]) < services:
        assert time.monotonic() < end, found
        time.sleep(0.2)
    return found


def served(vera: VisitorPerson, agent, answer: str = "") -> str:
    """A whole session; its id."""
    vera.say("人工")
    row = agent.wait_for_row(vera.openid)
    if answer:
        agent.say(row["conversation"], answer)
    agent.must("session.end", session=row["session"]["id"])
    vera.wait_for_state("ended")
    return row["session"]["id"]


def test_it_works(full):
    full.python(CATEGORY)
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        session = served(vera, alice)
        blank = alice.must("wrapup", session=session)
        assert ("售后" in blank["categories"], blank["category"], blank["remark"]) == (True, "", "")
        for _twice in range(2):
            alice.must("wrapup.save", session=session, category="售后", remark="退款已提交")
        full.python("from workbench.models import WrapUpCategory as C; C.objects.filter(name='售后').delete()")
        kept = alice.must("wrapup", session=session)
        assert (kept["category"], kept["remark"]) == ("售后", "退款已提交")
        assert "退款已提交" in alice.http.get(f"/workbench/records/{session}/").text


def test_a_wrap_up_is_ones_own_and_comes_after_the_end(full):
    full.python(CATEGORY)
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        session = alice.wait_for_row(vera.openid)["session"]["id"]
        assert alice.ask("wrapup.save", session=session, remark="x")["code"] == 10151
        alice.must("session.end", session=session)
        for bad, code in (({}, 10151), ({"category": "没有"}, 10151), ({"remark": "x" * 501}, 10413)):
            assert alice.ask("wrapup.save", session=session, **bad)["code"] == code
        assert alice.must("wrapup", session=session)["remark"] == ""
        with at_work(full, BOB) as bob:
            assert bob.ask("wrapup", session=session)["code"] == 10404


@pytest.mark.feature("W13")
def test_an_agent_sees_his_own_day(full):
    with at_work(full, ALICE) as alice:
        before = int(figures(alice)["services"])
        served(VisitorPerson(full), alice, answer="您好")
        after = figures_with(alice, before + 1)
        assert "–" not in (after["first_reply"], after["service"])
    with at_work(full, BOB) as bob:
        others = int(figures(bob)["services"])
        served(VisitorPerson(full), bob)
        figures_with(bob, others + 1)
