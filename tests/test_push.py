"""Web push through the front door: a phone that sleeps is woken, its agent stays present and comes back (promise 8)."""

import time

import httpx
import pytest

from tests.house import house_of
from tests.people import ALICE, AgentPerson, VisitorPerson, log_in, submit
from tests.phones import push_service
from tests.test_desk import change
from tests.waiting import until

LONG_AFTER_THE_GRACE = 9  # seconds; the grace is set to 5


@pytest.fixture(params=["full", "small"], scope="module")
def reachable(request, tmp_path_factory):
    """A house whose operator allows a push service on loopback."""
    with house_of(request.param, tmp_path_factory.mktemp("push"), "push", OUTGOING_ALLOWED="127.0.0.1") as house:
        change(house, mode="manual", accept_seconds=60, grace_seconds=5)
        yield house


def page_token(client: httpx.Client) -> str:
    return client.get("/workbench/phone/").text.split('name="csrf-token" content="')[1].split('"')[0]


def switch_on(client: httpx.Client, subscription: object, method: str = "POST") -> httpx.Response:
    """As the page does it."""
    headers = {"X-CSRFToken": page_token(client), "Referer": str(client.base_url)}
    return client.request(method, "/workbench/push/", json=subscription, headers=headers)


def has_push(house) -> bool:
    return house.python("from routing.models import Desk; print(Desk.objects.filter(has_push=True).exists())") == "True"


def status_of(house) -> str:
    return house.python(f"from routing.models import Desk; print(Desk.objects.get(member__account={ALICE!r}).status)")


@pytest.mark.feature("W57", "W58", "W59", "W34", "A49")
def test_a_sleeping_phone_is_offered_a_session_and_its_agent_accepts(reachable):
    with push_service() as service:
        alice, phone = AgentPerson(reachable, ALICE), service.phone()
        assert switch_on(alice.http, phone.subscription).status_code == 204
        assert has_push(reachable)
        alice.close()  # the screen goes dark
        time.sleep(LONG_AFTER_THE_GRACE)
        assert status_of(reachable) == "free", "present while asleep"
        vera = VisitorPerson(reachable)
        vera.say("人工")
        headers, notice = phone.wait()
        assert (headers["urgency"], 0 < int(headers["ttl"]) <= 60) == ("high", True)
        assert vera.openid[10:14] in notice["title"] and "请求接入" in notice["title"]
        assert notice["actions"] == [{"action": "accept", "title": "接入"}]
        (offer,) = alice.come_in(cursors={})["offers"]
        assert offer["session"] == notice["session"]
        alice.must("offer.accept", session=notice["session"])
        vera.wait_for_state("serving")
        alice.close()  # and asleep again
        vera.say("还在吗")
        assert phone.wait_for(notice["session"])["body"] == "还在吗"
        submit(alice.http, "/accounts/logout/", "/workbench/")
        until(lambda: not has_push(reachable))
        until(lambda: status_of(reachable) == "offline")


@pytest.mark.feature("W58", "A49")
def test_without_notices_the_same_agent_is_lost(reachable):
    """The control of the test above."""
    alice = AgentPerson(reachable, ALICE)
    alice.close()
    until(lambda: status_of(reachable) == "offline", seconds=30)


@pytest.mark.feature("W58", "W59")
def test_a_browser_that_does_not_want_to_be_woken_is_forgotten(reachable):
    with push_service() as service:
        alice, phone = AgentPerson(reachable, ALICE), service.phone()
        switch_on(alice.http, phone.subscription)
        submit(alice.http, "/workbench/push/test/", "/accounts/password/change/")
        assert phone.wait_for("test")["title"] == "通知已开启"
        phone.status = 410  # the browser's user took the permission back
        submit(alice.http, "/workbench/push/test/", "/accounts/password/change/")
        until(lambda: not has_push(reachable))
        switch_on(alice.http, phone.subscription)
        assert has_push(reachable)
        assert switch_on(alice.http, None, "DELETE").status_code == 204
        assert not has_push(reachable)
        alice.go_home()


@pytest.mark.feature("W58")
def test_odd_subscriptions_are_refused(full):
    client = log_in(full, ALICE)
    with push_service() as service:
        good = service.phone().subscription
        odd = [
            None,
            [],
            {"endpoint": good["endpoint"]},
            good,  # http, and not of the operator's own network
            {**good, "endpoint": "https://"},
            {**good, "endpoint": "https://[::1"},
            {**good, "endpoint": "https://push.example.com/" + "x" * 1000},
            {"endpoint": "https://push.example.com/a", "keys": {"p256dh": "AAAA", "auth": good["keys"]["auth"]}},
            {"endpoint": "https://push.example.com/a", "keys": {**good["keys"], "auth": "AAAA"}},
        ]
        for said in odd:
            answer = switch_on(client, said)
            assert (answer.status_code, answer.json()["errors"][0]["reason"] != "") == (400, True), said
    assert not has_push(full)
    assert httpx.post(f"{full.url}/workbench/push/", json=good).status_code == 403  # no CSRF token
    token = page_token(client)
    cookies = {"csrftoken": client.cookies["csrftoken"]}
    stranger = httpx.post(
        f"{full.url}/workbench/push/", json=good, cookies=cookies, headers={"X-CSRFToken": token, "Referer": full.url}
    )
    assert stranger.status_code == 401
