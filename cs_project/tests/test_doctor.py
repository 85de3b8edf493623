"""`manage.py doctor` and its page: what is broken is named, with what to do, in both languages."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

import sessions_flow.tasks  # noqa: F401 (registers the deadline)
from accounts.actions import create_super_admin
from accounts.models import Role
from cs_project.doctor.setup import short_messages
from sessions_flow.deadlines import sweep
from sessions_flow.models import Session, Sweep
from tests.cast import Vera, make_member
from tests.servers import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]


@pytest.fixture(autouse=True)
def in_order(settings, tmp_path):
    """An installation with nothing to complain about, but its static files."""
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://desk.example.com", [".example.com", "testserver"]
    settings.MEDIA_ROOT = tmp_path
    for name in ("SECRET_KEY", "IM_SECRET_KEY", "CLOUD_SECRET_KEY"):
        setattr(settings, name, "0123456789abcdef" * 4)
    create_super_admin("correct-horse-9")
    sweep(timezone.now(), ["sweep.mark"])


def examined(*arguments: str) -> dict[str, dict]:
    said = StringIO()
    try:
        call_command("doctor", "--json", *arguments, stdout=said)
    except SystemExit as left:
        assert left.code == 1
    return {row["check"]: row for row in json.loads(said.getvalue())}


def states(**wanted: str) -> None:
    found = examined("--language", "en")
    for name, state in wanted.items():
        assert found[name]["state"] == state, found[name]
        assert state == "ok" or found[name]["advice"], found[name]


def test_it_works():
    states(database="ok", redis="ok", storage="ok", disk="ok", clock="ok", worker="ok", overdue="ok", secrets="ok")
    states(debug="ok", addresses="ok", super_admin="ok", time_zone="ok", languages="ok")


def test_both_languages():
    english, chinese = examined("--language", "en"), examined("--language", "zh-hans")
    assert english["mail"]["title"] == "Mail"
    for row in chinese.values():
        assert any("\u4e00" <= char <= "\u9fff" for char in row["title"] + row["advice"]) or row["check"] == "redis", (
            row
        )
    assert all(row["advice"].isascii() or "…" in row["advice"] for row in english.values())


def test_a_server_that_is_away(settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}"
    states(redis="error", database="ok")


def test_nobody_sweeps():
    Sweep.objects.update(ran_at=timezone.now() - timedelta(minutes=5))
    states(worker="error")
    Sweep.objects.all().delete()
    states(worker="error")
    vera = Vera()
    vera.post("hello")
    Session.objects.update(idle_due_at=timezone.now() - timedelta(minutes=1))
    states(overdue="error")


def test_a_version_without_its_migrations(monkeypatch):
    from django.db.migrations.executor import MigrationExecutor

    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("a", False)])
    states(database="error")


@pytest.mark.parametrize(
    ("name", "value", "check", "state"),
    [
        ("SECRET_KEY", "django-insecure-0123456789abcdefghijklmnop", "secrets", "error"),
        ("IM_SECRET_KEY", "short", "secrets", "error"),
        ("CLOUD_SECRET_KEY", "a" * 64, "secrets", "error"),
        ("DEBUG", True, "debug", "error"),
        ("ALLOWED_HOSTS", ["*"], "addresses", "error"),
        ("ALLOWED_HOSTS", ["other.example.org"], "addresses", "error"),
        ("PUBLIC_URL", "http://desk.example.com", "addresses", "warning"),
        ("TIME_ZONE", "Mars/Olympus", "time_zone", "error"),
    ],
)
def test_what_the_operator_chose(settings, name, value, check, state):
    setattr(settings, name, value)
    states(**{check: state})


def test_a_folder_that_cannot_be_written(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file"
    states(storage="error")


def test_mail_is_tried_without_sending(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    states(mail="warning")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    states(mail="error")


def test_static_files_that_nobody_collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "nowhere"
    states(static="error")
    settings.STATIC_ROOT = tmp_path
    states(static="error")


def test_a_check_that_breaks_stops_no_other(settings):
    settings.DATA_DIR = settings.DATA_DIR / "gone"
    states(disk="error", clock="ok")


def test_the_console_shows_the_same(client, settings):
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["*"]
    client.force_login(make_member("sofia", Role.ADMIN))
    for language, word in (("en", "List the host names of the desk."), ("zh-hans", "请列出")):
        page = client.get("/admin/doctor/", headers={"accept-language": language}).content.decode()
        assert word in page
    assert "cs-finding-error" in client.get("/admin/").content.decode()
    settings.ALLOWED_HOSTS = [".example.com", "testserver"]
    assert "cs-finding-error" not in client.get("/admin/").content.decode()


def test_agents_do_not_see_it(client):
    client.force_login(make_member("alice"))
    assert client.get("/admin/doctor/").status_code in (302, 403)


@pytest.mark.feature("A82", "A118")
@pytest.mark.parametrize(("backend", "state"), [("", "ok"), ("log", "warning"), ("webhook", "ok")])
def test_how_short_messages_leave(settings, backend, state):
    settings.SMS_BACKEND = backend
    assert short_messages().state == state
