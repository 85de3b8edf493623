"""The console through its front door: who gets in, what an admin may do to the team, and that every page is there."""

import re
import secrets
from io import StringIO
from itertools import product

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import create_member, create_super_admin
from accounts.logins import member_of_login
from accounts.models import Group, Member, Role
from chatbot.models import Category, Entry, Release
from cs_project.demo import load_demo
from routing.models import Assignment, Waiting
from sessions_flow.actions import leave
from sessions_flow.models import Channel, Prompts
from tests.cast import Vera, make_group, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]
PASSWORD = "correct-horse-9"
SHOWN = re.compile(r'id="password" type="text" value="(\w{16})"')
VERBS = ("reset", "force_off", "restore", "delete")


@pytest.fixture(autouse=True)
def no_mail_server(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


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


@pytest.mark.feature("T1", "T9")
def test_sofia_manages_other_admins(console: Client):
    other = make_member("olga", Role.ADMIN)
    edit = {"nickname": "Olga B", "role": "admin", "staff_no": ""}
    assert console.post(url("member_change", other.pk), edit).status_code == 302
    shown_password(console.post(url("member_reset", other.pk)))
    console.post(url("member_force_off", other.pk))
    other.refresh_from_db()
    assert (other.nickname, other.is_active) == ("Olga B", False)
    console.post(url("member_delete", other.pk))
    assert not Member.objects.present().filter(pk=other.pk).exists()


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


@pytest.mark.feature("M12")
def test_what_succeeded_is_said(console: Client, alice: Member):
    answer = console.post(url("member_force_off", alice.pk), follow=True, headers={"accept-language": "zh-hans"})
    assert "操作成功" in answer.content.decode()


@pytest.mark.feature("M4")
def test_the_first_password_of_the_super_admin_is_printed_once():
    out = StringIO()
    call_command("create_super_admin", stdout=out)
    account, password = re.findall(r": (\S+)", out.getvalue())[:2]
    boss = Client()
    boss.post("/accounts/login/", {"login": account, "password": password})
    assert boss.get("/admin/")["Location"] == "/accounts/password/change/"


def test_there_is_no_bulk_delete(console: Client, alice: Member):
    data = {"action": "delete_selected", "_selected_action": [alice.pk], "post": "yes"}
    console.post(url("member_changelist"), data)
    assert Member.objects.filter(pk=alice.pk, deleted_at=None).exists()


# --- the list


def row_of(console: Client, member: Member) -> str:
    """The row of the member in the list, as HTML."""
    page = console.get(url("member_changelist"), headers={"accept-language": "en"}).content.decode()
    rows = [row for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if f">{member.account}<" in row]
    assert len(rows) == 1, member.account
    return rows[0]


@pytest.mark.feature("T1", "T2", "T16")
def test_the_table_has_nickname_account_role_phone_and_actions(console: Client, alice: Member):
    Member.objects.filter(pk=alice.pk).update(phone="+8613800000000")
    response = console.get(url("member_changelist"))
    shown = [str(getattr(name, "__name__", name)) for name in response.context["cl"].list_display]
    wanted = ["nickname", "account", "role_label", "phone", "row_actions"]
    assert [name for name in shown if name in wanted] == wanted
    row = row_of(console, alice)
    for said in ("Alice", "alice@example.com", "Agent", "+8613800000000"):
        assert said in row, said
    for term, count in (("alice@", 1), ("Alice", 1), ("1380000", 1), ("nobody", 0)):
        assert len(console.get(url("member_changelist"), {"q": term}).context["cl"].result_list) == count, term


@pytest.mark.feature("T3", "T15")
def test_each_row_has_the_verbs_that_are_possible(console: Client, alice: Member, sofia: Member, boss: Member):
    def links(member: Member) -> list[str]:
        return re.findall(r'<a class="[^"]*" href="[^"]*/(\w+)/">', row_of(console, member).split("cs-verbs")[1])

    assert links(alice) == ["change", "reset", "force_off", "delete"]
    console.post(url("member_force_off", alice.pk))
    assert links(alice) == ["change", "reset", "restore", "delete"]
    assert links(sofia) == ["change"]
    assert links(boss) == []


@pytest.mark.feature("T8", "M2")
def test_the_super_admin_has_an_account_without_mail(client: Client, boss: Member, settings):
    assert (boss.account, boss.email, boss.nickname) == (f"admin-{settings.IM_SDK_APP_ID}", "", "超级管理员")
    client.post("/accounts/login/", {"login": boss.account, "password": PASSWORD})
    assert client.get("/admin/").status_code == 200


# --- passwords on their way, and the first login


@pytest.mark.feature("T5", "T12", "M3", "A118")
def test_where_there_is_mail_passwords_are_mailed_and_not_shown(console: Client, settings, mailoutbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    passwords = []
    for _ in range(2):
        bob = Member.objects.filter(nickname="Bob").first()
        response = console.post(url("member_reset", bob.pk), follow=True) if bob else add(console, role="admin")
        letter = mailoutbox.pop()
        assert letter.to == ["bob@example.com"]
        passwords.append(re.search(r"[A-Za-z0-9]{16}(?![A-Za-z0-9])", letter.body)[0])
        page = console.get(url("member_changelist")).content.decode()
        assert passwords[-1] not in page + response.content.decode()
    assert not logs_in("bob@example.com", passwords[0])
    assert logs_in("bob@example.com", passwords[1])


def test_a_letter_that_cannot_leave_is_told_with_what_to_do(console: Client, settings, free_tcp_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_tcp_port
    console.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    add(console)
    page = console.get(url("member_changelist")).content.decode()
    assert "could not be sent to bob@example.com" in page
    assert "Reset password" in page
    assert Member.objects.filter(account="bob@example.com").exists()


@pytest.mark.feature("T5", "A80")
@pytest.mark.parametrize("role", ["agent", "admin"])
def test_the_first_password_has_to_be_changed(console: Client, role: str):
    first = shown_password(add(console, role=role))
    bob = Client()
    bob.post("/accounts/login/", {"login": "bob@example.com", "password": first})
    change = "/accounts/password/change/"
    for path in ("/workbench/", "/workbench/records/", "/admin/", url("member_changelist")):
        assert bob.get(path).headers.get("Location") == change, path
    key = bob.cookies["sessionid"].value
    assert member_of_login(key) is None, "a socket is open to him"
    assert bob.post("/api/v1/uploads/").status_code in (401, 403)

    def choose(password: str):
        return bob.post(change, {"oldpassword": first, "password1": password, "password2": password})

    choose(first)
    assert Member.objects.get(account="bob@example.com").must_change_password, "the same one is no change"
    assert choose(PASSWORD)["Location"] == "/accounts/login/", "with no way back to the change"
    bob.post("/accounts/login/", {"login": "bob@example.com", "password": PASSWORD})
    assert bob.get("/admin/" if role == "admin" else "/workbench/").status_code == 200
    assert member_of_login(bob.cookies["sessionid"].value).nickname == "Bob"


@pytest.mark.feature("A80")
def test_repeated_failures_lock_the_account_for_a_while():
    """Counted in the cache, which outlives the test: an account and an address of its own."""
    account = f"{secrets.token_hex(8)}@example.com"
    create_member(account=account, nickname="Larry", role=Role.AGENT, password=PASSWORD)
    thief = Client(REMOTE_ADDR=f"2001:db8::{secrets.token_hex(2)}")

    def attempt(password: str) -> str:
        sent = {"login": account, "password": password}
        return thief.post("/accounts/login/", sent, headers={"accept-language": "zh-hans"}).content.decode()

    for _ in range(5):
        assert "登录失败次数过多" not in attempt("wrong")
    assert "登录失败次数过多" in attempt(PASSWORD)
    assert "_auth_user_id" not in thief.session


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


@pytest.mark.feature("T25", "A34")
def test_who_waits_is_named_before_a_group_goes(console: Client):
    group = make_group("Sales")
    question = url("group_delete", group.pk)
    assert "waiting for this group" not in console.get(question, headers={"accept-language": "en"}).content.decode()
    vera = Vera()
    vera.post("hello")
    Waiting.objects.create(session=vera.session, group=group, since=vera.session.opened_at)
    page = console.get(question, headers={"accept-language": "en"}).content.decode()
    assert "1 person is waiting for this group now" in page
    console.post(question)
    assert Waiting.objects.get(session=vera.session).group is None


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


@pytest.mark.feature("M7")
def test_the_navigation_is_in_the_documents_order(console: Client):
    page = console.get("/admin/", headers={"accept-language": "zh-hans"}).content.decode()
    wanted = [
        "工作台消息",
        "前往工作台",
        "概览",
        "智能机器人",
        "知识库",
        "发布记录",
        "设置",
        "团队管理",
        "成员",
        "分组",
    ]
    navigation = page[page.index('id="nav-sidebar-apps"') :]
    places = [re.search(rf">\s*{title}\s*<", navigation).start() for title in wanted]
    assert places == sorted(places)


@pytest.mark.feature("M6")
def test_badges_count_who_waits_and_what_was_left(console: Client, client: Client):
    names = ("cs_project.badges.waiting", "cs_project.badges.left_messages")
    assert console.get("/admin/badges/").json() == dict.fromkeys(names, "")
    vera = Vera()
    vera.post("hello")
    Waiting.objects.create(session=vera.session, since=vera.session.opened_at)
    leave(vera.conversation.pk, "left-1", "请回电话", "13800000000")
    assert console.get("/admin/badges/").json() == dict.fromkeys(names, "1")
    page = console.get("/admin/").content.decode()
    assert all(re.search(rf'data-badge="{name}"[^>]*>1<', page) for name in names)
    assert Client().get("/admin/badges/").status_code == 302


@pytest.mark.feature("M8")
def test_the_top_bar_leads_to_help(console: Client, settings):
    settings.SUPPORT_URL, settings.DOCS_URL = "https://help.example.com", ""
    page = console.get("/admin/", headers={"accept-language": "zh-hans"}).content.decode()
    assert re.search(r'href="https://help.example.com"[^>]*title="技术支持"', page)
    assert "文档中心" not in page
    settings.DOCS_URL = "https://docs.example.com"
    page = console.get(url("member_changelist"), headers={"accept-language": "zh-hans"}).content.decode()
    assert re.search(r'href="https://docs.example.com"[^>]*title="文档中心"', page)
    assert "智能客服" in page
    assert "Sofia" in page


@pytest.mark.feature("M9", "M10", "M11")
def test_cards_of_both_kinds_of_channel(console: Client):
    Channel.objects.all().delete()

    def overview() -> str:
        return console.get("/admin/", headers={"accept-language": "zh-hans"}).content.decode()

    assert overview().count("开始配置") == 2
    web = Channel.objects.create(kind="web", service_account="@web_account")
    app = Channel.objects.create(kind="app", service_account="@app_account")
    page = overview()
    assert "开始配置" not in page
    guide, change = (reverse(f"admin:sessions_flow_channel_{name}", args=[web.pk]) for name in ("guide", "change"))
    assert re.search(rf'href="{guide}".*?使用指引.*?href="{change}".*?修改配置', page, re.DOTALL)
    assert 'value="@app_account"' in page
    assert 'data-copy="app-account"' in page
    menu = page[page.index('<details class="cs-menu">') :]
    assert reverse("admin:sessions_flow_channel_change", args=[app.pk]) in menu[: menu.index("</details>")]


@pytest.mark.feature("D11")
def test_the_checklist_ticks_itself_off(console: Client, alice: Member):
    Channel.objects.all().delete()

    def done() -> list[bool]:
        return [step.is_done for step in console.get("/admin/").context["checklist"]]

    assert done() == [False, True, False, False, False, False, False]
    make_group("Sales", alice)
    vera = Vera()
    vera.post("hello")
    assert done() == [True, True, True, False, False, False, True]
    Prompts.objects.update_or_create(pk=Prompts.singleton_instance_id, defaults={"welcome": "您好"})
    Entry.objects.create(category=Category.objects.get_or_create(name="Shop")[0], question="Refunds?", answer="Yes")
    Release.objects.create(version="1", published_at=timezone.now(), snapshot={})
    assert console.get("/admin/").context["checklist"] == []


def test_nothing_of_third_parties_is_registered():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels == {"accounts", "auditlog", "chatbot", "routing", "sessions_flow", "workbench"}


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
