"""客户管理 (D10): the list, one customer's page, blocking, merging, export and erasure of one person."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.identity import openid_of_token, visitor_token
from accounts.models import Role, Visitor
from chatbot.models import Question
from routing.models import Assignment, CallbackCall
from sessions_flow.models import (
    Conversation,
    LeftMessage,
    Message,
    Rating,
    SearchText,
    Session,
    Upload,
    Visit,
    WebhookDelivery,
    WebhookEndpoint,
)
from tests.cast import Vera, make_channel, make_member
from tests.filing import file_record, file_session, index_everything
from workbench.customers import add_note, add_tag, merge
from workbench.exporting import claim_export, export_person, export_records, write_export
from workbench.models import Export, VisitorNote, VisitorTag, Whisper, WrapUp

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files"), pytest.mark.feature("D10")]
LIST = reverse("admin:workbench_customer_changelist")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def sofia():
    return make_member("sofia", Role.ADMIN)


@pytest.fixture
def console(client: Client, sofia) -> Client:
    client.force_login(sofia)
    return client


def page_of(visitor: Visitor, page: str = "") -> str:
    return reverse(f"admin:customer_{page}" if page else "admin:workbench_customer_change", args=[visitor.pk])


def listed(console: Client, **query) -> list[Visitor]:
    answer = console.get(LIST, query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def customer(nickname: str = "", *said: str, **more) -> Visitor:
    visitor = file_record(None, *said, nickname=nickname).session.conversation.visitor
    for name, value in more.items():
        setattr(visitor, name, value)
    visitor.save()
    return visitor


def test_it_works(console: Client, sofia):
    wang = customer("王小明", "你好", attributes={"会员等级": "金卡"}, user_id="u-77")
    add_tag(wang, "VIP")
    add_note(wang, sofia, "喜欢打电话")
    other = customer()
    assert listed(console) == [other, wang]
    for words in ("王小", "明", wang.openid, f"访客_{other.openid[10:14]}", "金卡", "u-77", "VIP"):
        expected = other if words.startswith("访客_") else wang
        assert listed(console, q=words) == [expected], words
    assert listed(console, tag="VIP") == [wang] and listed(console, blocked="1") == []
    page = console.get(page_of(wang)).content.decode()
    for said in ("王小明", "金卡", "VIP", "喜欢打电话", wang.openid):
        assert said in page, said
    assert reverse("admin:sessions_flow_session_change", args=[Session.objects.earliest("pk").pk]) in page


def test_the_list_asks_as_often_for_one_as_for_a_page(console: Client):
    customer("一")
    with CaptureQueriesContext(connection) as for_one:
        listed(console)
    for number in range(30):
        add_tag(customer(str(number)), "VIP")
    with CaptureQueriesContext(connection) as for_many:
        listed(console)
    assert len(for_many) == len(for_one)


def test_tags_notes_and_blocking_from_his_page(console: Client):
    wang = customer("王小明")
    for act in ({"do": "tag", "said": "VIP"}, {"do": "tag", "said": "老客户"}, {"do": "untag", "said": "VIP"}):
        assert console.post(page_of(wang), act).status_code == 302
    console.post(page_of(wang), {"do": "note", "said": "周三回电"})
    assert [tag.name for tag in VisitorTag.objects.all()] == ["老客户"]
    assert VisitorNote.objects.get().text == "周三回电"
    for bad in ({"do": "tag", "said": ""}, {"do": "tag", "said": "x" * 21}, {"do": "note", "said": " "}):
        answer = console.post(page_of(wang), bad, follow=True)
        assert "characters" in answer.content.decode() or "个字" in answer.content.decode()
    assert (VisitorTag.objects.count(), VisitorNote.objects.count()) == (1, 1)
    console.post(page_of(wang), {"do": "block"})
    wang.refresh_from_db()
    assert wang.blocked_at and listed(console, blocked="1") == [wang]
    console.post(page_of(wang), {"do": "unblock"})
    wang.refresh_from_db()
    assert wang.blocked_at is None
    events = set(LogEntry.objects.values_list("additional_data__event", flat=True))
    assert {"customer_blocked", "customer_unblocked"} <= events


def test_two_who_are_one_are_merged_after_a_question(console: Client, sofia):
    kept, gone = customer("王小明", "在电脑上", attributes={"城市": "北京"}), customer("小明", "在手机上")
    gone.attributes = {"城市": "上海", "会员": "是"}
    gone.save()
    add_tag(gone, "VIP"), add_tag(kept, "VIP"), add_tag(gone, "手机")
    add_note(gone, sofia, "老客户")
    asked = console.post(page_of(kept, "merge"), {"openid": gone.openid}).content.decode()
    gone.refresh_from_db()
    assert "小明" in asked and "上海" in asked and gone.merged_into is None
    console.post(page_of(kept, "merge"), {"openid": gone.openid, "sure": "1"})
    kept.refresh_from_db(), gone.refresh_from_db()
    assert gone.merged_into == kept and listed(console) == [kept]
    assert kept.attributes == {"城市": "北京", "会员": "是"}
    assert set(VisitorTag.objects.filter(visitor=kept).values_list("name", flat=True)) == {"VIP", "手机"}
    assert VisitorNote.objects.get().visitor == kept
    page = console.get(page_of(kept)).content.decode()
    for session in Session.objects.all():
        assert reverse("admin:sessions_flow_session_change", args=[session.pk]) in page
    assert listed(console, q=gone.openid) == [kept]
    assert console.get(page_of(gone)).context["customer"] == kept
    # His thread stays where he reads it.
    assert Conversation.objects.get(visitor=gone)
    for openid in (kept.openid, gone.openid, "nobody"):
        answer = console.post(page_of(kept, "merge"), {"openid": openid, "sure": "1"})
        assert answer.status_code == 200 and answer.context["form"].errors


@pytest.mark.parametrize("which", ["", "merge", "export", "erase"])
def test_customers_are_for_admins_alone(client: Client, which):
    wang = customer("王小明")
    for who in (None, make_member("alice")):
        if who:
            client.force_login(who)
        for answer in (client.get(page_of(wang, which)), client.post(page_of(wang, which), {"openid": wang.openid})):
            assert answer.status_code in (302, 403, 404)
            assert "/login/" in answer.headers.get("Location", "/login/")
    wang.refresh_from_db()
    assert wang.erased_at is None and not Export.objects.exists()


def test_the_data_of_one_person_as_a_file(console: Client, sofia):
    wang, stranger = customer("王小明", "我的地址是长安街1号"), customer("别人", "秘密")
    conversation = Conversation.objects.get(visitor=wang)
    upload = Upload(conversation=conversation, name="身份证.png", size=3, content_type="image/png")
    upload.file.save("x.png", ContentFile(b"png"), save=False)
    upload.save()
    add_note(wang, sofia, "喜欢打电话")
    answer = console.post(page_of(wang, "export"))
    export = Export.objects.get()
    assert answer["Location"] == reverse("admin:workbench_export_change", args=[export.pk])
    write_export(claim_export(timezone.now()))
    export.refresh_from_db()
    archive = zipfile.ZipFile(io.BytesIO(export.file.read()))
    person = json.loads(archive.read("person.json"))
    assert person["visitors"][0]["nickname"] == "王小明" and person["notes"][0]["text"] == "喜欢打电话"
    said = archive.read("messages.jsonl").decode()
    assert "长安街1号" in said and "秘密" not in said
    assert archive.read(f"files/{upload.public_id}.png") == b"png"
    assert stranger.openid not in archive.read("person.json").decode()


SECRETS = ("王小明", "长安街", "u-77", "13800138000", "金卡")


def everything_about(wang: Visitor, sofia, media: Path) -> None:
    """One row in every place that knows a person."""
    conversation = Conversation.objects.get(visitor=wang)
    session = Session.objects.get(conversation=conversation)
    session.variables = {"电话": "13800138000"}
    session.save()
    leg = Assignment.objects.get(session=session)
    Assignment.objects.filter(pk=leg.pk).update(note="王小明 要退款")
    WrapUp.objects.create(assignment=leg, category="退货", remark="王小明 的电话 13800138000")
    now = timezone.now()
    Rating.objects.create(session=session, card_seq=1, invited_at=now, expires_at=now, level=5, rated_at=now)
    LeftMessage.objects.create(
        conversation=conversation, client_id="l1", seq=1, text="长安街", contact="13800138000", created_at=now
    )
    Question.objects.create(
        session=session, text="长安街在哪", key="长安街", rule="direct", score=1, state="answered", asked_at=now
    )
    CallbackCall.objects.create(session=session, at=now, url="https://x", request={"n": "王小明"}, milliseconds=1)
    Whisper.objects.create(
        conversation=conversation,
        session=session,
        seq=1,
        member=sofia,
        agent=sofia,
        client_id="w",
        text="王小明",
        at=now,
    )
    hook = WebhookEndpoint.objects.create(name="crm", url="https://crm.example.com")
    WebhookDelivery.objects.create(endpoint=hook, session=session, event="message", body="长安街", created_at=now)
    Visit.objects.create(conversation=conversation, pages=[{"url": "https://x/王小明"}])
    conversation.preview = "长安街"
    conversation.save()
    add_tag(wang, "金卡"), add_note(wang, sofia, "王小明 很急")
    for name in ("a.png", "b.png"):
        upload = Upload(conversation=conversation, name="王小明.png", size=3, content_type="image/png")
        upload.file.save(name, ContentFile("长安街".encode()), save=False)
        upload.thumbnail.save(name, ContentFile(b"small"), save=False)
        upload.save()
    audit.record("customer_blocked", wang, changes={"nickname": ["", "王小明"]})
    for export in (export_records({}, "csv", sofia), export_person(wang, sofia)):
        write_export(claim_export(now))
        export.refresh_from_db()
        assert export.file
    index_everything()


def whatever_is_left(media: Path) -> str:
    """All rows of all tables, and all files."""
    found = [file.read_bytes().decode("utf-8", "replace") for file in media.rglob("*") if file.is_file()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.parametrize("door", ["page", "command"])
def test_nothing_of_an_erased_person_is_left(console: Client, sofia, media: Path, door, capsys):
    alice = make_member("alice")
    record = file_record(alice, "我住长安街1号", nickname="王小明")
    wang = record.session.conversation.visitor
    wang.user_id, wang.attributes = "u-77", {"等级": "金卡"}
    wang.save()
    twin = customer("王小明的手机", "长安街2号")
    merge(wang, twin.openid)
    stranger = customer("李四", "别人说的话")
    everything_about(wang, sofia, media)
    openids = (wang.openid, twin.openid)
    for secret in (*SECRETS, *openids):
        assert secret in whatever_is_left(media), secret
    if door == "page":
        refused = console.post(page_of(wang, "erase"), {"openid": "something else"})
        assert refused.context["form"].errors and Visitor.objects.get(pk=wang.pk).erased_at is None
        assert console.post(page_of(wang, "erase"), {"openid": wang.openid})["Location"] == LIST
    else:
        call_command("erase_person", wang.openid, "--yes")
        assert "2 visitors, 2 messages, 2 files" in capsys.readouterr().out
    left = whatever_is_left(media)
    for secret in (*SECRETS, *openids):
        assert secret not in left, secret
    # What stays is of nobody: the record, its length and outcome, the stars, the category. Others keep everything.
    record.refresh_from_db()
    assert (record.outcome, record.member, record.served_seconds) == ("served", alice, 300)
    assert Rating.objects.get().level == 5 and WrapUp.objects.get().category == "退货"
    assert "李四" in left and "别人说的话" in left and stranger in listed(console)
    assert wang not in listed(console) and SearchText.objects.filter(session=record.session).count() == 0
    assert LogEntry.objects.filter(additional_data__event="customer_erased").count() == 1
    with pytest.raises(CommandError):
        call_command("erase_person", openids[0], "--yes")


def test_an_erased_visitor_who_comes_back_is_somebody_new(desk, sofia):
    """His session ends, his socket is closed, and his old token leads to nobody."""
    from sessions_flow.actions.erasure import erase_person

    vera = Vera()
    vera.post("我是小薇")
    token = visitor_token(vera.visitor.openid)
    erase_person(vera.visitor)
    session = Session.objects.get()
    assert (session.state, session.ended_by) == ("ended", "admin")
    assert not Message.objects.exists()
    assert not Visitor.objects.filter(openid=openid_of_token(token)).exists()
    assert erase_person(vera.visitor).messages == 0


def test_a_part_of_a_name_is_found_by_its_index():
    if connection.vendor != "postgresql":
        pytest.skip("the plan is PostgreSQL's")
    Visitor.objects.bulk_create(Visitor(nickname=f"用户{n}号") for n in range(3000))
    wang = customer("王小明")
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('visitors_by_nickname')")
        cursor.execute("ANALYZE accounts_visitor")
    named = Visitor.objects.nicknamed("小明")
    assert list(named) == [wang] and "visitors_by_nickname" in named.explain()


def test_a_session_of_a_merged_one_counts_for_the_page_only_once(console: Client):
    kept, gone = customer("一"), customer("二")
    channel = make_channel()
    merge(kept, gone.openid)
    file_session(Conversation.objects.get(channel=channel, visitor=gone), None, at=timezone.now() - timedelta(days=3))
    assert len(console.get(page_of(kept)).context["sessions"]) == 3
