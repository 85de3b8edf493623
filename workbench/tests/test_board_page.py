"""数据看板 in the console, and an agent's own 看板: what they show, refuse and export."""

import csv
import io
import re
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Role
from cs_project.console import NAVIGATION
from sessions_flow.actions import end_session, locked
from sessions_flow.actions.rating import rate
from sessions_flow.models import EndedBy, Rating, Session
from tests.cast import Vera, make_channel, make_group, make_member, say, sit_down
from workbench.boards.reading import Wanted, totals_of
from workbench.boards.rolling import rebuild
from workbench.tests.test_boards import make_past, roll_whole

BOARD = "/admin/workbench/rollup/"
CARD = re.compile(r'data-measure="(\w+)">.*?<b>(.*?)</b>', re.S)


@pytest.fixture
def console(desk, client: Client, unhashed_files) -> Client:
    client.force_login(make_member("sofia", Role.ADMIN))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def rated(desk, settled) -> Session:
    """Vera asked, alice answered, the session ended, and vera gave five stars."""
    alice, vera = make_member("alice"), Vera()
    sit_down(alice)
    session = vera.serve(alice)
    vera.post("where is my parcel?")
    say(alice, vera, "on its way")
    with locked(vera.conversation.pk) as held:
        end_session(held, held.session, EndedBy.SEAT)
    card = Rating.objects.get(session=session)
    rate(vera.conversation.pk, {"sessionId": str(card.public_id), "id": "105"})
    settled()
    rebuild(None, None, timezone.now())
    return Session.objects.get(pk=session.pk)


def cards(console: Client, **choice: object) -> dict[str, str]:
    page = console.get(BOARD, choice).content.decode()
    return {name: value.strip() for name, value in CARD.findall(page)}


@pytest.mark.feature("D1", "A53")
def test_it_works(console: Client, rated: Session):
    found = cards(console)
    assert {name: found[name] for name in ("sessions", "asked", "served", "given", "missed", "ratings", "stars")} == {
        "sessions": "1", "asked": "1", "served": "1", "given": "1", "missed": "0", "ratings": "1", "stars": "5.00",
    }  # fmt: skip
    assert (found["accept_rate"], found["response_rate"], found["bot_share"]) == ("100.0%", "100.0%", "0.0%")
    page = console.get(BOARD).content.decode()
    for name in ("By channel", "By group", "By agent", "Busy hours", "Alice", "Very satisfied", "In the queue now"):
        assert name in page
    assert "Wrapping up" in page  # agents by status
    menu = [entry["link"] for part in NAVIGATION for entry in part["items"]]
    assert reverse("admin:workbench_rollup_changelist") == BOARD
    assert BOARD in [str(link) for link in menu]


@pytest.mark.feature("A53")
def test_every_number_says_what_it_means(console: Client, rated: Session):
    page = console.get(BOARD).content.decode()
    described = re.findall(r'data-measure="(\w+)">.*?aria-describedby="([\w-]+)"', page, re.S)
    assert len(described) > 25
    for _name, tip in described:
        words = re.search(rf'role="tooltip" id="{tip}">(.*?)</span>', page)
        assert words and len(words[1]) > 15


@pytest.mark.feature("A53")
def test_choices_narrow_it(console: Client, rated: Session):
    channel, group = make_channel(), make_group("returns")
    alice = rated.agent.pk
    assert cards(console, channel=channel.pk, agent=alice)["given"] == "1"
    assert cards(console, agent=alice, range="7")["ratings"] == "1"
    empty = console.get(BOARD, {"group": group.pk}).content.decode()
    assert "Nothing happened in this time" in empty
    assert cards(console, range="yesterday") == {}
    today = timezone.localdate()
    custom = {"range": "custom", "first": today - timedelta(days=2), "last": today}
    assert cards(console, **custom)["sessions"] == "1"


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"range": "custom", "first": "2026-02-30", "last": "2026-03-01"}, "valid date"),
        ({"range": "custom"}, "Choose a day."),
        ({"range": "custom", "first": "2026-03-02", "last": "2026-03-01"}, "The last day is before the first one."),
        ({"range": "custom", "first": "2024-01-01", "last": "2026-03-01"}, "At most 366 days."),
        ({"range": "forever"}, "valid choice"),
        ({"agent": "x"}, "valid choice"),
        ({"channel": "987654321"}, "valid choice"),
        ({"target": "17"}, "valid choice"),
    ],
)
def test_a_bad_choice_is_named(console: Client, choice, said):
    answer = console.get(BOARD, choice)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert cards(console, **choice) == {}
    assert console.get(reverse("admin:board_export", args=["figures", "csv"]), choice).status_code == 404


def test_only_admins_see_it(desk, client: Client, unhashed_files):
    for number, member in enumerate((None, make_member("alice"))):
        if member:
            client.force_login(member)
        for address in (BOARD, f"{BOARD}?part=1", reverse("admin:board_export", args=["agents", "csv"])):
            assert client.get(address).status_code in (302, 403), (number, address)


@pytest.mark.feature("A53")
def test_each_section_is_a_file(console: Client, rated: Session):
    rated.agent.nickname = "=1+1"
    rated.agent.save()
    for section in ("figures", "course", "hours", "channels", "groups", "agents", "ratings"):
        for kind in ("csv", "xlsx"):
            answer = console.get(reverse("admin:board_export", args=[section, kind]), {"range": "7"})
            assert answer.status_code == 200
            rows = sheet_rows(content_of(answer), kind)
            assert len(rows) >= 2, (section, kind)
            if section in ("agents", "ratings"):
                assert "'=1+1" in [str(cell) for cell in rows[1]]
            if section == "agents" and kind == "xlsx":
                assert rows[1][1] == 1  # a number, to reckon with
    assert console.get(reverse("admin:board_export", args=["nothing", "csv"])).status_code == 404
    assert console.get(reverse("admin:board_export", args=["agents", "pdf"])).status_code == 404


def content_of(answer) -> bytes:
    async def collect() -> bytes:
        return b"".join([chunk async for chunk in answer.streaming_content])

    return async_to_sync(collect)()


def sheet_rows(content: bytes, kind: str) -> list[list]:
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


def test_tables_are_sorted_by_any_column(console: Client):
    past = make_past(300, days=2)
    rebuild(None, None, past.now)
    page = console.get(BOARD, {"range": "7", "agents_by": "-missed"}).context["board"].tables["agents"]
    missed = [dict((measure.name, value) for measure, value in row.cells)["missed"] for row in page.rows]
    assert missed == sorted(missed, reverse=True)
    for by in ("name", "-name", "service", "-stars", "nonsense"):
        assert console.get(BOARD, {"range": "7", "agents_by": by, "groups_by": by}).status_code == 200


def test_the_page_asks_as_often_for_many_sessions_as_for_few(console: Client):
    past = make_past(40, days=2)
    rebuild(None, None, past.now)
    console.get(BOARD)  # rows of settings are made at the first look
    few = queries_of(console)
    past.fill(600)
    rebuild(None, None, past.now)
    assert queries_of(console) == few < 40


def queries_of(console: Client) -> int:
    """Without the settings, which every process believes for a second."""
    with CaptureQueriesContext(connection) as asked:
        console.get(BOARD, {"range": "30"})
    return sum("ratingrules" not in query["sql"] for query in asked.captured_queries)


def test_only_what_moves_is_asked_for_again(console: Client, rated: Session):
    part = console.get(BOARD, {"part": "1"}).content.decode()
    assert part.lstrip().startswith("<div")
    assert "data-live" in part
    assert "part=1" not in part  # not in the links
    assert "data-live" not in console.get(BOARD, {"part": "1", "range": "yesterday"}).content.decode()


@pytest.mark.feature("W13", "A53")
def test_an_agents_own_board_is_his_alone(rated: Session, client: Client, unhashed_files):
    alice, bob = rated.agent, make_member("bob")
    client.cookies["django_language"] = "en"
    client.force_login(alice)
    page = client.get("/workbench/figures/").content.decode()
    own = {name: value.strip() for name, value in CARD.findall(page)}
    assert (own["services"], own["stars"], own["accept_rate"]) == ("1", "5.00", "100.0%")
    today = timezone.localdate()
    assert totals_of(Wanted(today, today, agent=alice.pk))["services"] == 1
    for days in ("7", "30", "x"):
        assert client.get("/workbench/figures/", {"days": days}).status_code == 200
    client.force_login(bob)
    theirs = dict(CARD.findall(client.get("/workbench/figures/", {"agent": alice.pk}).content.decode()))
    assert theirs["services"] == "0"
    assert client.get(BOARD).status_code in (302, 403)


def test_the_range_before_ends_at_the_same_hour(console: Client):
    """A morning is compared with a morning."""
    past = make_past(600, days=3)
    roll_whole(past.now)
    board = console.get(BOARD).context["board"]
    before = next(card for card in board.sections[0].cards if card.measure.name == "sessions").before
    yesterday, hour = timezone.localdate() - timedelta(days=1), timezone.localtime().hour
    local = [timezone.localtime(at) for at in Session.objects.values_list("opened_at", flat=True)]
    assert before == sum(at.date() == yesterday and at.hour <= hour for at in local)


def test_days_still_to_be_counted_are_announced(console: Client, rated: Session):
    from workbench.models import Rolling

    Rolling.objects.update(is_complete=False, first_day=timezone.localdate())
    assert "still being counted" in console.get(BOARD).content.decode()
    Rolling.objects.update(is_complete=True)
    assert "still being counted" not in console.get(BOARD).content.decode()
    call_command("rebuild_rollups")


OLDER = {
    "概览": "admin:index", "数据看板": "admin:workbench_rollup_changelist",
    "服务记录": "admin:routing_assignment_changelist", "会话流": "admin:sessions_flow_flow_changelist",
    "渠道": "admin:sessions_flow_channel_changelist", "成员": "admin:accounts_member_changelist",
    "分组": "admin:accounts_group_changelist", "客户管理": "admin:workbench_customer_changelist", "实时监控": "monitor",
    "设置": "settings",
}  # fmt: skip


@pytest.mark.feature("D2")
def test_the_sections_of_the_older_console_are_in_the_menu(console: Client):
    """docs/console.md: where each of them is. Telephone, audio and video are out of scope and nowhere."""
    console.cookies["django_language"] = "zh-hans"
    menu = console.get(reverse("admin:index")).content.decode()
    entries = {
        re.sub(r"<.*?>|\s", "", words): address
        for address, words in re.findall(r'<a href="(/admin/[^"]*)"[^>]*>(.*?)</a>', menu, re.S)
    }
    for name, page in OLDER.items():
        assert any(name in entry and address == reverse(page) for entry, address in entries.items()), name
        assert console.get(reverse(page)).status_code == 200
    for gone in ("电话客服", "音频客服", "视频客服"):
        assert gone not in menu
