"""导入成员: a file becomes members by the rules of the form, after a preview, all or none."""

import csv
import io
import re

import pytest
from asgiref.sync import async_to_sync
from auditlog.models import LogEntry
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from accounts.models import Member, Role
from cs_project.member_import import rows
from tests.cast import make_group, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]
PAGE = "/admin/accounts/member/import/"
HEADINGS = "昵称,邮箱或账号,角色,工号,分组\n"
GOOD = (
    HEADINGS + "阿力,ali@example.com,客服,00791,售前、售后\n=1+1,Sum@Example.com,admin,,\nCarol,carol@example.com,,,\n"
)


@pytest.fixture(autouse=True)
def no_mail_server(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


@pytest.fixture
def console(client: Client) -> Client:
    client.force_login(make_member("sofia", Role.ADMIN))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def upload(console: Client, text: str | bytes, name: str = "members.csv"):
    content = text.encode() if isinstance(text, str) else text
    return console.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def field(response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', response.content.decode())
    assert found, f"the page has no {name}"
    return found[1]


def imported(console: Client, text: str):
    return console.post(f"{PAGE}confirm/", {"rows": field(upload(console, text), "rows")})


def downloaded(response) -> bytes:
    """Streamed as under ASGI."""

    async def whole() -> bytes:
        return b"".join([chunk async for chunk in response.streaming_content])

    return async_to_sync(whole)()


def logs_in(account: str, password: str) -> bool:
    visitor = Client()
    visitor.post("/accounts/login/", {"login": account, "password": password})
    return "_auth_user_id" in visitor.session


@pytest.mark.feature("T4", "T5", "T17", "A118")
def test_it_works(console: Client):
    before, after = make_group("售前"), make_group("售后")
    assert PAGE in console.get("/admin/accounts/member/").content.decode()
    preview = upload(console, GOOD)
    assert preview.status_code == 200
    assert "ali@example.com" in preview.content.decode()
    assert Member.objects.count() == 1, "the preview changes nothing"
    page = console.post(f"{PAGE}confirm/", {"rows": field(preview, "rows")})
    assert "no-store" in page["Cache-Control"]
    ali, total, carol = (Member.objects.get(account=f"{name}@example.com") for name in ("ali", "sum", "carol"))
    assert (ali.nickname, ali.role, ali.staff_no, set(ali.groups_served.all())) == (
        "阿力", Role.AGENT, "00791", {before, after},
    )  # fmt: skip
    assert (total.nickname, total.role, total.email) == ("=1+1", Role.ADMIN, "sum@example.com")
    assert carol.role == Role.AGENT
    assert carol.staff_no.isdecimal()
    passwords = re.findall(r"<code>(\w{16})</code>", page.content.decode())
    assert len(set(passwords)) == 3
    assert logs_in("carol@example.com", passwords[2])
    assert ali.must_change_password


@pytest.mark.feature("A118")
def test_the_passwords_come_as_a_file_that_runs_nothing(console: Client):
    make_group("售前")
    make_group("售后")
    page = imported(console, GOOD)
    answer = console.post(f"{PAGE}passwords/", {"passwords": field(page, "passwords")})
    content = downloaded(answer).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content)))
    shown = re.findall(r"<code>(\w{16})</code>", page.content.decode())
    assert [line[2] for line in lines[1:]] == shown
    assert lines[2][0] == "'=1+1"
    assert "no-store" in answer["Cache-Control"]
    assert shown[0] not in console.get("/admin/accounts/member/").content.decode()
    forged = console.post(f"{PAGE}passwords/", {"passwords": field(page, "passwords")[:-3] + "abc"})
    assert forged.status_code == 302


def test_the_first_login_hashes_the_password_at_full_strength(console: Client):
    page = imported(console, HEADINGS + "Carol,carol@example.com,,,\n")
    quick = Member.objects.get(nickname="Carol").password
    assert logs_in("carol@example.com", re.findall(r"<code>(\w{16})</code>", page.content.decode())[0])
    assert Member.objects.get(nickname="Carol").password.split("$")[:2] != quick.split("$")[:2]


@pytest.mark.feature("T5", "A118")
def test_where_there_is_mail_passwords_are_mailed_and_not_shown(console: Client, settings, mailoutbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    page = imported(console, HEADINGS + "Bob,bob@example.com,,,\nCarol,carol@example.com,,,\n").content.decode()
    assert [letter.to for letter in mailoutbox] == [["bob@example.com"], ["carol@example.com"]]
    passwords = [re.search(r"Password: (\w{16})|密码[：:]\s*(\w{16})", letter.body) for letter in mailoutbox]
    for found in passwords:
        assert found, mailoutbox[0].body
        assert (found[1] or found[2]) not in page
    assert 'name="passwords"' not in page


def test_letters_that_cannot_leave_are_told_by_name(console: Client, settings, free_tcp_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_tcp_port
    page = imported(console, HEADINGS + "Bob,bob@example.com,,,\n").content.decode()
    assert "could not be sent" in page
    assert "bob@example.com" in page
    assert Member.objects.filter(account="bob@example.com").exists()


@pytest.mark.feature("A78", "A79")
def test_bad_rows_are_named_and_nothing_is_changed(console: Client):
    make_member("alice")
    gone = make_member("gone")
    gone.deleted_at = gone.created_at
    gone.save()
    root = f"admin-{configured.IM_SDK_APP_ID}"
    text = HEADINGS + (
        "Alice,ALICE@example.com,,,\nBob,bob@example.com,,,Nowhere\nBob 2,BOB@example.com,,,\n"
        f"Root,{root},,,\nBoss,boss@example.com,super_admin,,\n,nobody@example.com,,,\n"
        f"Dan,no address,,,\nGone,gone@example.com,,,\n{'长' * 61},long@example.com,,,\n"
    )
    answer = upload(console, text)
    assert answer.status_code == 422
    faults = {row.number: " ".join(row.faults) for row in answer.context["rows"]}
    assert faults.keys() == {2, 3, 4, 5, 6, 7, 8, 10}, "row 9 is fine: he was deleted"
    for number, reason in (
        (2, "exists already"), (3, "no group “Nowhere”"), (4, "row 3"), (5, "reserved"), (6, "super_admin"),
        (7, "Nickname: "), (8, "E-mail or account: "), (10, "60"),
    ):  # fmt: skip
        assert reason in faults[number]
    assert 'name="rows"' not in answer.content.decode()
    assert not Member.objects.filter(account="bob@example.com").exists()
    chinese = console.post(
        PAGE, {"file": SimpleUploadedFile("m.csv", text.encode())}, headers={"accept-language": "zh-hans"}
    )
    assert "该账号与第 3 行重复。" in chinese.content.decode()


def test_who_was_added_in_the_meantime_stops_the_whole_import(console: Client):
    preview = upload(console, HEADINGS + "Bob,bob@example.com,,,\nCarol,carol@example.com,,,\n")
    make_member("carol")
    answer = console.post(f"{PAGE}confirm/", {"rows": field(preview, "rows")})
    assert answer.status_code == 422
    assert "exists already" in answer.content.decode()
    assert not Member.objects.filter(account="bob@example.com").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        (HEADINGS, "The file is empty."),
        ("a,b\n1,2\n", "needs the columns"),
        (b"PK\x03\x04 no archive", "damaged"),
        (HEADINGS + "x,x@example.com,,,\n" * (rows.MOST_ROWS + 1), str(rows.MOST_ROWS)),
    ],
)
def test_files_that_are_no_list_of_members_are_refused(console: Client, content: str | bytes, reason: str):
    answer = upload(console, content)
    assert answer.status_code == 422
    assert reason in answer.content.decode()


def test_the_template_can_be_imported_as_it_is(console: Client):
    for kind, language in (("xlsx", "zh-hans"), ("csv", "en")):
        answer = console.get(f"{PAGE}template/{kind}/", headers={"accept-language": language})
        content = downloaded(answer)
        if kind == "xlsx":
            assert load_workbook(io.BytesIO(content)).worksheets[0].max_column == 5
        preview = upload(console, content, f"t.{kind}")
        assert preview.status_code == 200, [row.faults for row in preview.context["rows"]]
        assert "00791" in preview.content.decode()


def test_the_audit_log_tells_each_new_member_and_who_added_him(console: Client):
    imported(console, HEADINGS + "Bob,bob@example.com,,,\nCarol,carol@example.com,,,\n")
    for name in ("Bob", "Carol"):
        entries = LogEntry.objects.get_for_object(Member.objects.get(nickname=name))
        created = entries.get(action=LogEntry.Action.CREATE)
        assert created.actor.nickname == "Sofia"
        assert "password" not in created.changes


@pytest.mark.feature("T10", "A78")
def test_agents_and_strangers_import_nobody(client: Client):
    alice = make_member("alice")
    for who in (None, alice):
        if who:
            client.force_login(who)
        assert upload(client, GOOD).status_code in (302, 403)
        for page in ("confirm/", "passwords/", "template/csv/"):
            assert client.post(PAGE + page, {"rows": "x"}).status_code in (302, 403), page
    assert Member.objects.count() == 1
