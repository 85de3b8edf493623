"""The knowledge base in the console: what stands where, and what its buttons do."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import Member, Role
from chatbot import actions
from chatbot.models import Category, Entry, Library, Picture, Strategy, default_category
from tests.cast import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]


@pytest.fixture(autouse=True)
def pictures_of_its_own(settings, tmp_path) -> None:
    """They go away with the test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sofia() -> Member:
    return make_member("sofia", Role.ADMIN)


@pytest.fixture
def console(client: Client, sofia: Member) -> Client:
    client.force_login(sofia)
    return client


def url(page: str, *args: object) -> str:
    return reverse(f"admin:chatbot_{page}", args=args)


def make(count: int, category: Category | None = None, word: str = "Question") -> list[Entry]:
    category = category or default_category()
    rows = [
        Entry(category=category, library=category.library, question=f"{word} {n}?", answer=f"Answer {n}.")
        for n in range(count)
    ]
    return Entry.objects.bulk_create(rows)


def page(console: Client, **query: object) -> str:
    return console.get(url("entry_changelist"), query).content.decode()


@pytest.mark.feature("B5", "B11")
def test_it_works(console: Client, sofia: Member):
    top = Category.objects.create(name="Orders")
    below = Category.objects.create(name="Refunds", parent=top)
    Entry.objects.create(
        category=below, question="Where is my money?", similar=["Refund?"], answer="On its way.", changed_by=sofia
    )
    make(1, default_category(Library.CHITCHAT), "Chat")
    shown = page(console, category=top.pk)
    assert "Where is my money?" in shown
    assert "Refund?" in shown, "the expander holds the similar questions"
    assert "On its way." in shown
    assert "Sofia" in shown
    assert "Chat 0?" not in shown
    assert "Chat 0?" in page(console, library="chitchat")


@pytest.mark.feature("B12")
def test_search_is_in_the_question_or_in_the_answer(console: Client):
    make(12)
    assert "Question 11?" in page(console, q="11?")
    assert "Question 11?" not in page(console, q="Answer 11")
    assert "Question 11?" in page(console, **{"q": "Answer 11", "in": "answer"})


@pytest.mark.feature("B11")
def test_the_state_is_a_filter(console: Client):
    entries = make(2)
    Entry.objects.filter(pk=entries[0].pk).update(is_enabled=False)
    assert ("Question 0?" in page(console, state="off"), "Question 1?" in page(console, state="off")) == (True, False)
    assert ("Question 0?" in page(console, state="on"), "Question 1?" in page(console, state="on")) == (False, True)


@pytest.mark.feature("M13")
def test_pages_of_ten_twenty_or_fifty(console: Client):
    make(25)
    assert page(console).count('class="cs-question"') == 10
    assert page(console, size=20).count('class="cs-question"') == 20
    assert page(console, size=50).count('class="cs-question"') == 25
    assert page(console, size=9999).count('class="cs-question"') == 10
    assert page(console, p=3).count('class="cs-question"') == 5


def test_as_many_queries_for_a_thousand_entries_as_for_one(console: Client):
    counts = []
    make(1)
    page(console)  # caches
    for more in (0, 999):
        make(more, word="More")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(console, size=50)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "query", ["category=x", "category=99999999999", "library=<b>", "in=pk", "state=maybe", "p=-1", "size=x"]
)
def test_nonsense_in_the_address_is_nothing(console: Client, query: str):
    assert console.get(f"{url('entry_changelist')}?{query}", follow=True).status_code == 200


# --- rows


@pytest.mark.feature("B9")
def test_the_buttons_of_a_row(console: Client, sofia: Member):
    entry = make(1)[0]
    console.post(url("entry_changelist"), {"_toggle": entry.pk})
    entry.refresh_from_db()
    assert (entry.is_enabled, entry.changed_by) == (False, sofia)
    answer = console.post(url("entry_changelist"), {"_delete": entry.pk}, follow=True).content.decode()
    assert not Entry.objects.exists()
    undo = answer.split('name="_undo" value="')[1].split('"')[0]
    console.post(url("entry_changelist"), {"_undo": undo})
    assert Entry.objects.get() == entry


@pytest.mark.feature("B10")
def test_batch_actions(console: Client):
    entries = make(3)
    there = Category.objects.create(name="There")
    chosen = [entry.pk for entry in entries[:2]]

    def run(action: str, **more: object):
        data = {"action": action, "_selected_action": chosen, **more}
        return console.post(url("entry_changelist"), data, follow=True)

    run("disable")
    assert Entry.objects.filter(is_enabled=False).count() == 2
    run("enable")
    assert not Entry.objects.filter(is_enabled=False).exists()
    asked = run("move").content.decode()
    assert "There" in asked
    assert f'name="_selected_action" value="{chosen[0]}"' in asked
    run("move", to=there.pk)
    assert there.entries.count() == 2
    run("delete_chosen")
    assert Entry.objects.count() == 1


# --- categories


@pytest.mark.feature("A71")
def test_categories_are_added_renamed_moved_and_deleted(console: Client):
    console.post(f"{url('category_add')}?library=qa", {"name": "Orders"})
    orders = Category.objects.get(name="Orders")
    console.post(f"{url('category_add')}?library=qa", {"name": "Refunds", "parent": orders.pk})
    refunds = Category.objects.get(name="Refunds")
    assert refunds.path == "Orders/Refunds"
    console.post(url("category_change", orders.pk), {"name": "Buying"})
    refunds.refresh_from_db()
    assert refunds.path == "Buying/Refunds"
    entry = make(1, refunds)[0]
    asked = console.get(url("category_delete", orders.pk)).content.decode()
    assert 'name="entries" value="keep"' in asked
    assert Category.objects.filter(pk=orders.pk).exists()
    console.post(url("category_delete", orders.pk), {"entries": "keep"})
    entry.refresh_from_db()
    assert entry.category.is_default
    assert not Category.objects.filter(pk__in=(orders.pk, refunds.pk)).exists()


@pytest.mark.feature("A71")
@pytest.mark.parametrize("name", ["", "a/b", "Orders", "orders"])
def test_a_bad_name_of_a_category_is_refused(console: Client, name: str):
    Category.objects.create(name="Orders")
    assert console.post(f"{url('category_add')}?library=qa", {"name": name}).status_code == 200
    assert Category.objects.count() == 1


# --- small talk


@pytest.mark.feature("B17", "B18", "A74")
def test_of_preset_small_talk_only_the_answer_is_edited(console: Client):
    actions.load_chitchat()
    topic = Category.objects.get(preset="thanks")
    entry = topic.entries.first()
    console.post(url("entry_change", entry.pk), {"question": "Mine?", "answer": "At your service.", "is_enabled": "on"})
    changed = Entry.objects.get(pk=entry.pk)
    assert (changed.question, changed.answer, changed.is_edited) == (entry.question, "At your service.", True)
    assert console.post(url("entry_delete", entry.pk)).status_code == 403
    console.post(url("entry_changelist") + "?library=preset", {"_delete": entry.pk})
    assert Entry.objects.filter(pk=entry.pk).exists()
    console.post(url("entry_changelist") + "?library=preset", {"_switch": topic.pk})
    topic.refresh_from_db()
    assert not topic.is_enabled
    assert console.get(url("category_change", topic.pk)).status_code in (302, 403, 200)
    assert console.post(url("category_delete", topic.pk)).status_code == 403


@pytest.mark.feature("B19")
def test_own_small_talk_is_written_like_questions(console: Client):
    place = f"{url('entry_add')}?library=chitchat"
    answer = console.post(place, {"question": "Knock knock", "answer": "Who is there?", "is_enabled": "on"})
    entry = Entry.objects.get(question="Knock knock")
    assert (entry.library, entry.category.is_default) == (Library.CHITCHAT, True)
    assert answer["Location"].endswith("library=chitchat")


# --- one entry


@pytest.mark.feature("B6", "B7")
def test_a_new_entry_is_enabled_and_filed(console: Client, sofia: Member):
    form = console.get(url("entry_add")).content.decode()
    assert 'name="is_enabled"' in form and "checked" in form.split('name="is_enabled"')[1].split(">")[0]
    console.post(url("entry_add"), {"question": "Q?", "answer": "A", "similar": "One\nTwo", "is_enabled": "on"})
    entry = Entry.objects.get()
    assert (entry.similar, entry.is_enabled, entry.changed_by) == (["One", "Two"], True, sofia)
    assert entry.category.is_default


@pytest.mark.feature("A77")
def test_what_is_wrong_is_said_beside_the_field(console: Client):
    make(1)
    bad = {
        "question": "Question 0?", "answer": "<script>alert(1)</script>", "is_rich": "on", "similar": "x" * 201,
    }  # fmt: skip
    answer = console.post(url("entry_add"), bad)
    assert answer.status_code == 200
    assert {"similar", "answer"} <= set(answer.context["adminform"].form.errors)
    del bad["similar"], bad["is_rich"]
    assert console.post(url("entry_add"), bad).status_code == 200, "the question exists already"
    assert Entry.objects.count() == 1


def test_questions_alike_are_pointed_out(console: Client):
    category = default_category()
    one = Entry.objects.create(category=category, question="如何申请退款", answer="A")
    Entry.objects.create(category=category, question="怎么修改密码", answer="A")
    near = console.get(url("entry_near"), {"q": "怎么申请退款呢"}).json()
    assert [row["question"] for row in near["near"]] == ["如何申请退款"]
    same = console.get(url("entry_near"), {"q": "如何申请退款"}).json()
    assert same["same"]["id"] == str(one.pk)
    assert console.get(url("entry_near"), {"q": "如何申请退款", "entry": one.pk}).json() == {"same": None, "near": []}
    assert console.get(url("entry_near"), {"q": " "}).json() == {"same": None, "near": []}


# --- pictures


def picture(kind: str = "PNG", size=(40, 20)) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "#2f7fd6").save(out, kind)
    return SimpleUploadedFile(f"p.{kind.lower()}", out.getvalue())


@pytest.mark.feature("A77", "B13")
def test_a_picture_is_stored_anew_and_shown_to_everybody(console: Client):
    file = picture()
    file.file.seek(0, 2)
    file.file.write(b"<script>hidden</script>")
    file.file.seek(0)
    answer = console.post(url("entry_picture"), {"file": file})
    assert answer.status_code == 201
    address = answer.json()["url"]
    shown = Client().get(address)
    content = b"".join(shown.streaming_content)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert b"hidden" not in content
    assert "immutable" in shown["Cache-Control"]
    assert console.post(url("entry_picture"), {"file": picture()}).json()["url"] == address
    assert Picture.objects.count() == 1


@pytest.mark.feature("A77")
def test_what_is_no_picture_is_refused(console: Client, client: Client):
    for file in (SimpleUploadedFile("p.png", b"<svg onload=alert(1)>"), picture("BMP"), picture(size=(6000, 6000))):
        answer = console.post(url("entry_picture"), {"file": file})
        assert answer.status_code == 400
        assert answer.json()["error"]
    assert console.post(url("entry_picture")).status_code == 400
    assert not Picture.objects.exists()


# --- the test chat


@pytest.mark.feature("B31", "B7", "B32")
def test_the_test_chat_talks_to_the_draft(console: Client):
    Entry.objects.create(category=default_category(), question="如何申请退款", answer="三天内到账。")
    trial = console.post(url("entry_try"), json.dumps({"text": "如何申请退款"}), "application/json").json()
    assert trial["rule"] == "direct"
    assert "三天内到账。" in json.dumps(trial["elems"], ensure_ascii=False)
    assert trial["answers"][0]["question"] == "如何申请退款"
    assert trial["answers"][0]["score"] == trial["score"] == 1
    for body in ("[]", "x", '{"text": 5, "failures": "no"}'):
        assert console.post(url("entry_try"), body, "application/json").status_code == 200
    assert console.post(url("entry_try"), json.dumps({"text": "x" * 1001}), "application/json").status_code == 400


@pytest.mark.feature("B31")
def test_every_page_of_the_bot_has_the_test_chat(console: Client):
    entry = make(1)[0]
    release = actions.publish()
    for at in (
        url("entry_changelist"), url("entry_change", entry.pk), url("strategy_changelist"),
        url("release_changelist"), url("release_publish"),
        url("release_change", release.pk),
    ):  # fmt: skip
        assert "<bot-try>" in console.get(at, follow=True).content.decode(), at


def test_agents_get_none_of_it(client: Client):
    client.force_login(make_member("alice"))
    for at in (url("entry_changelist"), url("entry_near"), url("entry_export", "csv")):
        assert client.get(at).status_code in (302, 403), at
    for at in (url("entry_try"), url("entry_picture"), url("strategy_switch")):
        assert client.post(at).status_code in (302, 403), at


# --- on and off


@pytest.mark.feature("B1", "B2", "B3", "A72", "B33")
def test_the_bot_is_stopped_and_started_at_once(console: Client):
    assert Strategy.get_solo().is_enabled
    shown = page(console)
    assert "cs-badge cs-beside cs-on" in shown
    assert url("release_publish") in shown
    answer = console.post(url("strategy_switch"), {"on": "0", "next": url("release_changelist")})
    assert answer["Location"] == url("release_changelist")
    assert not Strategy.get_solo().is_enabled
    shown = page(console)
    assert "cs-badge cs-beside cs-off" in shown
    assert url("release_publish") not in shown
    console.post(url("strategy_switch"), {"on": "1", "next": "https://elsewhere.example/"})
    assert Strategy.get_solo().is_enabled
    assert console.get(url("strategy_switch")).status_code == 403


# --- export


@pytest.mark.feature("A70")
def test_export_gives_the_filtered_list_safe_to_open(console: Client):
    from openpyxl import load_workbook

    category = Category.objects.create(name="Orders")
    Entry.objects.create(category=category, question="=1+1", similar=["a", "b"], answer='@SUM("x")')
    make(2)
    answer = console.get(url("entry_export", "csv"), {"category": category.pk})
    raw = b"".join(answer).decode("utf-8-sig")
    lines = raw.splitlines()
    assert len(lines) == 3  # a similar question a line inside the cell
    assert "'=1+1" in raw and "'@SUM" in raw
    book = load_workbook(BytesIO(b"".join(console.get(url("entry_export", "xlsx")))))
    rows = list(book.active.values)
    assert len(rows) == 4
    assert rows[1][1] == "'=1+1"
    assert console.get(url("entry_export", "exe")).status_code == 404
