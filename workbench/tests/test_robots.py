"""Robots of group chats and text messages: what they say, to whom, when, and how the console shows it (W58, W59)."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import sms
from accounts.models import Role
from routing.models import Desk
from tests.cast import Vera, make_member, sit_down
from tests.robots import SECRET, group_chat
from workbench.models import NoticeChoice, NoticeDelivery, Robot
from workbench.notices import looking, outbox
from workbench.tests.test_notices import rules

pytestmark = pytest.mark.usefixtures("desk", "unhashed_files")
LATER = timedelta(seconds=40)


@pytest.fixture
def group(settings):
    settings.OUTGOING_ALLOWED = ["127.0.0.1"]
    settings.LANGUAGE_CODE = "zh-hans"
    with group_chat() as group:
        yield group


@pytest.fixture
def alice():
    member = make_member("alice")
    member.phone = "+8613800138000"
    member.save()
    sit_down(member)
    return member


@pytest.fixture
def sofia():
    client = Client()
    client.force_login(make_member("sofia", Role.ADMIN))
    return client


def robot(group, kind="wecom", secret=SECRET):
    row = Robot(kind=kind, name="值班群")
    row.seal(group.address(kind), secret)
    row.save()
    return row


def send(at=None):
    now = at or timezone.now()
    outbox.note(looking.news_for_elsewhere(now), now)
    return outbox.deliver(outbox.claim(now))


def text_of(body):
    return body["text"]["content"] if "text" in body else body["content"]["text"]


def serve_unread(alice):
    vera = Vera()
    vera.serve(alice)
    vera.post("还在吗")
    return vera


@pytest.mark.feature("W58")
@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_it_works(group, alice, kind):
    """Signed as each product asks; it names the agent, the visitor, and where to go."""
    row, vera = robot(group, kind), serve_unread(alice)
    assert send() == 0, "he may be answering"
    assert send(timezone.now() + LATER) >= 1
    body = group.wait()
    said = text_of(body)
    assert "【Alice】" in said and vera.visitor.display_name in said
    assert f"/workbench/?open={vera.session.session_id}" in said
    if kind == "wecom":
        assert body["text"]["mentioned_mobile_list"] == ["13800138000"]
    if kind == "dingtalk":
        assert body["at"]["atMobiles"] == ["13800138000"] and "@13800138000" in said
    row.refresh_from_db()
    assert row.told_at and not row.remark
    assert NoticeDelivery.objects.filter(is_delivered=True, by__contains="值班群").exists()


@pytest.mark.feature("W58")
@pytest.mark.parametrize("kind", ["dingtalk", "feishu", "wecom"])
def test_a_refusal_is_shown_in_the_console(group, alice, sofia, kind):
    row = robot(group, kind, secret="wrong")
    if kind == "wecom":
        row.seal(group.url + "/cgi-bin/webhook/send?key=stolen", "")
        row.save()
    serve_unread(alice)
    send(timezone.now() + LATER)
    row.refresh_from_db()
    assert row.failed_at and row.remark
    for page in ("robot", "noticedelivery"):
        shown = sofia.get(f"/admin/workbench/{page}/").content.decode()
        assert ("sign" in shown or "invalid webhook url" in shown) and "失败" in shown


@pytest.mark.feature("W58")
def test_who_reacts_or_does_not_want_it_is_not_told(group, alice):
    robot(group)
    vera = serve_unread(alice)
    client = Client()
    client.force_login(alice)
    url = "/workbench/notices/elsewhere/"
    assert client.post(url, json.dumps("no"), content_type="application/json").status_code == 400
    assert client.post(url, "false", content_type="application/json").status_code == 204
    assert send(timezone.now() + LATER) == 0
    assert client.post(url, "true", content_type="application/json").status_code == 204
    assert NoticeChoice.objects.get().is_told_elsewhere
    from sessions_flow.actions import AGENT, mark_read

    mark_read(vera.conversation.pk, AGENT, 10_000)
    assert send(timezone.now() + LATER) == 0
    Desk.objects.update(status="offline")
    vera.post("hello?")
    assert send(timezone.now() + LATER) == 0
    assert Client().post(url, "true", content_type="application/json").status_code == 401


@pytest.mark.feature("W58", "W59")
def test_text_messages_go_to_the_bound_phone_one_a_minute(alice, settings):
    settings.SMS_BACKEND, settings.LANGUAGE_CODE = "workbench.tests.test_robots.keep", "zh-hans"
    rules(sends_sms=True)
    sent.clear()
    serve_unread(alice)
    serve_unread(alice)
    send(timezone.now() + LATER)
    send(timezone.now() + LATER + timedelta(seconds=1))
    assert [message.phone for message in sent] == ["+8613800138000"]
    assert "访客_" in sent[0].text
    assert NoticeDelivery.objects.get().by == "SMS"


sent: list[sms.Message] = []


def keep(message: sms.Message) -> None:
    sent.append(message)


@pytest.mark.feature("W58")
def test_an_admin_sets_up_tests_and_removes_a_robot(group, sofia):
    form = {"kind": "dingtalk", "name": "夜班群", "address": "http://10.0.0.1/x", "secret": SECRET, "is_enabled": "on"}
    refused = sofia.post("/admin/workbench/robot/add/", form)
    assert refused.status_code == 200 and not Robot.objects.exists()
    sofia.post("/admin/workbench/robot/add/", {**form, "address": group.address("dingtalk")})
    row = Robot.objects.get()
    assert (row.address, row.secret) == (group.address("dingtalk"), SECRET)
    assert row.address not in row.sealed_address and SECRET not in row.sealed_secret
    page = f"/admin/workbench/robot/{row.pk}"
    shown = sofia.get(f"{page}/change/").content.decode()
    assert SECRET not in shown and "access_token=t1" not in shown
    sofia.post(f"{page}/change/", {**form, "name": "白班群", "address": "", "secret": ""})
    row.refresh_from_db()
    assert (row.name, row.address, row.secret) == ("白班群", group.address("dingtalk"), SECRET)
    assert "夜班群" not in sofia.get(f"{page}/test/").content.decode()
    sofia.post(f"{page}/test/")
    outbox.deliver(outbox.claim(timezone.now()))
    assert "通知已开启" in text_of(group.wait())
    assert NoticeDelivery.objects.get().event == "test"
    sofia.post(f"{page}/delete/")
    assert not Robot.objects.exists()


@pytest.mark.feature("W58")
def test_an_admin_chooses_the_events(sofia, settings):
    url, form = "/admin/workbench/noticerules/", {
        "tells_sessions": "on", "queue_longer_than": "3", "offer_seconds": "5", "message_seconds": "30",
    }  # fmt: skip
    sofia.post(url, {**form, "sends_sms": "on"})
    from workbench.models import NoticeRules

    assert NoticeRules.get_solo().queue_longer_than == 10, "text messages are not set up"
    sofia.post(url, form)
    saved = NoticeRules.get_solo()
    assert (saved.tells_sessions, saved.tells_messages, saved.queue_longer_than) == (True, False, 3)
    agent = Client()
    agent.force_login(make_member("bob"))
    for page in (url, "/admin/workbench/robot/", "/admin/workbench/noticedelivery/"):
        assert agent.get(page).status_code in (302, 403)
