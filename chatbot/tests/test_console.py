"""The knowledge base and its releases through the console."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member, Role
from chatbot.actions import delete_entries, publish
from chatbot.admin.draft import draft
from chatbot.models import Category, Entry, Release, Strategy, WelcomeQuestion
from tests.cast import make_member

pytestmark = pytest.mark.django_db
VERSION = re.compile(r"^V\d{4}([1-9]|1[0-2])\d{2}\d{6}\d{8}$")


@pytest.fixture(autouse=True)
def unhashed_files(settings) -> None:
    """Nobody has collected the static files here."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def console(client: Client) -> Client:
    client.force_login(make_member("sofia", Role.ADMIN))
    return client


@pytest.fixture
def entry() -> Entry:
    category = Category.objects.create(name="Orders")
    return Entry.objects.create(category=category, question="How do I get a refund?", answer="In seven days.")


def url(page: str, *args: object) -> str:
    return reverse(f"admin:chatbot_{page}", args=args)


@pytest.mark.feature("B6")
def test_it_works(console: Client, entry: Entry):
    data = {
        "category": entry.category_id, "question": " Where is  my parcel? ",
        "answer": "On its way.", "is_enabled": "on",
        "similar": "Has it been sent?\r\n\r\n  Track my order \r\nHas it been sent?",
    }  # fmt: skip
    assert console.post(url("entry_add"), data).status_code == 302
    added = Entry.objects.get(question="Where is my parcel?")
    assert added.similar == ["Has it been sent?", "Track my order"]
    page = console.get(url("entry_change", added.pk)).content.decode()
    assert "Has it been sent?\nTrack my order</textarea>" in page


def test_too_many_similar_questions_are_refused(console: Client, entry: Entry):
    data = {"category": entry.category_id, "question": "Q", "answer": "A", "similar": "\n".join(map(str, range(101)))}
    assert console.post(url("entry_add"), data).status_code == 200
    assert Entry.objects.count() == 1


@pytest.mark.feature("B33", "B35", "B36", "B37")
def test_publishing_makes_a_release(console: Client, entry: Entry):
    assert console.get(url("release_publish")).status_code == 200
    console.post(url("release_publish"), {"note": "first"})
    release = Release.objects.get()
    assert VERSION.match(release.version)
    assert release.note == "first"
    assert [row["question"] for row in release.snapshot["entries"]] == ["How do I get a refund?"]
    page = console.get(url("release_changelist")).content.decode()
    assert release.version in page
    assert "first" in page


@pytest.mark.feature("B33")
def test_nothing_is_published_while_the_bot_is_off(console: Client, entry: Entry):
    Strategy.objects.update_or_create(pk=1, defaults={"is_enabled": False})
    console.post(url("release_publish"), {"note": ""})
    assert not Release.objects.exists()


def test_the_banner_counts_what_visitors_do_not_see(console: Client, entry: Entry):
    assert draft().release is None
    publish()
    assert draft().changes == 0
    entry.answer = "In five days."
    entry.save()
    assert draft().changes == 1
    WelcomeQuestion.objects.create(text="How do I get a refund?")
    assert draft().changes == 2
    delete_entries(Entry.objects.all(), Member.objects.get())
    assert draft().changes == 2
    assert console.get(url("entry_changelist")).context["draft"].changes == 2


@pytest.mark.feature("B10")
def test_releases_cannot_be_changed(console: Client, entry: Entry):
    release = publish()
    for page in ("change", "delete"):
        assert console.post(url(f"release_{page}", release.pk), {"note": "x"}).status_code == 403, page
    assert console.get(url("release_add")).status_code == 403


@pytest.mark.feature("B22")
def test_the_welcome_card_is_put_in_order(console: Client):
    for text in ("one", "two"):
        console.post(url("welcomequestion_add"), {"text": text, "language": ""})
    assert list(WelcomeQuestion.objects.values_list("text", "position")) == [("one", 0), ("two", 1)]
    rows = WelcomeQuestion.objects.all()
    data = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "1"}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-id": row.pk, f"form-{number}-position": 1 - number}
    console.post(url("welcomequestion_changelist"), data)
    assert list(WelcomeQuestion.objects.values_list("text", flat=True)) == ["two", "one"]


def test_the_thresholds_must_be_in_order(console: Client):
    data = {"direct_threshold": "0.3", "guide_threshold": "0.4", "guide_count": "3", "fallback": "fixed"}
    data |= {"chitchat_threshold": "0.7", "failures_before_human": "0"}
    assert console.post(url("strategy_changelist"), data).status_code == 200
    assert Strategy.get_solo().guide_threshold == 0.3
    assert console.post(url("strategy_changelist"), {**data, "guide_threshold": "0.2"}).status_code == 302
    assert Strategy.get_solo().guide_threshold == 0.2
