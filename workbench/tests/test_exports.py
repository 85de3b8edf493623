"""Service records of all agents in the console, and their export: D3 to D5, A99, A87."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.core.files.storage import default_storage
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Role
from routing.models import Assignment
from sessions_flow.deadlines import sweep
from sessions_flow.models import Rating, Session
from tests.cast import make_group, make_member
from tests.filing import file_record, file_session, index_everything
from workbench.admin.records import filters_of
from workbench.exporting import cancel_export, claim_export, export_records, write_export
from workbench.models import Export, VisitorTag, WrapUp

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files", "media")]
LIST, START = reverse("admin:routing_assignment_changelist"), reverse("admin:records_export")


@pytest.fixture
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


def listed(console: Client, **query) -> set[Assignment]:
    answer = console.get(LIST, query)
    assert answer.status_code == 200, answer.headers
    return set(answer.context["cl"].result_list)


def written(console: Client, kind: str = "csv", **query) -> Export:
    """Asked for on the page, written as the worker would."""
    answer = console.post(f"{START}?{QueryDict('', mutable=True) or ''}{_query(query)}", {"kind": kind})
    export = Export.objects.latest("pk")
    assert answer["Location"] == page_of(export)
    assert claim_export(timezone.now()).pk == export.pk
    write_export(Export.objects.get(pk=export.pk))
    export.refresh_from_db()
    return export


def _query(query: dict) -> str:
    return "&".join(f"{name}={value}" for name, value in query.items())


def page_of(export: Export) -> str:
    return reverse("admin:workbench_export_change", args=[export.pk])


def fetched(console: Client, export: Export) -> bytes:
    answer = console.get(reverse("admin:workbench_export_file", args=[export.pk]))
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.feature("D3", "D4", "A99")
def test_every_filter_of_the_list_narrows_it_and_its_export(console: Client):
    alice, bob = make_member("alice"), make_member("bob")
    alice.staff_no = "00017"
    alice.save()
    sales = make_group("售前", alice)
    wanted = file_record(alice, "我要退款", nickname="小王", group=sales, origin="claimed")
    Session.objects.filter(pk=wanted.session_id).update(ended_by="client")
    now = timezone.now()
    Rating.objects.create(
        session=wanted.session, card_seq=1, invited_at=now, expires_at=now, level=4, rated_at=now, level_text="满意"
    )
    WrapUp.objects.create(assignment=wanted, category="退货", remark="已处理")
    VisitorTag.objects.create(visitor=wanted.session.conversation.visitor, name="VIP")
    other = file_record(bob, "你好", outcome="missed", accepted_at=None, at=now - timedelta(days=9))
    index_everything()
    visitor, day = wanted.session.conversation.visitor, timezone.localtime(wanted.offered_at).date().isoformat()
    assert listed(console) == {wanted, other}
    queries = (
        {"offered_at_from": day, "offered_at_to": day}, {"group": sales.pk}, {"agent": alice.pk},
        {"staff_no": "00017"}, {"state": "served"}, {"origin": "claimed"}, {"stars": "4"}, {"ended_by": "client"},
        {"category": "退货"}, {"tag": "VIP"}, {"q": "退款"}, {"q": "小王"}, {"q": visitor.openid}, {"q": "Alice"},
        {"q": "00017"}, {"q": str(wanted.session.session_id)}, {"q": str(wanted.session.session_id)[:8]},
    )  # fmt: skip
    for query in queries:
        assert listed(console, **query) == {wanted}, query
        rows = rows_of(fetched(console, written(console, **query)))
        assert [row[4] for row in rows[1:]] == [visitor.openid], query
    assert listed(console, channel=wanted.session.conversation.channel_id) == {wanted, other}
    assert listed(console, stars="none", state="missed") == {other}
    assert "转" not in console.get(LIST).headers.get("Location", "")


@pytest.mark.feature("D5", "A99")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_filtered_set_as_a_file(console: Client, kind):
    alice = make_member("alice")
    file_record(alice, nickname="=1+1")
    for nickname in ("+cmd", "-2", "@SUM(A1)", "\tx"):
        file_record(alice, nickname=nickname, group_name="=HYPERLINK(1)")
    export = written(console, kind)
    assert (export.state, export.rows, export.total) == ("done", 5, 5)
    content = fetched(console, export)
    if kind == "csv":
        rows = rows_of(content)
    else:
        sheet = load_workbook(io.BytesIO(content)).active
        rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert len(rows) == 6 and "openid" in rows[0] and "SessionId" in rows[0]
    assert {row[5] for row in rows[1:]} == {"'=1+1", "'+cmd", "'-2", "'@SUM(A1)", "'\tx"}
    assert not any(str(cell).startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)


@pytest.mark.feature("D5")
def test_the_page_shows_how_far_it_is_and_the_link_expires(console: Client, media: Path):
    file_record(make_member("alice"))
    console.cookies["django_language"] = "zh-hans"
    page = console.get(LIST).content.decode()
    assert START in page and "导出" in page
    console.post(START, {"kind": "csv"})
    export = Export.objects.get()
    waiting = console.get(page_of(export)).content.decode()
    assert 'data-running="true"' in waiting and "<progress" in waiting and "取消导出" in waiting
    assert console.get(reverse("admin:workbench_export_file", args=[export.pk])).status_code == 404
    write_export(claim_export(timezone.now()))
    export.refresh_from_db()
    assert 'data-running="false"' in console.get(page_of(export)).content.decode()
    assert fetched(console, export) and list((media / "exports").iterdir())
    sweep(timezone.now() + timedelta(hours=25), ["exports.expired"])
    export.refresh_from_db()
    assert export.state == "expired" and not list((media / "exports").iterdir())
    assert console.get(reverse("admin:workbench_export_file", args=[export.pk])).status_code == 404
    assert "链接已过期" in console.get(page_of(export)).content.decode()


@pytest.mark.feature("D5")
def test_a_link_past_its_time_is_refused_before_the_sweep(console: Client):
    export = written(console)
    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now())
    assert console.get(reverse("admin:workbench_export_file", args=[export.pk])).status_code == 404


@pytest.mark.feature("D5")
def test_a_cancelled_one_leaves_nothing(console: Client, sofia, media: Path):
    file_record(make_member("alice"))
    export = export_records({}, "csv", sofia)
    claimed = claim_export(timezone.now())
    console.post(page_of(export))  # while a worker has it
    write_export(claimed)
    export.refresh_from_db()
    assert export.state == "cancelled" and not export.file
    assert not (media / "exports").exists() or not list((media / "exports").iterdir())
    cancel_export(export)
    assert claim_export(timezone.now()) is None


@pytest.mark.feature("D5")
def test_what_a_dead_worker_left_is_taken_up(sofia):
    export = export_records({}, "csv", sofia)
    now = timezone.now()
    dead = claim_export(now)
    assert claim_export(now + timedelta(seconds=30)) is None
    again = claim_export(now + timedelta(minutes=3))
    assert again.pk == export.pk
    write_export(dead)  # it was not dead after all: the other one has it
    export.refresh_from_db()
    assert export.state == "running"
    write_export(again)
    export.refresh_from_db()
    assert export.state == "done" and default_storage.exists(export.file.name)


@pytest.mark.feature("A87", "D5")
def test_records_and_exports_are_for_admins_alone(client: Client, console: Client):
    export = written(console)
    pages = [LIST, START, page_of(export), reverse("admin:workbench_export_changelist")]
    pages.append(reverse("admin:workbench_export_file", args=[export.pk]))
    for page in pages:
        assert console.get(page).status_code == 200, page
    stranger = Client()
    for who in (None, make_member("alice")):
        if who:
            stranger.force_login(who)
        for page in pages:
            for answer in (stranger.get(page), stranger.post(page, {"kind": "csv"})):
                assert answer.status_code in (302, 403, 404), page
    assert Export.objects.count() == 1


@pytest.mark.feature("A99")
def test_transcripts_and_downloads_are_in_the_audit_log(console: Client, sofia):
    record = file_record(make_member("alice"), "你好")
    console.get(reverse("admin:sessions_flow_session_change", args=[record.session_id]))
    fetched(console, written(console))
    events = LogEntry.objects.filter(actor=sofia).values_list("additional_data__event", flat=True)
    assert {"transcript", "export", "download"} <= set(events)


@pytest.mark.feature("D3", "W53")
def test_the_page_of_a_record_has_legs_rating_wrap_up_and_notes(console: Client, sofia):
    record = file_record(make_member("alice"), "你好", nickname="小王", note="从售前转来")
    WrapUp.objects.create(assignment=record, category="退货", remark="三天内退款")
    from workbench.customers import add_note

    add_note(record.session.conversation.visitor, sofia, "老客户")
    page = console.get(reverse("admin:sessions_flow_session_change", args=[record.session_id])).content.decode()
    for said in ("你好", "Alice", "从售前转来", "三天内退款", "老客户", "data-search-lines", "data-print"):
        assert said in page, said


@pytest.mark.feature("D3")
def test_the_list_asks_as_often_for_one_as_for_a_page(console: Client):
    alice = make_member("alice")
    record = file_record(alice)
    with CaptureQueriesContext(connection) as for_one:
        console.get(LIST)
    for minute in range(60):
        file_session(record.session.conversation, alice, at=timezone.now() - timedelta(minutes=minute))
    with CaptureQueriesContext(connection) as for_many:
        console.get(LIST)
    assert len(for_many) == len(for_one)


def test_a_page_far_down_skips_ids_only(console: Client):
    """Skipped rows cost no joins: page 5,000 answers like page 1."""
    alice = make_member("alice")
    record = file_record(alice)
    for minute in range(1, 40):
        file_session(record.session.conversation, alice, at=timezone.now() - timedelta(minutes=minute))
    with CaptureQueriesContext(connection) as queries:
        far = console.get(LIST, {"p": 3}).context["cl"].result_list
    skipping = [query["sql"] for query in queries if " OFFSET " in query["sql"]]
    assert skipping and all(sql.startswith('SELECT "routing_assignment"."id" AS "pk" FROM') for sql in skipping)
    newest = Assignment.objects.order_by("-offered_at", "-pk")
    assert list(far) == list(newest[30:])


def test_what_is_no_filter_is_left_out():
    said = filters_of(QueryDict("offered_at_from=2026-11-01&state=served&group=&p=3&password=x"))
    assert said == {"from": "2026-11-01", "state": "served"}
