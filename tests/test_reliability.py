"""The promises of docs/promises.md in their short form. Each test has an installation of its own and breaks it."""

import json
import random
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests import servers
from tests.house import full_house, small_house, start_workers
from tests.people import ALICE, VisitorPerson, at_work, text, text_of


def stored_texts(vera: VisitorPerson) -> list[tuple[int, str]]:
    back = VisitorPerson(vera.house, token=vera.token, last_seq=0)
    entries = back.welcome["entries"]
    back.close()
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1)), "a gap or a wrong order"
    return [(entry["seq"], text_of(entry)) for entry in entries if entry["from"]["kind"] == "visitor"]


def test_kill_9_loses_nothing_acknowledged(fragile):
    """Promises 1 to 3 and 5: ack means committed, stored once, gapless."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    vera = VisitorPerson(fragile)
    acked: dict[str, int] = {}
    sent: dict[str, str] = {}
    deadly = 20 + seed % 17
    with suppress(ConnectionClosed):
        for number in range(60):
            client_id = f"k{number}"
            sent[client_id] = f"第{number}句"
            vera.post(text(sent[client_id]), client_id)
            if number == deadly:
                fragile.kill("web")
            if number % 3 == 0:
                vera.receive(0.5)
    with suppress(ConnectionClosed):
        vera.listen(0.5)
    acked = {entry["client_id"]: entry["seq"] for entry in vera.entries() if entry["client_id"]}
    assert acked
    fragile.start_web()
    vera.come_in(last_seq=max(acked.values()))
    for client_id, said in sent.items():  # the outbox of a real client: everything again, with the same ids
        vera.post(text(said), client_id)
        time.sleep(0.02)
    vera.wait_for_entry(lambda entry: entry["client_id"] == list(sent)[-1])
    vera.listen(1.0)
    stored = stored_texts(vera)
    assert sorted(said for _, said in stored) == sorted(sent.values()), f"seed {seed}"
    by_text = {said: seq for seq, said in stored}
    assert all(by_text[sent[client_id]] == seq for client_id, seq in acked.items()), f"seed {seed}"


def test_sigterm_drains(fragile):
    """Promise 10: clients are told to come back, everything is committed, out within 10 s with exit code 0."""
    vera = VisitorPerson(fragile)
    for number in range(30):
        vera.post(text(f"收尾{number}"), f"d{number}")
    vera.wait_for_entry(lambda entry: entry["client_id"] == "d0")
    started = time.monotonic()
    assert fragile.stop("web") == 0, fragile.log()
    assert time.monotonic() - started < 10
    with suppress(ConnectionClosed):
        vera.listen(1.0)
    assert any(frame["op"] == "reconnect" for frame in vera.frames)
    acked = {entry["client_id"] for entry in vera.entries() if entry["client_id"]}
    fragile.start_web()
    assert len(stored_texts(vera)) >= len(acked)


def test_a_second_process_is_refused_on_the_embedded_default(tmp_path_factory):
    with small_house(tmp_path_factory.mktemp("fragile") / "second") as house:
        house.env["PORT"] = str(servers.free_port())
        with pytest.raises(RuntimeError, match="another server already uses"):
            house.manage("serve")


def test_a_busy_port_says_so(small):
    with pytest.raises(RuntimeError, match=r"cannot listen on .* Choose another with PORT"):
        small.manage("serve")


def test_without_redis_people_keep_talking(tmp_path_factory):
    """Promise 5: with Redis dead sending still works and readers catch up; after its return deadlines are served."""
    folder = tmp_path_factory.mktemp("fragile")
    url, process = servers.start_redis(folder / "redis")
    with full_house(folder / "house", "noredis", REDIS_URL=url) as house, at_work(house, ALICE) as alice:
        vera = VisitorPerson(house)
        vera.say("人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        process.kill()
        process.wait()
        vera.say("Redis 没有了")
        alice.wait_for_text(row["conversation"], "Redis 没有了")
        alice.say(row["conversation"], "我还在")
        vera.wait_for_text("我还在")
        assert house.manage("check")


def test_idle_sockets_stay(full):
    """redis-py 8 dropped idle subscribers after 5 s."""
    vera, vickie = VisitorPerson(full), VisitorPerson(full)
    vera.listen(7.0)
    assert vera.say("还连着吗")
    assert vickie.say("我也连着")


@pytest.mark.feature("A49")
def test_a_lost_agent_gives_the_visitor_back(fragile):
    """Promise 8: after the grace the session waits again, at the head, and the next agent gets it."""
    fragile.python("from routing.models import Reception; r = Reception.get_solo(); r.grace_seconds = 5; r.save()")
    vera = VisitorPerson(fragile)
    with at_work(fragile, ALICE) as alice:
        vera.say("人工")
        vera.wait_for_state("serving")
        alice.close()
        vera.wait_for_state("waiting", 15)
        vera.wait_for_text("", 1)
        alice.come_in()
        alice.must("status.set", status="free")
        vera.wait_for_state("serving", 10)


def test_the_other_process_hears(tmp_path_factory):
    """Two web processes on one bus: a message stored by one reaches a socket of the other at once."""
    with full_house(tmp_path_factory.mktemp("fragile") / "two", "two") as house:
        first_port, house.port = house.port, servers.free_port()
        house.env["PORT"] = str(house.port)
        house.processes["web1"] = house.processes.pop("web")
        house.start_web()
        there = VisitorPerson(house)
        house.port = first_port
        here = VisitorPerson(house, token=there.token)
        started = time.monotonic()
        here.say("隔壁听得见吗")
        there.wait_for_text("隔壁听得见吗")
        assert time.monotonic() - started < 2, json.dumps(there.frames[-2:])


@pytest.mark.feature("F28")
def test_workers_may_die(fragile):
    """Promise 5: deadlines pause without the workers and are served after their return."""
    if "worker" not in fragile.processes:
        pytest.skip("the embedded default has no separate workers")
    vera = VisitorPerson(fragile)
    fragile.kill("worker")
    fragile.kill("beat")
    fragile.python("from sessions_flow.models import Closing; c = Closing.get_solo(); c.reply_seconds = 1; c.save()")
    with at_work(fragile, ALICE) as alice:
        vera.say("人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        time.sleep(1.1)
        alice.say(row["conversation"], "还有别的问题吗")
        vera.wait_for_text("还有别的问题吗")
        vera.listen(2.0)
        assert not any(
            (entry.get("event") or {}).get("session", {}).get("state") == "ended" for entry in vera.entries()
        )
        start_workers(fragile)
        vera.wait_for_state("ended", 15)
        vera_src = [
            entry for entry in vera.entries() if '"src":"20"' in json.dumps(entry["elem"] or {}).replace("\\", "")
        ]
        assert vera_src, "a time-out is flagged by src 20"
