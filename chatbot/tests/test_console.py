"""The knowledge base and its releases through the console."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Member, Role
from chatbot.actions import delete_entries, publish
from chatbot.admin.draft import draft
from chatbot.models import Category, Curve, Entry, Release, Strategy, WelcomeQuestion
from tests.cast import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]
VERSION = re.compile(r"^V\d{4}([1-9]|1[0-2])\d{2}\d{6}\d{8}$")


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
def test_publishing_makes_a_release(desk, settled, console: Client, entry: Entry):
    assert "How do I get a refund?" in console.get(url("release_publish")).content.decode(), "what will change"
    page = console.post(url("release_publish"), {"note": "first"})["Location"]
    settled()
    release = Release.objects.get()
    assert VERSION.match(release.version)
    assert (release.note, release.state) == ("first", "published")
    assert [row["question"] for row in release.snapshot["entries"]] == ["How do I get a refund?"]
    assert 'data-running="false"' in console.get(page).content.decode()
    listed = console.get(url("release_changelist")).content.decode()
    assert release.version in listed
    assert "first" in listed


@pytest.mark.feature("B33")
def test_a_release_without_entries_is_refused_with_a_reason(console: Client):
    answer = console.post(url("release_publish"), {"note": ""})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not Release.objects.exists()


@pytest.mark.feature("B35", "B36", "B37", "B38", "A73")
def test_releases_are_listed_compared_and_rolled_back(console: Client, entry: Entry):
    for number in range(11):
        entry.answer = f"In {number} days."
        entry.save()
        publish(note=f"note {number}")
    page = console.get(url("release_changelist")).content.decode()
    assert page.count('name="_roll_back"') == 10, "ten a page"
    first, newest = Release.objects.last(), Release.objects.first()
    assert newest.get_state_display() in page
    shown = console.get(url("release_change", newest.pk)).content.decode()
    assert "<del>In 9 days.</del>" in shown
    assert "In 10 days." in shown
    console.post(url("release_changelist"), {"_roll_back": first.pk})
    back = Release.objects.first()
    assert (back.restores, back.snapshot) == (first, first.snapshot)
    assert first.version in console.get(url("release_changelist")).content.decode()
    console.post(url("release_changelist"), {"_roll_back": back.pk})
    assert Release.objects.count() == 12, "it is in force already"


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


def test_releases_cannot_be_changed(console: Client, entry: Entry):
    release = publish()
    for page in ("change", "delete"):
        assert console.post(url(f"release_{page}", release.pk), {"note": "x"}).status_code == 403, page
    release.refresh_from_db()
    assert release.note == ""
    assert console.get(url("release_add")).status_code == 403


SETTINGS = {
    "has_welcome_card": "on", "direct_threshold": "0.6", "guide_threshold": "0.3", "guide_count": "3",
    "chitchat_threshold": "0.7", "fallback": "fixed", "failures_before_human": "0", "keep_questions_days": "180",
}  # fmt: skip


@pytest.mark.feature("B20", "B21", "B22")
def test_the_welcome_card_is_put_in_order(console: Client):
    def save(*rows: tuple[str, str]):
        texts, languages = [row[0] for row in rows], [row[1] for row in rows]
        data = {"welcome-sent": "1", "welcome-text": texts, "welcome-language": languages, "welcome_title": "Ask me"}
        return console.post(url("strategy_changelist"), {**SETTINGS, **data})

    assert save(("one", ""), ("  ", ""), ("two", "en")).status_code == 302
    stored = WelcomeQuestion.objects.values_list("text", "language", "position")
    assert list(stored) == [("one", "", 0), ("two", "en", 1)]
    save(("two", "en"), ("one", ""))
    assert list(WelcomeQuestion.objects.values_list("text", flat=True)) == ["two", "one"]
    assert Strategy.get_solo().welcome_title == "Ask me"
    for bad in ([("x" * 201, "")], [("q", "fr")], [(f"q{n}", "") for n in range(21)],
                [*((f"q{n}", "") for n in range(15)), *((f"e{n}", "en") for n in range(6))]):  # fmt: skip
        assert save(*bad).status_code == 200
    assert WelcomeQuestion.objects.count() == 2
    assert save(*((f"q{n}", "zh-hans" if n % 2 else "en") for n in range(40))).status_code == 302


@pytest.mark.feature("B24", "B25", "B26", "B27", "B28", "B29", "B30", "A7")
def test_the_settings_of_the_strategies_are_stored(console: Client):
    data = {
        **SETTINGS, "direct_threshold": "0.55", "chitchat": "on", "chitchat_threshold": "0.8", "guides": "on",
        "guide_threshold": "0.2", "guide_count": "5", "guide_text": "Did you mean", "fallback": "offer",
        "fallback_text": "Sorry", "failures_before_human": "2",
    }  # fmt: skip
    assert console.post(url("strategy_changelist"), data).status_code == 302
    stored = Strategy.get_solo()
    assert stored.is_enabled, "its button is elsewhere"
    wanted = {
        "direct_threshold": 0.55, "chitchat": True, "chitchat_threshold": 0.8, "guide_count": 5,
        "guide_text": "Did you mean", "fallback": "offer", "failures_before_human": 2,
    }  # fmt: skip
    assert {name: getattr(stored, name) for name in wanted} == wanted
    Curve.get_solo()
    Curve.objects.update(own=[[0.5, 0.9, 0.7]], own_asked=40, claimed_at=timezone.now())
    page = console.get(url("strategy_changelist")).content.decode()
    assert "[0.5, 0.9, 0.7]" in page, "what a threshold means is drawn from it"


@pytest.mark.feature("B27")
def test_the_thresholds_must_be_in_order(console: Client):
    data = {**SETTINGS, "direct_threshold": "0.3", "guide_threshold": "0.4"}
    data |= {"chitchat_threshold": "0.7", "failures_before_human": "0"}
    assert console.post(url("strategy_changelist"), data).status_code == 200
    assert Strategy.get_solo().guide_threshold == 0.3
    assert console.post(url("strategy_changelist"), {**data, "guide_threshold": "0.2"}).status_code == 302
    assert Strategy.get_solo().guide_threshold == 0.2
