"""The audit log (issue of the console, item 7): who changed, opened or tried what, for ever."""

import csv
import io

import pytest
from asgiref.sync import async_to_sync
from auditlog.models import LogEntry
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import create_member
from accounts.models import Group, Member, Role
from chatbot.actions import confirm_import, imports, start_checking, upload_sheet
from chatbot.models import Category, Entry, Library, WelcomeQuestion, default_category
from cs_project.admin import label_of
from cs_project.audit import AppendOnly, watched
from routing.models import Desk
from sessions_flow.actions.api_keys import issue_key
from sessions_flow.flow.drafts import create_flow, use_in
from sessions_flow.flow.examples import menus
from sessions_flow.models import ApiKey, Prompts
from tests.cast import Vera, make_channel, make_group, make_member, sit_down
from workbench.cloud import keys
from workbench.models import CloudKey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]
PASSWORD = "correct-horse-9"
ENGLISH = {"accept-language": "en"}
LIST = "/admin/auditlog/logentry/"


@pytest.fixture
def sofia() -> Member:
    return make_member("sofia", Role.ADMIN)


@pytest.fixture
def console(sofia: Member) -> Client:
    client = Client(REMOTE_ADDR="203.0.113.7")
    client.force_login(sofia)
    return client


def newest(model: type) -> LogEntry:
    return LogEntry.objects.get_for_model(model).order_by("-pk").first()


async def whole(answer) -> bytes:
    return b"".join([chunk async for chunk in answer])


def test_it_works(console: Client, sofia: Member):
    Prompts.get_solo()
    console.post(reverse("admin:sessions_flow_prompts_changelist"), {"welcome": "Hello", "hand_over_keywords": ""})
    entry = newest(Prompts)
    assert (entry.actor, entry.remote_addr) == (sofia, "203.0.113.7")
    assert entry.changes["welcome"][1] == "Hello"
    page = console.get(LIST, headers=ENGLISH).content.decode()
    assert "→ Hello" in page
    assert "203.0.113.7" in page


def test_members_and_groups(console: Client, sofia: Member):
    alice, group = make_member("alice"), make_group("Sales")
    for verb in ("force_off", "restore", "delete"):
        console.post(reverse(f"admin:accounts_member_{verb}", args=[alice.pk]))
        field = "deleted_at" if verb == "delete" else "forced_off_at"
        assert field in newest(Member).changes, verb
        assert newest(Member).actor == sofia
    bob = make_member("bob")
    console.post(reverse("admin:accounts_group_change", args=[group.pk]), {"name": "Sales", "members": [bob.pk]})
    assert newest(Group).changes["members"] == ["", "Bob"]
    console.post(reverse("admin:accounts_group_delete", args=[group.pk]))
    assert "removed_at" in newest(Group).changes


def test_what_is_added_is_told_with_its_own_fields_alone(console: Client):
    console.post(reverse("admin:accounts_group_add"), {"name": "Sales", "most_per_agent": "3"})
    entry = LogEntry.objects.get_for_model(Group).get(action=LogEntry.Action.CREATE)
    told = {name: after for name, (_before, after) in entry.changes.items() if after not in ("None", "")}
    assert told == {"name": "Sales", "most_per_agent": "3"}


def test_no_password_is_ever_kept(console: Client):
    alice = make_member("alice")
    console.post(reverse("admin:accounts_member_reset", args=[alice.pk]))
    alice.refresh_from_db()
    assert label_of(LogEntry.objects.filter(additional_data__event="password").get()).strip()
    for entry in LogEntry.objects.get_for_model(Member):
        assert "password" not in (entry.changes or {})
        assert alice.password not in str(entry.changes)


def test_logins_and_failures():
    create_member(account="larry@example.com", nickname="Larry", role=Role.AGENT, password=PASSWORD)
    client = Client(REMOTE_ADDR="203.0.113.8")
    client.post("/accounts/login/", {"login": "larry@example.com", "password": "wrong"})
    client.post("/accounts/login/", {"login": "nobody@example.com", "password": "wrong"})
    client.post("/accounts/login/", {"login": "larry@example.com", "password": PASSWORD})
    client.post("/accounts/logout/")
    told = LogEntry.objects.filter(additional_data__isnull=False, remote_addr="203.0.113.8").order_by("pk")
    assert [entry.additional_data["event"] for entry in told] == ["login_failed", "login", "logout"]


def test_whoever_reads_a_transcript_is_named(console: Client, sofia: Member):
    vera = Vera()
    vera.post("my secret")
    console.get(reverse("admin:sessions_flow_session_change", args=[vera.session.pk]))
    entry = LogEntry.objects.get(additional_data__event="transcript")
    assert (entry.actor, entry.object_pk) == (sofia, str(vera.session.pk))


def test_nothing_is_changed_or_deleted(console: Client):
    make_member("alice")
    entry = newest(Member)
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly), transaction.atomic():
        entry.delete()
    for page in ("change", "delete"):
        assert console.post(f"{LIST}{entry.pk}/{page}/").status_code == 403, page
    assert console.get(f"{LIST}add/").status_code == 403


def test_filtered_and_exported_as_text(console: Client):
    make_group("=HYPERLINK(1)")
    make_member("alice")
    Group.objects.filter(name="=HYPERLINK(1)").get().delete()
    answer = console.get(f"{LIST}export/", {"q": "HYPERLINK"}, headers=ENGLISH)
    rows = list(csv.reader(async_to_sync(whole)(answer).decode("utf-8-sig").splitlines()))
    assert len(rows) == 3
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert not any("Alice" in cell for row in rows for cell in row)
    assert console.get(LIST, {"q": "HYPERLINK", "action__exact": "2"}).context["cl"].result_count == 1


def test_agents_do_not_see_it():
    client = Client()
    client.force_login(make_member("alice"))
    for page in (LIST, f"{LIST}export/"):
        assert client.get(page).status_code in (302, 403), page


def test_secrets_and_large_documents_are_left_out():
    from auditlog.registry import auditlog

    for model in watched():
        left_out = set(auditlog.get_model_fields(model)["exclude_fields"])
        kept = {field.name for field in model._meta.get_fields()} - left_out
        assert not kept & {"password", "digest", "sealed_key", "graph", "snapshot"}, model


# --- writes of many rows at once, and by other doors than a form


def told(model: type) -> list[tuple[str, dict[str, list[str]]]]:
    """(whom it was about, what changed) of every change of such a row, oldest first; by Sofia, from her place."""
    entries = LogEntry.objects.get_for_model(model).filter(action=LogEntry.Action.UPDATE).order_by("pk")
    assert {(str(entry.actor), entry.remote_addr) for entry in entries} <= {("Sofia", "203.0.113.7")}
    return [(entry.object_repr, entry.changes) for entry in entries]


def questions(count: int = 3) -> list[Entry]:
    category = default_category()
    return [Entry.objects.create(category=category, question=f"Q{n}", answer="A") for n in range(count)]


def test_what_is_done_to_many_entries_is_told_of_each(console: Client):
    entries = questions()
    there = Category.objects.create(name="There")
    page = reverse("admin:chatbot_entry_changelist")

    def run(action: str, **more: object) -> list[tuple[str, dict[str, list[str]]]]:
        before = len(told(Entry))
        console.post(page, {"action": action, "_selected_action": [e.pk for e in entries[:2]], **more}, follow=True)
        return told(Entry)[before:]

    assert [(who, what["is_enabled"]) for who, what in run("disable")] == [
        ("Q0", ["True", "False"]), ("Q1", ["True", "False"]),
    ]  # fmt: skip
    assert run("disable") == []
    assert [what["is_enabled"][1] for _who, what in run("enable")] == ["True", "True"]
    assert [what["category"][1] for _who, what in run("move", to=there.pk)] == ["There", "There"]
    assert [who for who, what in run("delete_chosen") if what["deleted_at"][0] == "None"] == ["Q0", "Q1"]
    console.post(page, {"_undo": Entry.with_deleted.get(pk=entries[0].pk).deleted_at.isoformat()})
    assert [what["deleted_at"][1] for _who, what in told(Entry)[-2:]] == ["None", "None"]


def test_folders_of_the_knowledge_base(console: Client):
    own = Category.objects.create(name="Jokes", library=Library.CHITCHAT)
    Category.objects.create(name="Puns", library=Library.CHITCHAT, parent=own)
    console.post(f"{reverse('admin:chatbot_entry_changelist')}?library=chitchat", {"_switch": own.pk})
    assert told(Category) == [(name, {"is_enabled": ["True", "False"]}) for name in ("Jokes", "Puns")]
    gone = Category.objects.create(name="Gone")
    Entry.objects.create(category=gone, question="Q", answer="A")
    console.post(reverse("admin:chatbot_category_delete", args=[gone.pk]), {"entries": "keep"})
    who, what = told(Entry)[0]
    assert (who, what["category"]) == ("Q", ["Gone", default_category().name])
    assert LogEntry.objects.get_for_model(Category).filter(action=LogEntry.Action.DELETE, object_repr="Gone").exists()


def test_an_imported_sheet_is_told_of_row_by_row(console: Client, sofia: Member, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    questions(1)
    file = io.BytesIO("标准问题,回答\nQ0,B\nQ9,C\nQ8,D\n".encode())
    job = upload_sheet(file, "q.csv", Library.QA, sofia)
    start_checking(job, job.columns, updates=True, good_only=False)
    for _half in "check", "carry out":
        imports.work_on(imports.claim_import(timezone.now()))
        job.refresh_from_db()
        if job.state == job.State.CHECKED:
            confirm_import(job, good_only=False)
    assert job.state == job.State.DONE
    entries = LogEntry.objects.get_for_model(Entry).filter(actor=sofia).order_by("object_repr")
    assert [(entry.object_repr, entry.action, entry.changes["answer"][1]) for entry in entries] == [
        ("Q0", LogEntry.Action.UPDATE, "B"), ("Q8", LogEntry.Action.CREATE, "D"), ("Q9", LogEntry.Action.CREATE, "C"),
    ]  # fmt: skip
    assert {entry.object_id for entry in entries} == set(Entry.objects.values_list("pk", flat=True))


def test_the_welcome_card(console: Client):
    page = reverse("admin:chatbot_strategy_changelist")
    data = {
        "direct_threshold": "0.6", "chitchat_threshold": "0.7", "guide_threshold": "0.3", "guide_count": "3",
        "fallback": "fixed", "failures_before_human": "0", "keep_questions_days": "180", "welcome-sent": "1",
    }  # fmt: skip
    for texts in (["one", "two"], ["one", "2"], ["one"]):
        answer = console.post(page, {**data, "welcome-text": texts, "welcome-language": [""] * len(texts)})
        assert answer.status_code == 302, texts
    found = LogEntry.objects.get_for_model(WelcomeQuestion).order_by("pk")
    assert [(entry.action, entry.object_repr) for entry in found] == [
        (LogEntry.Action.CREATE, "one"), (LogEntry.Action.CREATE, "two"),
        (LogEntry.Action.UPDATE, "2"), (LogEntry.Action.DELETE, "2"),
    ]  # fmt: skip


def test_flows_are_drawn_published_and_put_in_place(console: Client):
    channel, flow = make_channel(), create_flow("Main", menus(), None)
    other = create_flow("Other", menus(), None)
    use_in(other, [channel.pk], True)

    def ask(page: str, **what: object) -> list[tuple[str, dict[str, list[str]]]]:
        before = len(console_told())
        url = reverse(f"admin:sessions_flow_flow_{page}", args=[flow.pk])
        assert console.post(url, what, content_type="application/json").status_code == 200, page
        return console_told()[before:]

    def console_told() -> list[tuple[str, dict[str, list[str]]]]:
        by_her = LogEntry.objects.filter(actor__account="sofia@example.com", action=LogEntry.Action.UPDATE)
        return [(entry.object_repr, entry.changes) for entry in by_her.order_by("pk")]

    ((who, what),) = ask("save", graph=flow.draft, revision=1, name="Renamed")
    assert (who, what["name"], what["revision"]) == ("Renamed", ["Main", "Renamed"], ["1", "2"])
    changes = ask("publish", revision=2, note="", channels=[channel.pk], for_all=True)
    assert ("Renamed", {"live": ["None", "Renamed v1"]}) in changes
    assert ("Other", {"is_default": ["True", "False"]}) in changes
    assert ("Renamed", {"is_default": ["False", "True"]}) in changes
    assert (channel.name, {"flow": ["Other", "Renamed"]}) in changes
    assert (channel.name, {"flow": ["Renamed", "None"]}) in ask("use", channels=[], for_all=True)


@pytest.mark.parametrize("model", [ApiKey, CloudKey])
def test_a_key_is_revoked_once(console: Client, model: type):
    key = issue_key("CRM", ["visitors"])[0] if model is ApiKey else keys.create("CRM", [], None)[0]
    page = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_revoke", args=[key.pk])
    for _time in "first", "second":
        console.post(page)
    ((who, what),) = told(model)
    assert (who, what["revoked_at"][0]) == (str(key), "None")


def test_the_limit_of_an_agent(console: Client):
    desk = sit_down(make_member("alice"))
    console.post(reverse("admin:routing_desk_change", args=[desk.pk]), {"admin_limit": 9})
    ((_who, what),) = told(Desk)
    assert what["admin_limit"][1] == "9"


def test_the_groups_of_a_member(console: Client):
    alice, sales, support = make_member("alice"), make_group("Sales"), make_group("Support")
    alice.groups_served.add(sales)
    page = reverse("admin:accounts_member_change", args=[alice.pk])
    data = {"nickname": "Alice", "role": "agent", "staff_no": "1"}
    console.post(page, {**data, "groups": [sales.pk, support.pk]})
    console.post(page, {**data, "groups": [sales.pk, support.pk]})
    entry = LogEntry.objects.get(additional_data__event="groups")
    assert entry.changes == {"groups_served": ["Sales", "Sales, Support"]}
    assert "Sales → Sales, Support" in console.get(LIST, headers=ENGLISH).content.decode()
