"""The main job, end to end over the sockets, on both sizes: ask the bot, get a human, be rated."""

import pytest

from tests.people import ALICE, BOB, VisitorPerson, at_work, custom, payload_of, text, text_of


@pytest.mark.feature("B39", "F3", "F16", "F20", "F21", "U4")
def test_it_works(house):
    vera = VisitorPerson(house)
    vera.trigger()
    card = vera.wait_for_src("29")
    assert payload_of(card)["subtype"] == "welcome_msg"
    vera.say("机器人的知识库在哪里改")
    vera.wait_for_text("知识库")
    with at_work(house, ALICE) as alice:
        vera.say("转人工服务")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        vera.say("你好,请问几点下班?")
        alice.wait_for_text(row["conversation"], "几点下班")
        alice.say(row["conversation"], "晚上九点")
        vera.wait_for_text("晚上九点")
        alice.must("session.end", session=row["session"]["id"])
        rating = payload_of(vera.wait_for_src("9"))["menuContent"]
        assert "selected" not in rating
        vera.wait_for_state("ended")
        choice = {**rating["menu"][4], "sessionId": rating["sessionId"]}
        vera.post(custom(src="10", menuSelected=choice))
        changed = vera.wait_for_entry(lambda entry: (entry.get("event") or {}).get("type") == "message.modified")
        assert '"selected"' in changed["event"]["elem"]["MsgContent"]["Data"]
        alice.wait_for_row(vera.openid, "ended")
    seqs = [entry["seq"] for entry in vera.entries()]
    assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.feature("M34", "M43", "A20")
def test_the_longest_idle_agent_is_chosen_and_the_next_queues(full):
    """M34, M43 to M45: limit 1, two agents, three visitors."""
    set_limit(full, 1)
    try:
        with at_work(full, ALICE, BOB) as (alice, bob):
            people = [VisitorPerson(full) for _ in range(3)]
            for vera in people[:2]:
                vera.say("人工")
                vera.wait_for_state("serving")
            agents = {person.entries()[-1]["event"]["session"]["agent"]["id"] for person in people[:2]}
            assert len(agents) == 2
            third = people[2]
            third.say("人工")
            third.wait_for_state("waiting")
            third.wait_for_text("1")
            place = third.wait_for(lambda frame: frame["op"] == "queue" and frame["position"])
            assert (place["position"], place["ahead"]) == (1, 0)
            first = next(agent for agent in (alice, bob) if _serves(agent, people[0].openid))
            session = first.wait_for_row(people[0].openid)["session"]["id"]
            first.must("session.end", session=session)
            third.wait_for_state("serving")
    finally:
        set_limit(full, 5)


def _serves(agent, openid):
    return any(row["visitor"]["id"] == openid for row in agent.newest()["serving"])


def set_limit(house, limit):
    house.python(f"from routing.models import Reception; r = Reception.get_solo(); r.limit = {limit}; r.save()")
    house.settle_settings()


@pytest.mark.feature("M31", "A33")
def test_nobody_at_work(house):
    """A33: the failure text, and the visitor stays with the bot."""
    vera = VisitorPerson(house, language="en")
    vera.say("human")
    vera.wait_for_text("No agent is available")
    vera.say("What does this product do?")
    assert vera.wait_for_entry(lambda entry: entry["from"]["kind"] == "bot")


@pytest.mark.feature("A97")
def test_a_resent_client_id_is_stored_once(house):
    """Promise 2: even with another body, the first one's seq is the answer."""
    vera = VisitorPerson(house)
    first = vera.say("一")
    vera.post(text("二"), first["client_id"])
    again = vera.wait_for_entry(lambda entry: entry["client_id"] == first["client_id"])
    assert (again["seq"], text_of(again)) == (first["seq"], "一")


def test_two_tabs_show_the_same(house):
    vera = VisitorPerson(house)
    tab = VisitorPerson(house, token=vera.token)
    said = vera.say("两个标签页")
    assert tab.wait_for_text("两个标签页")["seq"] == said["seq"]


def test_resume_from_any_seq(house):
    """Promise 4: everything after last_seq, without a window."""
    vera = VisitorPerson(house)
    for number in range(50):
        vera.post(text(f"第{number}句"))
    last = 102  # welcome text and card, 50 questions and 50 answers
    vera.wait_for_entry(lambda entry: entry["seq"] == last, 40)
    everything = {entry["seq"]: entry for entry in vera.entries()}
    for seq in (0, 1, 30, max(everything)):
        back = VisitorPerson(house, token=vera.token, last_seq=seq)
        while seq < last and max(entry["seq"] for entry in back.entries()) < last:
            assert back.receive(10)
        assert [entry["seq"] for entry in back.entries()] == [n for n in sorted(everything) if n > seq]
        back.close()


def test_agent_cannot_write_into_a_session_that_is_over(full):
    """Promise 8: a zombie's words are refused."""
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        alice.must("session.end", session=row["session"]["id"])
        refused = alice.ask(
            "message.post", conversation=row["conversation"], client_id=alice.new_client_id(), elem=text("还在吗")
        )
        assert (refused["ok"], refused["code"]) == (False, 10150)


def test_long_messages_reach_everybody(house):
    """Pages, gaps and histories far above one frame's usual size: nothing is lost, nobody is closed."""
    vera = VisitorPerson(house)
    with at_work(house, ALICE) as alice:
        vera.say("人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        for number in range(40):
            vera.post(text(f"{number} " + "长" * 4900))
        alice.wait_for_text(row["conversation"], "39 长", 20)
        history = alice.must("history", conversation=row["conversation"])
        assert len(history["entries"]) == 47 or history["has_more"]
        back = VisitorPerson(house, token=vera.token)
        assert len(back.welcome["entries"]) >= 40


@pytest.mark.feature("W9", "A96", "A109")
def test_coming_back_restores_and_opening_sets_free(full):
    """A109: who chose 下线 stays offline when his connection returns; opening the workbench sets 示闲."""
    with at_work(full, ALICE) as alice:
        alice.must("status.set", status="offline")
        alice.close()
        assert alice.come_in({})["status"]["status"] == "offline"
        alice.close()
        assert alice.come_in()["status"]["status"] == "free"
        alice.must("status.set", status="rest", reason="meal")
        alice.close()
        assert alice.come_in()["status"]["status"] == "rest"


@pytest.mark.feature("A60")
def test_a_rated_session_has_no_open_card_left(full):
    """A60: a card that was sent twice is answered twice, and the session cannot be rated again."""
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        row = alice.wait_for_row(vera.openid)
        alice.must("rating.invite", session=row["session"]["id"])
        card = payload_of(vera.wait_for_src("9"))["menuContent"]
        alice.must("session.end", session=row["session"]["id"])
        vera.wait_for_state("ended")
        vera.post(custom(src="10", menuSelected={**card["menu"][0], "sessionId": card["sessionId"]}))
        vera.listen(0.5)
    changed = [entry["event"]["target"] for entry in vera.entries() if "target" in (entry.get("event") or {})]
    cards = [entry["seq"] for entry in vera.entries() if payload_of(entry).get("src") == "9"]
    assert len(cards) == 2 and sorted(changed) == cards


@pytest.mark.feature("A27", "F46", "W40")
def test_both_sides_recall(house):
    """Over the sockets: an event for both, nothing left in history, refusals with a reason."""
    vera = VisitorPerson(house)
    with at_work(house, ALICE) as alice:
        vera.say("人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        seq = vera.say("说错了")["seq"]
        alice.wait_for_text(row["conversation"], "说错了")
        refused = alice.ask("message.recall", conversation=row["conversation"], seq=seq)
        assert (refused["code"], bool(refused["reason"])) == (10403, True)
        vera.send({"op": "message.recall", "seq": seq})
        recalled = {"type": "message.recalled", "target": seq}
        vera.wait_for_entry(lambda entry: entry.get("event") == recalled)
        alice.wait_for(lambda frame: frame["op"] == "entries" and frame["entries"][-1].get("event") == recalled)
        alice.say(row["conversation"], "发错窗口了")
        mine = vera.wait_for_text("发错窗口了")["seq"]
        vera.send({"op": "message.recall", "seq": mine})
        assert vera.wait_for(lambda frame: frame["op"] == "refused")["code"] == 10403
        alice.must("message.recall", conversation=row["conversation"], seq=mine)
        vera.wait_for_entry(lambda entry: (entry.get("event") or {}).get("target") == mine)
        vera.send({"op": "history"})
        page = vera.wait_for(lambda frame: frame["op"] == "history")
        assert "说错了" not in str(page) and "发错窗口了" not in str(page)
        assert {entry["seq"] for entry in page["entries"] if entry.get("recalled")} == {seq, mine}
        vera.send({"op": "message.recall", "seq": "x"})
        assert vera.wait_for(lambda frame: frame["op"] == "refused")["code"] == 10151


def test_the_visitor_votes_on_an_answer(house):
    """Over the socket: told in the stream, and refused with a reason where there is no answer."""
    vera = VisitorPerson(house)
    asked = vera.say("怎么把上班时间配置一下")["seq"]
    answer = vera.wait_for_entry(lambda entry: entry["from"]["id"] == "answer")["seq"]
    vera.send({"op": "answer.vote", "seq": answer, "up": True})
    vera.wait_for_entry(lambda entry: entry.get("event") == {"type": "answer.voted", "target": answer, "up": True})
    for frame, code in [
        ({"seq": asked, "up": True}, 10404),
        ({"seq": answer, "up": "yes"}, 10151),
        ({"seq": answer}, 10151),
    ]:
        vera.send({"op": "answer.vote", **frame})
        refused = vera.wait_for(lambda frame: frame["op"] == "refused")
        assert (refused["code"], bool(refused["reason"])) == (code, True)


@pytest.mark.feature("A97")
def test_both_sides_see_how_far_the_other_has_read(full):
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        asked = vera.say("看到了吗")["seq"]
        alice.wait_for_text(row["conversation"], "看到了吗")
        alice.must("read", conversation=row["conversation"], seq=asked)
        told = vera.wait_for(lambda frame: frame["op"] == "read")
        assert (told["by"], told["seq"]) == ("agent", asked)
        alice.say(row["conversation"], "看到了")
        answer = vera.wait_for_text("看到了")["seq"]
        vera.send({"op": "read", "seq": answer})
        told = alice.wait_for(lambda frame: frame["op"] == "read")
        assert (told["by"], told["seq"], told["conversation"]) == ("visitor", answer, row["conversation"])
        vera.send({"op": "read", "seq": asked})  # never back
        back = VisitorPerson(full, token=vera.token)
        assert back.welcome["read_seq"] == asked
        alice.say(row["conversation"], "还有别的问题吗")
        newest = vera.wait_for_text("还有别的问题吗")["seq"]
        vera.send({"op": "read", "seq": newest + 1000})  # not further than there is
        assert alice.wait_for(lambda frame: frame["op"] == "read")["seq"] == newest
