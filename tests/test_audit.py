"""The audit log (issue of the console, item 7): who changed, opened or tried what, for ever."""

import csv

import pytest
from asgiref.sync import async_to_sync
from auditlog.models import LogEntry
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.actions import create_member
from accounts.models import Group, Member, Role
from cs_project.admin import label_of
from cs_project.audit import AppendOnly, watched
from sessions_flow.models import Prompts
from tests.cast import Vera, make_group, make_member

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
