"""Overload is visible and idle clients are cheap: limits per address, key and visitor; 200 streams; the drain."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from django.core.cache.backends.redis import RedisCache
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from accounts.addresses import network_of
from sessions_flow.doors import limits
from tests.house import PASSWORD, full_house
from tests.people import ALICE, submit
from tests.rest import Events, RestVisitor

PEOPLE, STREAMS = 25, 8  # 200 idle clients: as many each as one visitor may have
HOSTS = ["203.0.113.7", "203.0.113.8", "2001:db8:1:2::3", "2001:db8:1:2::4", "2001:db8:1:3::1"]


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """Behind a proxy that says where people come from, with narrow limits."""
    narrow = {
        "TRUSTED_PROXIES": "127.0.0.1",
        "NEW_VISITORS_PER_MINUTE": "4",
        "API_VISITOR_RATE": "20",
        "LOGIN_RATE": "3",
    }
    with full_house(tmp_path_factory.mktemp("strict") / "house", "strict", **narrow) as house:
        yield house


def come_by_socket(house, address: str) -> int:
    """The close code, 0 for a welcome."""
    with connect(f"{house.socket_url}/ws/chat/", additional_headers={"X-Forwarded-For": address}) as socket:
        socket.send(f'{{"op":"hello","web_app_id":"{house.web_app_id}"}}')
        try:
            assert '"op":"welcome"' in socket.recv(timeout=15)
        except ConnectionClosed as closed:
            return closed.rcvd.code
        return 0


def come_by_rest(house, address: str, **what) -> httpx.Response:
    url = f"{house.url}/api/v1/channels/{house.web_app_id}/visitors/"
    return httpx.post(url, json=what, headers={"X-Forwarded-For": address})


@pytest.mark.feature("A88")
def test_new_visitors_of_one_address_are_limited(strict):
    """Sockets and REST count together, a neighbour is not counted, an IPv6 network is one address; whoever is known
    comes in. A window may turn over in the middle, so twice the limit is tried."""
    here, neighbour = HOSTS[:2]
    known = come_by_rest(strict, here).json()["token"]
    doors = [come_by_socket(strict, here) if turn % 2 else come_by_rest(strict, here).status_code for turn in range(10)]
    assert 4429 in doors and 429 in doors, doors
    refused = next(answer for answer in (come_by_rest(strict, here) for _ in range(10)) if answer.status_code == 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60 and refused.json()["errors"][0]["reason"]
    again = httpx.post(
        refused.request.url, json={}, headers={"Authorization": f"Bearer {known}", "X-Forwarded-For": here}
    )
    assert again.status_code == 201
    assert come_by_rest(strict, neighbour).status_code == 201 and come_by_socket(strict, neighbour) == 0
    six = [come_by_rest(strict, HOSTS[2 + turn % 2]).status_code for turn in range(10)]
    assert 429 in six and come_by_rest(strict, HOSTS[4]).status_code == 201


def test_too_fast_is_told(strict):
    """A visitor's own limit, over plain requests and live ones together."""
    vera = RestVisitor(strict)
    answers = [vera.ask("GET", "updates/" if turn % 2 else "") for turn in range(50)]
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert slowed and all(int(answer.headers["Retry-After"]) >= 1 for answer in slowed)
    assert all(answer.json()["errors"][0]["reason"] for answer in slowed)


def come_in(house, address: str) -> int:
    """The status of what a right password leads to: 302, or 429."""
    with httpx.Client(base_url=house.url, headers={"X-Forwarded-For": address}) as client:
        return submit(client, "/accounts/login/", login=ALICE, password=PASSWORD).status_code


@pytest.mark.feature("A88")
def test_logins_of_one_address_are_limited(strict):
    """A window may turn over in the middle, so twice the limit is tried; the office next door is not counted."""
    tried = [come_in(strict, HOSTS[0]) for _ in range(7)]
    assert tried[:3] == [302] * 3 and 429 in tried, tried
    assert come_in(strict, HOSTS[1]) == 302


def test_a_dead_cache_limits_nobody(monkeypatch):
    monkeypatch.setattr(limits, "cache", RedisCache("redis://127.0.0.1:1", {}))
    assert limits.seconds_to_wait("test", "vera", 1) == limits.seconds_to_wait("test", "vera", 1) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("127.0.0.1", ""), ("::1", ""), ("::ffff:127.0.0.1", ""), ("unix", ""), ("", ""),
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"), ("fe80::1%eth0", "fe80::/64"), ("2001:db8:1:2::3", "2001:db8:1:2::/64"),
    ],
)  # fmt: skip
def test_who_shares_a_limit(address, network):
    assert network_of(address) == network


def threads_of(house) -> int:
    status = Path(f"/proc/{house.processes['web'].pid}/status").read_text()
    return int(re.search(r"Threads:\s+(\d+)", status)[1])


def test_idle_clients_cost_no_threads(small):
    """200 event streams wait in one process; others are served meanwhile, and a word reaches them all."""
    people = [RestVisitor(small) for _ in range(PEOPLE)]
    for person in people:
        person.say("我在")
    asyncio.run(wait_together(small, people, threads_of(small)))


async def wait_together(house, people, before: int) -> None:
    heard = asyncio.Semaphore(0)
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=None)) as client:
        streams = [follow(client, person, heard) for person in people for _ in range(STREAMS)]
        tasks = [asyncio.create_task(stream) for stream in streams]
        for _ in tasks:
            await asyncio.wait_for(heard.acquire(), 30)
        assert (await client.get(f"{house.url}/readyz")).status_code == 200
        one_too_many = await client.get(
            f"{people[0].http.base_url}conversation/events/", headers=people[0].http.headers
        )
        assert one_too_many.status_code == 429
        threads = threads_of(house)
        assert threads - before < 20, f"{len(tasks)} clients, {before} threads before, {threads} now"
        for person in people:
            await asyncio.to_thread(person.say, "都听得到吗")
        for _ in tasks:
            await asyncio.wait_for(heard.acquire(), 30)
        for task in tasks:
            task.cancel()


async def follow(client, person, heard) -> None:
    """Releases `heard` when the stream is open, and when the word came."""
    url = f"{person.http.base_url}conversation/events/"
    async with client.stream("GET", url, headers=person.http.headers) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("retry:") or "都听得到吗" in line:
                heard.release()


def test_a_leaving_server_ends_streams_and_polls(strict):
    """Promise 10 over plain HTTP: told, ended, and nothing is lost on the way back."""
    rest = RestVisitor(strict)
    said = rest.say("快下班了")
    events = Events(rest, last_id=0)
    events.wait_for(lambda entry: entry["seq"] == said["seq"])
    assert strict.stop("web") == 0, strict.log()
    events.thread.join(10)
    assert not events.thread.is_alive() and events.wait_for_frame("reconnect")["after_ms"] > 0
    strict.start_web()
    back = Events(rest, last_id=events.last_id)
    said = rest.say("又上班了")
    back.wait_for(lambda entry: entry["seq"] == said["seq"])
    seqs = [entry["seq"] for entry in events.entries() + back.entries()]
    assert seqs == list(range(1, seqs[-1] + 1))
    back.close()
