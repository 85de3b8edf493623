"""Draft and releases: what visitors get, when they get it, and how it comes back."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from chatbot import actions, knowledge, released
from chatbot.actions import begin_publishing, publish, roll_back
from chatbot.actions.releases import LEASE, complete_unfinished, version_of
from chatbot.models import Category, Entry, Library, Release, Strategy, WelcomeQuestion
from chatbot.released import knowledge as in_force
from chatbot.snapshots import difference, draft_snapshot
from chatbot.testing import draft_welcome, try_draft
from sessions_flow.models import State
from sessions_flow.protocol import elements
from tests.cast import Vera, make_member, sit_down

REFUND, PARCEL = "How do I get a refund?", "Where is my parcel?"


def add(question: str, answer: str, **fields: object) -> Entry:
    category, _ = Category.objects.get_or_create(name="Orders")
    return Entry.objects.create(category=category, question=question, answer=answer, **fields)


@pytest.fixture
def refund(desk) -> Entry:
    return add(REFUND, "In seven days.")


def said(text: str) -> str:
    """What a visitor would be told now."""
    reply = in_force().ask(text)
    return in_force().entries[reply.verdict.entry_ids[0]]["answer"] if reply.verdict.entry_ids else ""


@pytest.mark.feature("B4", "B24", "B33", "B39")
def test_it_works(refund, settled):
    assert publish("first").state == Release.State.PUBLISHED
    vera = Vera()
    vera.post("how can I get my refund")
    settled()
    assert vera.lines()[-1] == "In seven days."


@pytest.mark.feature("B7", "B34")
def test_a_new_entry_is_tried_in_the_draft_and_live_only_after_publishing(refund):
    publish()
    add(PARCEL, "On its way.")
    trial = try_draft(PARCEL)
    assert (trial.rule, trial.score, elements.text_of(trial.elems[0])) == ("direct", 1.0, "On its way.")
    assert said(PARCEL) == ""
    publish()
    assert said(PARCEL) == "On its way."


@pytest.mark.feature("B31", "A68", "A69")
def test_the_test_chat_shows_rule_score_and_runners_up(refund):
    add(PARCEL, "On its way.")
    trial = try_draft("where is the parcel now")
    assert trial.rule in ("direct", "guide")
    assert trial.answers[0].entry["question"] == PARCEL
    assert trial.score == trial.answers[0].score
    assert trial.answers[1].score < trial.answers[0].score
    assert try_draft("zzz qqq").rule == "fallback"


@pytest.mark.feature("B7")
def test_the_test_chat_sees_every_edit(refund):
    assert elements.text_of(try_draft(REFUND).elems[0]) == "In seven days."
    refund.answer = "In five days."
    refund.save()
    assert elements.text_of(try_draft(REFUND).elems[0]) == "In five days."
    Entry.objects.update(is_enabled=False)
    assert try_draft(REFUND).rule == "fallback"


@pytest.mark.feature("B20", "B21", "B34")
def test_the_welcome_card_moves_with_a_release(refund, settled):
    WelcomeQuestion.objects.create(text=REFUND)
    publish()
    WelcomeQuestion.objects.create(text=PARCEL, position=1)
    vera = Vera()
    vera.post("hello")
    settled()
    card = next(row for row in vera.conversation.messages.order_by("seq") if row.src == "29")
    assert [row["content"] for row in elements.payload_of(card.elem)["content"]["items"]] == [REFUND]
    shown = elements.payload_of(draft_welcome("en")[0])["content"]["items"]
    assert [row["content"] for row in shown] == [REFUND, PARCEL]


@pytest.mark.feature("A76")
def test_a_welcome_question_without_an_entry_is_asked_as_text(refund, settled):
    WelcomeQuestion.objects.create(text="Do you sell bicycles?")
    publish()
    vera = Vera()
    vera.post("Do you sell bicycles?")
    settled()
    assert "did not understand" in vera.lines()[-1]


@pytest.mark.feature("B34")
def test_thresholds_move_with_a_release(refund):
    publish()
    Strategy.objects.update(direct_threshold=1.0, guides=False)
    assert in_force().settings["direct_threshold"] == 0.6
    publish()
    assert in_force().settings["direct_threshold"] == 1.0


@pytest.mark.feature("B2", "B41", "A72", "A75")
def test_switching_the_bot_off_works_at_once(refund, settled):
    publish()
    sit_down(make_member("alice"))
    strategy = Strategy.get_solo()
    strategy.is_enabled = False
    strategy.save()
    vera = Vera()
    vera.post("hello")
    settled()
    assert vera.session.state in (State.WAITING, State.SERVING)


@pytest.mark.feature("B34", "A73")
def test_a_running_session_moves_at_its_next_message(refund, settled):
    publish()
    vera = Vera()
    vera.post(REFUND)
    settled()
    refund.answer = "In five days."
    refund.save()
    publish()
    vera.post(REFUND)
    settled()
    assert [line for line in vera.lines() if line.startswith("In ")] == ["In seven days.", "In five days."]


@pytest.mark.feature("B36")
def test_the_version_is_written_as_in_the_document():
    at = datetime(2024, 6, 19, 16, 30, 25, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert re.fullmatch(r"V2024619163025\d{8}", version_of(at))
    assert version_of(at) != version_of(at)


@pytest.mark.feature("B35", "B37", "B38")
def test_a_release_has_a_note_a_time_and_a_state(refund):
    now = timezone.now()
    release = publish("11", now)
    assert (release.note, release.published_at, release.state) == ("11", now, "published")


@pytest.mark.feature("B27", "B33")
@pytest.mark.parametrize("change", [{"is_enabled": False}, {"guide_threshold": 0.6}, {"guide_threshold": 0.9}])
def test_settings_that_cannot_be_published(refund, change):
    Strategy.get_solo()
    Strategy.objects.update(**change)
    with pytest.raises(ValidationError):
        publish()
    assert not Release.objects.exists()


@pytest.mark.feature("B33", "A73")
def test_a_release_without_entries_is_refused(refund):
    publish()
    Entry.objects.update(is_enabled=False)
    with pytest.raises(ValidationError):
        publish()
    assert said(REFUND) == "In seven days."


@pytest.mark.feature("A73", "B38")
def test_a_release_that_fails_changes_nothing(refund, monkeypatch):
    publish()
    refund.answer = "In five days."
    refund.save()

    def broken(*args, **how):
        raise MemoryError("no memory for the index")

    monkeypatch.setattr(actions.releases, "prepared", broken)
    release = publish()
    assert release.state == Release.State.FAILED
    assert "no memory" in release.failure
    released.forget()
    assert said(REFUND) == "In seven days."


@pytest.mark.feature("A73", "B38")
def test_publishing_is_a_state_of_its_own_until_it_is_done(refund, settled, monkeypatch):
    go = threading.Event()

    def slow(*args, **how):
        go.wait(20)
        return knowledge.prepared(*args, **how)

    monkeypatch.setattr(actions.releases, "prepared", slow)
    release = begin_publishing()
    assert release.state == Release.State.PUBLISHING
    assert said(REFUND) == ""  # visitors are answered meanwhile
    go.set()
    settled()
    release.refresh_from_db()
    assert release.state == Release.State.PUBLISHED
    assert said(REFUND) == "In seven days."


@pytest.mark.feature("A73")
def test_a_release_whose_process_died_is_taken_up(refund, settled):
    now = timezone.now()
    release = begin_publishing(now=now, in_background=False)  # and nobody prepares it
    assert complete_unfinished(now + LEASE - timedelta(seconds=1)) == 0
    assert complete_unfinished(now + LEASE) == 1
    settled()
    release.refresh_from_db()
    assert release.state == Release.State.PUBLISHED


@pytest.mark.feature("A73")
def test_a_release_that_kills_every_process_is_given_up(refund):
    now = timezone.now()
    begin_publishing(now=now, in_background=False)
    Release.objects.update(attempts=3)
    complete_unfinished(now + LEASE)
    assert Release.objects.get().state == Release.State.FAILED


@pytest.mark.feature("A73")
def test_rolling_back_brings_the_old_answers(refund):
    first = publish()
    refund.answer = "In five days."
    refund.save()
    publish()
    back = roll_back(first)
    assert (back.restores, back.snapshot, said(REFUND)) == (first, first.snapshot, "In seven days.")
    assert Entry.objects.get().answer == "In five days."  # the draft stays
    with pytest.raises(ValidationError):
        roll_back(first)


@pytest.mark.feature("A73")
def test_the_difference_between_two_releases(refund):
    parcel = add(PARCEL, "On its way.")
    before = draft_snapshot()
    refund.answer = "In five days."
    refund.save()
    parcel.delete()
    add("Do you deliver abroad?", "Yes.")
    WelcomeQuestion.objects.create(text=REFUND)
    Strategy.objects.update(guide_count=5)
    found = difference(before, draft_snapshot())
    assert [row["question"] for row in found.added] == ["Do you deliver abroad?"]
    assert [(old["answer"], new["answer"]) for old, new in found.changed] == [("In seven days.", "In five days.")]
    assert [row["question"] for row in found.removed] == [PARCEL]
    assert (found.settings, found.has_new_welcome, len(found)) == (("guide_count",), True, 5)


@pytest.mark.feature("A73")
def test_racing_roll_backs_make_one_release(refund):
    first = publish()
    refund.answer = "In five days."
    refund.save()
    publish()

    def race(_: int) -> bool:
        try:
            roll_back(Release.objects.get(pk=first.pk))
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(race, range(4))) == 1
    assert Release.objects.count() == 3


@pytest.mark.feature("B34")
def test_questions_are_answered_while_releases_change(refund):
    publish()
    stop = threading.Event()

    def ask() -> int:
        count = 0
        while not stop.is_set():
            assert said(REFUND).startswith("In ")
            count += 1
        connection.close()
        return count

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask) for _ in range(3)]
        for days in range(8):
            Entry.objects.update(answer=f"In {days} days.")
            publish()
        stop.set()
        assert all(future.result() for future in asking)
    assert said(REFUND) == "In 7 days."


@pytest.mark.feature("B34")
def test_a_release_of_another_process_is_loaded_while_the_old_one_answers(refund, settled, monkeypatch):
    publish()
    refund.answer = "In five days."
    refund.save()
    begin_publishing(in_background=False)
    Release.objects.update(state=Release.State.PUBLISHED)  # prepared elsewhere
    go, loads = threading.Event(), []

    def slow(*args, **how):
        loads.append(args)
        go.wait(60)
        return knowledge.prepared(*args, **how)

    monkeypatch.setattr(released, "prepared", slow)
    monkeypatch.setattr(released, "FRESH_SECONDS", 0.0)
    for _ in range(3):
        assert said(REFUND) == "In seven days."  # at once, though the newer one is not there yet
    go.set()
    settled()
    assert said(REFUND) == "In five days."
    assert len(loads) == 1


@pytest.mark.feature("B16", "B25", "B34")
def test_chitchat_answers_once_it_is_switched_on_and_published(refund, settled):
    small_talk = Category.objects.create(name="Thanks", library=Library.CHITCHAT)
    Entry.objects.create(category=small_talk, question="Thank you very much", answer="You are welcome.")
    publish()
    vera = Vera()
    vera.post("thank you very much")
    settled()
    assert "You are welcome." not in vera.lines()
    Strategy.get_solo()
    Strategy.objects.update(chitchat=True)
    publish()
    vera.post("thank you very much!")
    settled()
    assert vera.lines()[-1] == "You are welcome."
    small_talk.is_enabled = False
    small_talk.save()
    publish()
    vera.post("thank you very much")
    settled()
    assert "did not understand" in vera.lines()[-1]


@pytest.mark.feature("B26", "B28")
def test_suggestions_come_under_the_text_of_the_settings(refund, settled):
    add("How long does a refund take?", "Ten days.")
    Strategy.get_solo()
    Strategy.objects.update(guide_text="Perhaps you mean", direct_threshold=1.0, guide_threshold=0.01)
    publish()
    vera = Vera()
    vera.post("a refund please")
    settled()
    card = elements.payload_of(vera.conversation.messages.filter(src="29").last().elem)
    assert (card["subtype"], card["content"]["title"]) == ("clarify_msg", "Perhaps you mean")
    assert {row["content"] for row in card["content"]["items"]} == {REFUND, "How long does a refund take?"}


def test_an_old_release_gets_the_defaults_of_newer_settings(refund):
    publish()
    release = Release.objects.get()
    release.snapshot["settings"].pop("chitchat")
    release.save()
    released.forget()
    assert in_force().settings["chitchat"] is False
