"""The console through its front door: who gets in, what an admin may do to the team, and that every page is there."""

import re
from itertools import product

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import create_member, create_super_admin
from accounts.models import Group, Member, Role
from cs_project.demo import load_demo
from routing.models import Assignment
from tests.cast import Vera, make_group, make_member

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-9"
SHOWN = re.compile(r'id="password" type="text" value="(\w{16})"')
VERBS = ("reset", "force_off", "restore", "delete")


@pytest.fixture(autouse=True)
def unhashed_files(settings) -> None:
    """Nobody has collected the static files here."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def boss() -> Member:
    return create_super_admin(PASSWORD)


@pytest.fixture
def sofia() -> Member:
    return create_member(account="sofia@example.com", nickname="Sofia", role=Role.ADMIN, password=PASSWORD)


@pytest.fixture
def alice() -> Member:
    return create_member(account="alice@example.com", nickname="Alice", role=Role.AGENT, password=PASSWORD)


@pytest.fixture
def console(client: Client, sofia: Member) -> Client:
    client.force_login(sofia)
    return client


def url(page: str, *args: object) -> str:
    return reverse(f"admin:accounts_{page}", args=args)


def logs_in(account: str, password: str) -> bool:
    """At the login page, as people do."""
    visitor = Client()
    visitor.post("/accounts/login/", {"login": account, "password": password})
    return "_auth_user_id" in visitor.session


def shown_password(response) -> str:
    found = SHOWN.search(response.content.decode())
    assert found, "no password is shown"
    return found[1]


# --- who gets in


def test_it_works(console: Client):
    assert console.get("/admin/").status_code == 200


@pytest.mark.feature("T10")
def test_alice_gets_no_console(client: Client, alice: Member):
    client.force_login(alice)
    for path in ("/admin/", url("member_changelist"), url("member_add"), url("member_delete", alice.pk)):
        assert client.get(path).status_code in (302, 403), path
        assert client.post(path, {"post": "yes"}).status_code in (302, 403), path
    alice.refresh_from_db()
    assert alice.deleted_at is None


def test_a_stranger_is_sent_to_the_login_page(client: Client):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


def test_the_console_logs_out_by_post(console: Client):
    page = console.get("/admin/").content.decode()
    assert f'action="{reverse("admin:logout")}"' in page
    console.post(reverse("admin:logout"))
    assert "_auth_user_id" not in console.session


# --- adding and editing


def add(console: Client, **fields: object):
    data = {"nickname": "Bob", "account": "bob@example.com", "role": "agent", "staff_no": "00791", **fields}
    return console.post(url("member_add"), data)


@pytest.mark.feature("T4", "T5", "W4", "A118")
def test_a_new_member_gets_a_password_that_is_shown_once(console: Client):
    group = make_group("Sales")
    response = add(console, groups=[group.pk])
    password = shown_password(response)
    assert "no-store" in response["Cache-Control"]
    assert logs_in("bob@example.com", password)
    bob = Member.objects.get(account="bob@example.com")
    assert (bob.role, bob.staff_no, list(bob.groups_served.all())) == (Role.AGENT, "00791", [group])
    for page in (url("member_changelist"), url("member_change", bob.pk), url("member_history", bob.pk)):
        assert password not in console.get(page).content.decode()


def test_nobody_is_added_as_super_admin(console: Client):
    assert add(console, role="super_admin").status_code == 200
    assert not Member.objects.filter(nickname="Bob").exists()


def test_an_account_is_added_once_in_any_case(console: Client, alice: Member):
    assert add(console, account="ALICE@example.com").status_code == 200
    assert Member.objects.filter(account__iexact="alice@example.com").count() == 1


@pytest.mark.feature("T11", "T17")
def test_editing_changes_four_things_and_nothing_else(console: Client, alice: Member):
    group = make_group("Sales")
    data = {"nickname": "Alicia", "role": "admin", "staff_no": "7", "groups": [group.pk]}
    stolen = {
        "account": "evil@example.com",
        "email": "evil@example.com",
        "password": "x",
        "phone": "1",
        "deleted_at": "x",
    }
    assert console.post(url("member_change", alice.pk), {**data, **stolen}).status_code == 302
    changed = Member.objects.get(pk=alice.pk)
    assert (changed.nickname, changed.role, changed.staff_no) == ("Alicia", Role.ADMIN, "7")
    assert list(changed.groups_served.all()) == [group]
    assert (changed.account, changed.email, changed.phone) == ("alice@example.com", "alice@example.com", "")
    assert changed.check_password(PASSWORD)


@pytest.mark.feature("T6")
def test_nobody_is_promoted_to_super_admin(console: Client, alice: Member):
    console.post(url("member_change", alice.pk), {"nickname": "Alice", "role": "super_admin"})
    alice.refresh_from_db()
    assert alice.role == Role.AGENT


# --- the rules


@pytest.mark.feature("T7", "A78")
def test_sofia_cannot_touch_the_super_admin(console: Client, boss: Member):
    before = Member.objects.filter(pk=boss.pk).values().get()
    for verb in VERBS:
        assert console.get(url(f"member_{verb}", boss.pk)).status_code == 403, verb
        assert console.post(url(f"member_{verb}", boss.pk), {"role": "agent"}).status_code == 403, verb
    edit = {"nickname": "Mine", "role": "agent", "staff_no": "1", "is_superuser": "", "password": "x"}
    assert console.post(url("member_change", boss.pk), edit).status_code == 403
    assert Member.objects.filter(pk=boss.pk).values().get() == before


@pytest.mark.feature("T7")
def test_the_super_admin_cannot_be_changed_by_himself_either(client: Client, boss: Member):
    client.force_login(boss)
    for verb in VERBS:
        assert client.post(url(f"member_{verb}", boss.pk)).status_code == 403, verb
    assert client.post(url("member_change", boss.pk), {"nickname": "x", "role": "agent"}).status_code == 403


@pytest.mark.feature("T9", "A78")
def test_sofia_cannot_lock_herself_out(console: Client, sofia: Member):
    for verb in ("reset", "force_off", "delete"):
        assert console.post(url(f"member_{verb}", sofia.pk)).status_code == 403, verb
    console.post(url("member_change", sofia.pk), {"nickname": "Sofie", "role": "agent", "staff_no": ""})
    sofia.refresh_from_db()
    assert (sofia.nickname, sofia.role, sofia.is_active) == ("Sofie", Role.ADMIN, True)


def test_a_question_comes_first(console: Client, alice: Member):
    for verb in ("reset", "force_off", "delete"):
        assert console.get(url(f"member_{verb}", alice.pk)).status_code == 200, verb
    alice.refresh_from_db()
    assert alice.is_active
    assert alice.check_password(PASSWORD)


# --- password, offline, deleted


@pytest.mark.feature("T12")
def test_a_reset_invalidates_the_old_password(console: Client, alice: Member):
    agent = Client()
    agent.force_login(alice)
    password = shown_password(console.post(url("member_reset", alice.pk)))
    assert not logs_in("alice@example.com", PASSWORD)
    assert logs_in("alice@example.com", password)
    assert agent.get("/workbench/").status_code == 302, "the old login still works"


@pytest.mark.feature("T14", "T15")
def test_forced_offline_until_restored(console: Client, alice: Member):
    agent = Client()
    agent.force_login(alice)
    console.post(url("member_force_off", alice.pk))
    assert not logs_in("alice@example.com", PASSWORD)
    assert agent.get("/workbench/").status_code == 302
    assert console.post(url("member_force_off", alice.pk)).status_code == 403, "twice"
    console.post(url("member_restore", alice.pk))
    assert logs_in("alice@example.com", PASSWORD)


@pytest.mark.feature("T13", "A79")
def test_a_deleted_member_is_gone_and_the_account_free(console: Client, alice: Member):
    console.post(url("member_delete", alice.pk))
    assert not logs_in("alice@example.com", PASSWORD)
    assert "alice@example.com" not in console.get(url("member_changelist")).content.decode()
    for verb in VERBS:
        assert console.post(url(f"member_{verb}", alice.pk)).status_code == 404, verb
    password = shown_password(add(console, account="alice@example.com"))
    assert logs_in("alice@example.com", password)
    assert Member.objects.filter(account="alice@example.com").count() == 2


def test_there_is_no_bulk_delete(console: Client, alice: Member):
    data = {"action": "delete_selected", "_selected_action": [alice.pk], "post": "yes"}
    console.post(url("member_changelist"), data)
    assert Member.objects.filter(pk=alice.pk, deleted_at=None).exists()


# --- groups


@pytest.mark.feature("T19", "T22", "T24", "T25", "A86")
def test_groups_are_added_edited_and_removed(console: Client, alice: Member):
    bob = make_member("bob")
    console.post(url("group_add"), {"name": "Sales", "members": [alice.pk]})
    group = Group.objects.get(name="Sales")
    assert list(Member.objects.filter(groups_served=group)) == [alice]
    console.post(url("group_change", group.pk), {"name": "Support", "members": [alice.pk, bob.pk]})
    group.refresh_from_db()
    assert (group.name, Member.objects.filter(groups_served=group).count()) == ("Support", 2)
    assert console.get(url("group_delete", group.pk)).status_code == 200
    assert Group.objects.present().count() == 1
    console.post(url("group_delete", group.pk))
    assert not Group.objects.present().exists()
    assert Group.objects.get(pk=group.pk).name == "Support"
    assert console.get(url("group_change", group.pk), follow=False).status_code == 302


def test_two_groups_of_one_name_are_refused(console: Client):
    make_group("Sales")
    assert console.post(url("group_add"), {"name": "Sales"}).status_code == 200
    assert Group.objects.count() == 1


# --- every page


def pages() -> list[str]:
    """Every list, add and change page of everything registered, as far as an admin may open it."""
    found = ["/admin/", reverse("admin:chatbot_release_publish")]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        if admin.site._registry[model].__class__.has_add_permission.__qualname__.startswith("BaseModelAdmin"):
            found.append(reverse(f"{name}_add"))
        row = model._default_manager.first()
        if row is not None:
            found.append(reverse(f"{name}_change", args=[row.pk]))
    return found


def test_every_page_answers_in_both_languages(console: Client, alice: Member):
    load_demo()
    make_group("Sales", alice)
    session = Vera().serve(alice)
    Assignment.objects.get_or_create(session=session, member=alice, defaults={"offered_at": session.opened_at})
    paths = pages()
    assert len(paths) > 25
    for path, language in product(paths, ("zh-hans", "en")):
        response = console.get(path, headers={"accept-language": language}, follow=True)
        assert response.status_code == 200, (path, language)
        assert f'lang="{language}"' in response.content.decode(), (path, language)


def test_the_navigation_has_no_dead_links(console: Client):
    load_demo()
    page = console.get("/admin/").content.decode()
    links = {link for link in re.findall(r'href="(/[^"#]*)"', page) if not link.startswith("/static/")}
    assert {"/workbench/", url("member_changelist"), url("group_changelist")} <= links
    for link in links:
        assert console.get(link.replace("&amp;", "&"), follow=True).status_code == 200, link


def test_nothing_of_third_parties_is_registered():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels == {"accounts", "chatbot", "routing", "sessions_flow"}


def test_the_list_asks_a_fixed_number_of_questions(console: Client):
    path = url("member_changelist")
    console.get(path)
    before = count_of(console, path)
    for number in range(8):
        make_group(f"group {number}", make_member(f"agent{number}"))
    assert count_of(console, path) == before


def count_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
