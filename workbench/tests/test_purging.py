"""Retention (A90): what is older than the settings say goes, with its files; nothing goes unless it was asked for."""

from datetime import timedelta
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from cs_project.audit import AppendOnly
from cs_project.celery import app
from routing.models import Assignment, CallbackCall, StatusChange
from sessions_flow.actions.purging import purge, purge_rule, rules, would_purge
from sessions_flow.models import Conversation, Message, Rating, Retention, SearchText, Session, Upload
from sessions_flow.tasks import purge_at_night
from tests.cast import make_member
from tests.filing import file_record, index_everything
from workbench.models import WrapUp

pytestmark = [pytest.mark.django_db, pytest.mark.feature("A90")]
NOW = timezone.now
OLD, NEW = timedelta(days=40), timedelta(days=5)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def keep(**days: int) -> None:
    row = Retention.get_solo()
    for name, value in days.items():
        setattr(row, name, value)
    row.save()


@pytest.fixture
def alice():
    return make_member("alice")


@pytest.fixture
def filed(alice) -> dict[str, Assignment]:
    """An old record and a new one, each with a message, a file, a rating and a wrap-up, and a file of an export."""
    found = {}
    for name, age in (("old", OLD), ("new", NEW)):
        at = NOW() - age
        record = file_record(alice, f"{name} words", at=at)
        upload = Upload(conversation=record.session.conversation, name=f"{name}.txt", size=3, content_type="text/plain")
        upload.file.save(f"{name}.txt", ContentFile(b"abc"), save=False)
        upload.save()
        Upload.objects.filter(pk=upload.pk).update(created_at=at)
        Rating.objects.create(session=record.session, card_seq=1, invited_at=at, expires_at=at, level=5, rated_at=at)
        WrapUp.objects.create(assignment=record, category="退货")
        conversation = record.session.conversation
        Conversation.objects.filter(pk=conversation.pk).update(preview=f"{name} words", last_at=at)
        found[name] = record
    index_everything()
    return found


def left() -> list[str]:
    return sorted(Message.objects.values_list("text", flat=True))


def files(media: Path) -> list[str]:
    return sorted(path.suffix for path in media.rglob("*") if path.is_file())


def test_nothing_goes_unless_it_was_asked_for(filed, media: Path, capsys):
    assert would_purge(NOW()) == {} and purge(NOW()) == {}
    call_command("purge")
    assert "no retention is set" in capsys.readouterr().out
    assert len(left()) == 2 and len(files(media)) == 2


def test_a_dry_run_counts_and_changes_nothing(filed, media: Path, capsys):
    keep(record_days=30)
    call_command("purge", "--dry-run")
    said = capsys.readouterr().out
    assert "sessions: 1" in said and "messages: 1" in said and "files: 1" in said
    assert len(left()) == 2 and Session.objects.count() == 2 and len(files(media)) == 2


def test_messages_go_with_their_files_and_the_records_stay(filed, media: Path):
    keep(message_days=30)
    done = purge(NOW())
    assert (done["messages"], done["files"], done["previews"]) == (1, 1, 1)
    assert left() == ["new words"] and len(files(media)) == 1 and Upload.objects.count() == 1
    assert SearchText.objects.count() == 1
    assert sorted(Conversation.objects.values_list("preview", flat=True)) == ["", "new words"]
    assert (Session.objects.count(), Assignment.objects.count(), Rating.objects.count()) == (2, 2, 2)
    assert set(purge(NOW()).values()) == {0}


def test_files_alone(filed, media: Path):
    keep(file_days=30)
    assert purge(NOW()) == {"files": 1}
    assert len(left()) == 2 and len(files(media)) == 1


def test_records_go_whole(filed, media: Path):
    keep(record_days=30)
    purge(NOW())
    assert Session.objects.get() == filed["new"].session and left() == ["new words"]
    for model in (Assignment, Rating, WrapUp, Upload, SearchText):
        assert model.objects.count() == 1, model
    assert Conversation.objects.count() == 2 and len(files(media)) == 1  # the customers stay


def test_a_session_that_runs_keeps_what_was_said(alice):
    record = file_record(alice, "still talking", at=NOW() - OLD)
    Session.objects.filter(pk=record.session_id).update(state="serving", ended_at=None)
    keep(message_days=30, record_days=30)
    purge(NOW())
    assert left() == ["still talking"] and Session.objects.count() == 1


def test_logs_go_and_who_had_which_status_stays_known(filed, alice):
    old, session = NOW() - OLD, filed["new"].session
    for days in (50, 45, 40, 1):
        StatusChange.objects.create(member=alice, status="free", cause="chosen", at=NOW() - timedelta(days=days))
    CallbackCall.objects.create(session=session, at=old, url="https://x", request={}, milliseconds=1)
    entry = LogEntry.objects.log_create(alice, force_log=True, action=3)
    LogEntry.objects.filter(pk=entry.pk).update(timestamp=old)
    keep(log_days=30)
    done = purge(NOW())
    assert (done["callbacks"], done["status changes"], done["audit log"]) == (1, 2, 1)
    assert StatusChange.objects.count() == 2 and left() == ["new words", "old words"]
    with pytest.raises((AppendOnly, ProtectedError)):
        LogEntry.objects.earliest("pk").delete()


def test_what_the_time_of_a_night_does_not_allow_goes_the_next_one(filed):
    keep(record_days=30)
    assert set(purge(NOW(), most_seconds=0).values()) == {0}
    assert purge(NOW())["sessions"] == 1


def test_it_runs_at_night(filed):
    planned = app.conf.beat_schedule["purge"]
    assert planned["task"] == purge_at_night.name and planned["schedule"].hour == {3}
    keep(message_days=30)
    purge_at_night()
    assert left() == ["new words"]


def test_two_rules_of_one_name_are_refused():
    with pytest.raises(TypeError):
        purge_rule("log_days", rules[0].name, lambda before: Message.objects.none())


@pytest.mark.usefixtures("unhashed_files")
def test_an_admin_sets_it_and_the_change_is_in_the_audit_log(client: Client):
    client.force_login(make_member("sofia", Role.ADMIN))
    page = reverse("admin:sessions_flow_retention_changelist")
    fields = {"message_days": "365", "file_days": "90", "record_days": "0", "log_days": "0"}
    assert client.get(page, follow=True).status_code == 200
    client.post(page, fields)
    row = Retention.objects.get()
    assert (row.message_days, row.file_days, row.record_days) == (365, 90, 0)
    assert LogEntry.objects.filter(changes__has_key="message_days").exists()
    refused = client.post(page, {**fields, "log_days": "-1"})
    assert refused.status_code == 200 and refused.context["adminform"].form.errors
    client.force_login(make_member("alice"))
    assert client.post(page, fields).status_code in (302, 403)
