"""Service records in the workbench: W47 to W53, A87, A99."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from routing.models import Assignment
from sessions_flow.actions import Sender, recall
from sessions_flow.models import Message, SearchText
from sessions_flow.models.search import grams_of_term
from tests.cast import Vera, make_group, make_member
from tests.filing import file_record, file_session, index_everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]
LIST = reverse("workbench:records")


@pytest.fixture
def alice():
    return make_member("alice")


@pytest.fixture
def desk_of_alice(client: Client, alice) -> Client:
    client.force_login(alice)
    return client


def shown(client: Client, **query) -> list[Assignment]:
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return answer.context["page"].rows


@pytest.mark.feature("W47", "W49", "W50", "A87")
def test_an_agent_reads_his_own_records_alone(desk_of_alice, alice):
    sales = make_group("售前", alice)
    mine = file_record(alice, "你好", nickname="小王", group=sales, group_name="售前")
    missed = file_record(alice, outcome="missed", accepted_at=None)
    others = file_record(make_member("bob"), "你好")
    desk_of_alice.cookies["django_language"] = "zh-hans"
    page = desk_of_alice.get(LIST).content.decode()
    assert {row.pk for row in shown(desk_of_alice)} == {mine.pk, missed.pk}
    heads = ("时间", "会话来源", "openid", "用户昵称", "技能组", "服务状态", "服务时长", "操作")
    assert [page.index(f'<th scope="col"{end}{name}</th>') for name in heads for end in _ends(page, name)]
    for cell in ("网站渠道", mine.session.conversation.visitor.openid, "小王", "售前", "正常通话", "超时转接"):
        assert cell in page
    assert "00:05:00" in page and "00:00:00" in page and "会话记录" in page
    assert others.session.conversation.visitor.openid not in page
    assert desk_of_alice.get(transcript_url(others)).status_code == 404


def _ends(page, name):
    return [end for end in (">", ' class="table__number">') if f'<th scope="col"{end}{name}</th>' in page] or [">"]


def transcript_url(record: Assignment) -> str:
    return reverse("workbench:transcript", args=[record.session.session_id])


@pytest.mark.feature("W48", "A101")
def test_yesterday_and_today_unless_other_days_are_asked_for(desk_of_alice, alice):
    now = timezone.localtime().replace(hour=12)
    today, yesterday = file_record(alice, at=now), file_record(alice, at=now - timedelta(days=1))
    old = file_record(alice, at=now - timedelta(days=2))
    assert shown(desk_of_alice) == [today, yesterday]
    day = (now - timedelta(days=2)).date().isoformat()
    assert shown(desk_of_alice, **{"from": day, "to": day}) == [old]
    assert shown(desk_of_alice, **{"from": "2026-02-31", "to": "nonsense"}) == [today, yesterday]


@pytest.mark.feature("W48")
def test_the_filter_by_group_offers_ones_own(desk_of_alice, alice):
    sales = make_group("售前", alice)
    make_group("售后")
    mine = file_record(alice, group=sales)
    file_record(alice)
    assert shown(desk_of_alice, group=sales.pk) == [mine]
    assert list(desk_of_alice.get(LIST).context["groups"]) == [sales]
    assert len(shown(desk_of_alice, group="x")) == 2


@pytest.mark.feature("W48", "A99")
def test_words_are_found_in_what_was_said_in_names_and_in_openids(desk_of_alice, alice):
    refund = file_record(alice, "我想申请退款,谢谢", "Order No. AB-1234")
    other = file_record(alice, "发票什么时候寄", nickname="退休的老王")
    index_everything()
    visitor = refund.session.conversation.visitor
    for words in ("退款", "申请退", "款", "ab-12", "退款 谢谢", visitor.openid, f"访客_{visitor.openid[10:14]}"):
        assert shown(desk_of_alice, q=words) == [refund], words
    assert shown(desk_of_alice, q="退休") == [other]
    for words in ("款退", "退票", "退款 发票", "%", "_", "a"):
        assert refund not in shown(desk_of_alice, q=words) or words == "a", words


@pytest.mark.feature("A99")
def test_what_the_grams_promise_is_verified(desk_of_alice, alice):
    """All pairs of 人工客服 are in it, but not beside each other."""
    file_record(alice, "客服说人工,工客")
    index_everything()
    assert shown(desk_of_alice, q="人工客服") == []


@pytest.mark.feature("A99", "A27")
def test_a_recalled_message_is_found_no_more(desk, client, unhashed_files):
    alice = make_member("alice")
    vera = Vera()
    vera.post("我的密码是芝麻开门")
    Assignment.objects.create(session=vera.session, member=alice, offered_at=timezone.now())
    assert index_everything() == SearchText.objects.count()
    client.force_login(alice)
    assert len(shown(client, q="芝麻")) == 1
    said = Message.objects.get(text="我的密码是芝麻开门")
    recall(vera.conversation.pk, said.seq, Sender.visitor(vera.visitor))
    assert shown(client, q="芝麻") == []
    assert not SearchText.objects.filter(message=said).exists()


@pytest.mark.feature("A99")
def test_the_sweep_goes_on_where_it_stopped_and_misses_nobody_who_commits_late(alice):
    file_record(alice, "第一句话")
    assert index_everything() == 1 and index_everything() == 0
    late = file_record(alice, "第二句话")
    Message.objects.filter(session=late.session).update(id=Message.objects.get(session=late.session).pk + 10)
    file_record(alice, "第三句话", at=timezone.now())  # its number is below one that is stored already
    assert index_everything() == 2


@pytest.mark.feature("W51")
def test_fifteen_a_page_and_as_many_queries_for_a_thousand(desk_of_alice, alice):
    records = [file_record(alice)]
    with CaptureQueriesContext(
        connection,
    ) as for_one:
        assert shown(desk_of_alice) == records
    conversation = records[0].session.conversation
    now = timezone.now()
    records += [file_session(conversation, alice, at=now - timedelta(minutes=n)) for n in range(40)]
    with CaptureQueriesContext(connection) as for_many:
        answer = desk_of_alice.get(LIST)
    assert len(for_one) == len(for_many)
    assert "41" in answer.content.decode() and len(answer.context["page"].rows) == 15
    seen, query = [], ""
    while True:
        page = desk_of_alice.get(f"{LIST}?{query}").context["page"]
        seen += page.rows
        if not page.older:
            break
        query = page.older
    assert (page.number, page.pages) == (3, 3)
    assert seen == sorted(records, key=lambda record: (record.offered_at, record.pk), reverse=True)
    back = desk_of_alice.get(f"{LIST}?{page.newer}").context["page"]
    assert back.rows == seen[15:30] and back.number == 2
    assert desk_of_alice.get(f"{LIST}?{back.newer}").context["page"].rows == seen[:15]


@pytest.mark.feature("W52", "W53")
def test_the_transcript_names_the_agent_by_his_account(desk_of_alice, alice):
    record = file_record(alice, "你好", nickname="访客_1191")
    session = record.session
    for seq, (kind, sender, text) in enumerate(
        [("system", "", "您好,欢迎"), ("system", "", "正在为您转接"), ("agent", alice.public_id, "在的")], 10
    ):
        Message.objects.create(
            conversation=session.conversation, session=session, seq=seq, kind=kind, sender_id=sender,
            elem={"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}, text=text, created_at=record.offered_at,
        )  # fmt: skip
    desk_of_alice.cookies["django_language"] = "zh-hans"
    answer = desk_of_alice.get(transcript_url(record))
    entries = answer.context["entries"]
    assert [entry["from"]["kind"] for entry in entries] == ["visitor", "system", "system", "agent"]
    assert entries[-1]["from"]["name"] == alice.account
    page = answer.content.decode()
    assert "与访客_1191的会话记录" in page and 'type="search"' in page and "data-print" in page


@pytest.mark.feature("W52", "A87")
def test_a_former_agent_reads_up_to_the_end_of_his_leg(desk_of_alice, alice):
    bob = make_member("bob")
    record = file_record(bob, "说给alice", "说给bob", at=timezone.now() - timedelta(hours=1))
    session = record.session
    end = Message.objects.get(session=session, text="说给alice").created_at
    Assignment.objects.create(
        session=session, member=alice, offered_at=record.offered_at, accepted_at=record.offered_at, ended_at=end,
        outcome="transferred",
    )  # fmt: skip
    assert [entry["elem"]["MsgContent"]["Text"] for entry in read(desk_of_alice, record)] == ["说给alice"]
    for member in (bob, make_member("sofia", Role.ADMIN)):
        desk_of_alice.force_login(member)
        assert len(read(desk_of_alice, record)) == 2


def read(client: Client, record: Assignment) -> list[dict]:
    return client.get(transcript_url(record)).context["entries"]


@pytest.mark.feature("A99")
def test_postgresql_finds_words_by_its_index(alice):
    if connection.vendor != "postgresql":
        pytest.skip("the plan is PostgreSQL's")
    session = file_record(alice, "退款").session
    index_everything()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sessions_flow_searchtext (message_id, session_id, grams) "
            "SELECT 1000000 + n, %s, ARRAY[n, n + 1, n + 2] FROM generate_series(1, 20000) n",
            [session.pk],
        )
        cursor.execute("SELECT gin_clean_pending_list('messages_by_grams')")
        cursor.execute("ANALYZE sessions_flow_searchtext")
    plan = SearchText.objects.filter(grams__having=grams_of_term("退款")).explain()
    assert "messages_by_grams" in plan and "Seq Scan" not in plan
