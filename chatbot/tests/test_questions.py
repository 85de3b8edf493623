"""What visitors asked: recorded, voted on, counted, made into knowledge, and forgotten."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from chatbot import deadlines
from chatbot.actions import publish
from chatbot.actions.questions import add_as_entry, add_as_similar, dismiss, erase_old_questions
from chatbot.counts import EVERY, count_day, count_if_due, per_day, per_entry, unused
from chatbot.gaps import gaps
from chatbot.models import AnswerCount, Category, Entry, Question, Release, Strategy
from sessions_flow.actions import vote
from sessions_flow.models import Message, State
from sessions_flow.protocol.errors import ProtocolError
from tests.cast import Vera, make_member, sit_down

REFUND = "How do I get a refund?"
UNKNOWN = "do purple elephants dance the tango"


def add(question: str, answer: str, **fields: object) -> Entry:
    category, _ = Category.objects.get_or_create(name="Orders")
    return Entry.objects.create(category=category, question=question, answer=answer, **fields)


def settings(**changed: object) -> None:
    Strategy.get_solo()
    Strategy.objects.update(**changed)


@pytest.fixture
def refund(desk) -> Entry:
    return add(REFUND, "In seven days.")


@pytest.fixture
def alice(desk):
    """Somebody is there to take over."""
    alice = make_member("alice")
    sit_down(alice)
    return alice


def has_a_human(vera: Vera) -> bool:
    return vera.session.state in (State.WAITING, State.SERVING)


@pytest.fixture
def ask(refund, settled):
    """Publishes the draft once, then asks as vera."""
    vera = Vera()

    def said(*texts: str) -> Vera:
        if not Release.objects.exists():
            publish()
        for text in texts:
            vera.post(text)
            settled()
        return vera

    return said


def test_it_works(ask, refund):
    vera = ask("how can I get my refund", UNKNOWN)
    hit, miss = Question.objects.order_by("pk")
    assert (hit.text, hit.rule, hit.entry_pk, hit.state) == ("how can I get my refund", "direct", refund.pk, "answered")
    assert vera.conversation.messages.get(seq=hit.answer_seq).text == "In seven days."
    assert (miss.rule, miss.state, miss.session, miss.language) == ("fallback", "open", vera.session, "en")
    assert hit.release == Release.objects.get()


def test_what_is_no_question_is_not_recorded(ask):
    ask("talk to a human")
    assert not Question.objects.exists()


def test_a_question_goes_with_its_conversation(ask):
    ask(UNKNOWN).conversation.delete()
    assert not Question.objects.exists()


@pytest.mark.feature("A7", "B30")
def test_handed_over_after_so_many_failures_in_a_row(ask, alice):
    settings(failures_before_human=3)
    vera = ask(UNKNOWN, UNKNOWN, "how can I get my refund", UNKNOWN, UNKNOWN)
    assert vera.session.state == State.FLOW
    assert vera.lines().count("In seven days.") == 1
    vera = ask(UNKNOWN)
    assert Question.objects.filter(rule="fallback").count() == 5
    assert has_a_human(vera)


@pytest.mark.feature("A7", "B30")
def test_the_fallback_may_offer_a_human(ask, alice, settled):
    settings(fallback="offer", fallback_text="Sorry.")
    vera = ask(UNKNOWN)
    card = vera.conversation.messages.filter(src="29").last()
    assert "Sorry." in card.elem["MsgContent"]["Data"]
    assert "talk to a human" in card.elem["MsgContent"]["Data"]
    vera.post("talk to a human")
    settled()
    assert has_a_human(vera)


@pytest.mark.feature("A7", "B30")
def test_the_fallback_may_be_a_human_at_once(ask, alice):
    settings(fallback="human")
    vera = ask(UNKNOWN)
    assert has_a_human(vera)
    assert Question.objects.get().rule == "fallback"


def test_a_visitor_votes_on_an_answer(ask):
    vera = ask(REFUND)
    question = Question.objects.get()
    vote(vera.conversation.pk, question.answer_seq, False)
    question.refresh_from_db()
    assert (question.vote, question.state) == (-1, "open")
    vote(vera.conversation.pk, question.answer_seq, True)
    vote(vera.conversation.pk, question.answer_seq, True)
    question.refresh_from_db()
    assert (question.vote, question.state) == (1, "answered")
    events = Message.objects.filter(event__type="answer.voted").order_by("seq")
    assert [row.event["up"] for row in events] == [False, True]


def test_only_answers_of_the_bot_are_voted_on(ask):
    vera = ask(REFUND, UNKNOWN)
    refused = [row.seq for row in vera.conversation.messages.all() if row.text != "In seven days."]
    for seq in [*refused, 0, 10**9]:
        with pytest.raises(ProtocolError):
            vote(vera.conversation.pk, seq, True)
    other = Vera()
    other.post("hello")
    with pytest.raises(ProtocolError):
        vote(other.conversation.pk, Question.objects.get(rule="direct").answer_seq, True)


def test_nobody_changes_his_mind_for_ever(ask):
    vera = ask(REFUND)
    seq = Question.objects.get().answer_seq
    with pytest.raises(ProtocolError):
        for number in range(30):
            vote(vera.conversation.pk, seq, number % 2 == 0)


GAPS = ["do you deliver abroad", "can you deliver abroad", "Do you deliver abroad?", "is there a student discount"]


def test_gaps_are_grouped_with_counts(ask):
    ask(REFUND, *GAPS)
    first, second = gaps()
    assert (first.count, first.text, first.missed + first.guided) == (3, "do you deliver abroad", 3)
    assert set(first.wordings) == {"do you deliver abroad", "can you deliver abroad"}
    assert (second.count, second.wordings) == (1, ("is there a student discount",))
    assert gaps(since=timezone.now()) == []


def test_a_gap_becomes_similar_questions(ask, refund):
    ask(*GAPS)
    gap = gaps()[0]
    assert add_as_similar(gap.keys, refund) == 2
    refund.refresh_from_db()
    assert refund.similar == list(gap.wordings)
    assert [row.text for row in gaps()] == ["is there a student discount"]
    assert add_as_similar(gap.keys, refund) == 0


def test_a_gap_becomes_an_entry(ask):
    ask(*GAPS)
    gap = gaps()[0]
    entry = add_as_entry(gap.keys, Category.objects.get(name="Orders"), "Yes, everywhere.")
    assert (entry.question, entry.similar) == (gap.wordings[0], list(gap.wordings[1:]))
    publish()
    assert ask("do you deliver abroad").lines()[-1] == "Yes, everywhere."


def test_an_entry_that_cannot_be_is_refused_and_nothing_changes(ask, refund):
    ask(*GAPS)
    gap = gaps()[0]
    category = Category.objects.get(name="Orders")
    for keys, answer in [(gap.keys, ""), (gap.keys, "x" * 5001), (("no such question",), "Yes.")]:
        with pytest.raises(ValidationError):
            add_as_entry(keys, category, answer)
    Entry.objects.filter(pk=refund.pk).update(similar=[str(number) for number in range(100)])
    with pytest.raises(ValidationError):
        add_as_similar(gap.keys, refund)
    assert len(gaps()) == 2
    assert Entry.objects.count() == 1


def test_a_dismissed_question_stays_away(ask):
    ask(*GAPS)
    dismiss(gaps()[0].keys)
    ask("do you deliver abroad")
    assert [gap.text for gap in gaps()] == ["is there a student discount"]


def test_counts_per_day_and_entry(ask, refund):
    parcel = add("Where is my parcel?", "On its way.")
    vera = ask(REFUND, REFUND, UNKNOWN)
    vote(vera.conversation.pk, Question.objects.filter(rule="direct").last().answer_seq, True)
    now = timezone.now()
    assert count_if_due(now) == 1
    assert count_if_due(now + EVERY / 2) == 0  # a minute has not passed
    today = timezone.localdate()
    yesterday, day = per_day(today - timedelta(days=1), today)
    assert (day.asked, day.direct, day.fallback, day.up, day.down) == (3, 2, 1, 1, 0)
    assert (day.coverage, yesterday.coverage) == (pytest.approx(2 / 3), None)
    (hits,) = per_entry(today, today)
    assert (hits.question, hits.answered, hits.up) == (REFUND, 2, 1)
    assert unused(today, today, [refund, parcel]) == [parcel]


def test_a_late_vote_is_counted_on_the_day_of_the_question(ask):
    vera = ask(REFUND)
    old = timezone.now() - timedelta(days=3)
    Question.objects.update(asked_at=old)
    now = timezone.now()
    count_if_due(now)
    vote(vera.conversation.pk, Question.objects.get().answer_seq, False)
    assert count_if_due(now + EVERY) == 1
    assert [row.down for row in AnswerCount.objects.filter(day=timezone.localdate(old))] == [1]


def test_counting_twice_counts_once(ask):
    ask(REFUND, UNKNOWN)
    for _ in range(2):
        count_day(timezone.localdate())
    assert sum(AnswerCount.objects.values_list("count", flat=True)) == 2


def test_old_questions_go_once_they_are_counted_also_from_a_quiet_desk(ask):
    settings(keep_questions_days=30)
    ask(UNKNOWN)
    later = timezone.now() + timedelta(days=40)
    assert deadlines.old_questions(later) == 0  # not counted yet
    deadlines.counts(later)
    assert deadlines.counts(later + EVERY) == 0  # nobody has asked since
    assert deadlines.old_questions(later + EVERY) == 1
    assert sum(AnswerCount.objects.values_list("count", flat=True)) == 1


def test_old_questions_are_erased_and_their_counts_stay(ask):
    settings(keep_questions_days=30)
    ask(REFUND, UNKNOWN)
    now = timezone.now()
    count_if_due(now)
    Question.objects.filter(rule="fallback").update(asked_at=now - timedelta(days=31))
    assert erase_old_questions(now) == 1
    assert Question.objects.get().rule == "direct"
    assert sum(AnswerCount.objects.values_list("count", flat=True)) == 2
