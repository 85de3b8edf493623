"""Service records through the front door, on both sizes: the sweep indexes, workers write exports, erasure forgets."""

import re

import pytest

from tests.people import ADMIN, ALICE, BOB, VisitorPerson, at_work, log_in, submit
from tests.waiting import until


def served(house, alice, *said: str) -> VisitorPerson:
    """A visitor who said this to alice and left."""
    vera = VisitorPerson(house)
    vera.say("人工")
    row = alice.wait_for_row(vera.openid)
    vera.conversation, vera.session = row["conversation"], row["session"]["id"]
    for words in said:
        vera.say(words)
    return vera


def records(person, **query) -> str:
    return person.get("/workbench/records/", params=query).text


@pytest.mark.feature("W47", "W48", "W52", "A99", "A87")
def test_what_was_said_is_found_by_its_agent_alone(house):
    with at_work(house, ALICE) as alice:
        vera = served(house, alice, "蓝色雨伞要退款", "芝麻开门是密码")
        other = served(house, alice, "红色雨伞要换货")
        assert until(lambda: vera.openid in records(alice.http, q="退款"))
        page = records(alice.http, q="蓝色雨伞")
        assert vera.openid in page and other.openid not in page
        assert vera.openid not in records(alice.http, q="雨伞蓝色") and "雨伞" not in records(alice.http, q="开门了")
        bob = log_in(house, BOB)
        assert vera.openid not in records(bob, q="退款")
        assert bob.get(f"/workbench/records/{vera.session}/").status_code == 404
        assert vera.openid in records(log_in(house, ADMIN), q="退款")
        # What is taken back is found no more.
        seq = next(e["seq"] for e in vera.entries() if "芝麻" in str(e.get("elem")))
        assert until(lambda: vera.openid in records(alice.http, q="芝麻"))
        vera.send({"op": "message.recall", "seq": seq})
        assert until(lambda: vera.openid not in records(alice.http, q="芝麻"))


@pytest.mark.feature("D5", "D10")
def test_workers_write_exports_and_an_erased_customer_is_gone(house):
    with at_work(house, ALICE) as alice:
        vera = served(house, alice, "我的地址是梧桐路9号")
        alice.must("session.end", session=vera.session)
        admin = log_in(house, ADMIN)
        start = f"/admin/routing/assignment/export/?q={vera.openid}"
        page = submit(admin, start, kind="csv")
        export = int(re.search(r"/workbench/export/(\d+)/", str(page.url))[1])
        address = f"/admin/workbench/export/{export}/"
        assert until(lambda: f"{address}file/" in admin.get(address).text)
        fetched = admin.get(f"{address}file/")
        assert fetched.headers["content-disposition"].startswith("attachment")
        assert vera.openid in fetched.content.decode("utf-8-sig")
        for stranger in (alice.http, log_in(house, BOB)):
            assert vera.openid not in stranger.get(f"{address}file/").text
        customers = admin.get("/admin/workbench/customer/", params={"q": vera.openid}).text
        pk = int(re.search(r"/admin/workbench/customer/(\d+)/change/", customers)[1])
        submit(admin, f"/admin/workbench/customer/{pk}/erase/", openid=vera.openid)
        assert f"/customer/{pk}/change/" not in admin.get("/admin/workbench/customer/", params={"q": vera.openid}).text
        assert admin.get(f"{address}file/").status_code == 404
        assert "梧桐路" not in alice.http.get(f"/workbench/records/{vera.session}/").text
        back = VisitorPerson(house, token=vera.token)
        assert back.openid != vera.openid and back.welcome["entries"] == []


@pytest.mark.feature("W50", "A100")
def test_an_ended_session_is_a_normal_record_with_its_length(full):
    with at_work(full, ALICE) as alice:
        vera = served(full, alice, "谢谢")
        alice.must("session.end", session=vera.session)
        page = records(alice.http, q=vera.openid)
        assert "正常通话" in page and "00:00:0" in page
