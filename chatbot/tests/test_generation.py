"""Worded answers: grounded, cited, bounded, and never worse than the suggestions they replace."""

import json
import time

import pytest
from django.utils import translation

from chatbot import generation
from chatbot.actions import publish
from chatbot.generation import Grounds, Refused, generator, worded
from chatbot.models import Category, Entry, Question, Strategy
from chatbot.remote import Endpoint, Unavailable
from chatbot.testing import try_draft
from sessions_flow.protocol import elements
from tests.cast import Vera

ROWS = (
    {"question": "How long does a refund take?", "answer": "Seven days. https://help.example.com/refunds"},
    {"question": "How do I get a refund?", "answer": "Write to us."},
)
GROUNDS = Grounds("when do I see my money", ROWS)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def words(use_model, model: str) -> str:
    use_model("CHAT", model)
    return "".join(worded(GROUNDS, generator()))


def test_it_works(use_model, asked):
    said = words(use_model, "good")
    assert said.startswith("Refunds take **seven days**. See https://help.example.com/refunds for more.")
    assert said.endswith("How long does a refund take?")  # the entry used, and not the other
    assert "How do I get a refund" not in said
    path, body, authorization = asked()[-1]
    assert (path, authorization) == ("/v1/chat/completions", "Bearer secret-key")
    told = json.loads(body["messages"][1]["content"])
    assert told["question"] == GROUNDS.question
    assert [entry["answer"] for entry in told["entries"]] == [row["answer"] for row in ROWS]


def test_a_server_that_does_not_stream_will_do(use_model):
    assert words(use_model, "whole").startswith("Refunds take seven days.")


@pytest.mark.parametrize("model", ["refuses", "ungrounded", "invents", "empty", "down", "garbage", "huge", "redirects"])
def test_without_grounds_nothing_is_said(use_model, model):
    use_model("CHAT", model)
    with pytest.raises(Refused):
        next(worded(GROUNDS, generator()))


def test_a_slow_server_is_given_up(use_model, monkeypatch):
    monkeypatch.setattr(generation, "FIRST_SECONDS", 0.5)
    use_model("CHAT", "late")
    began = time.monotonic()
    with pytest.raises(Refused, match="nothing came"):
        next(worded(GROUNDS, generator()))
    assert time.monotonic() - began < 10


def test_what_entries_do_not_hold_is_left_out(use_model):
    said = words(use_model, "malicious")
    assert "Seven days" in said
    assert "evil.example" not in said
    assert "[9]" not in said


def test_an_endless_answer_ends(use_model):
    assert generation.LONGEST < len(words(use_model, "endless")) < generation.LONGEST + 200


def test_an_answer_that_breaks_off_says_so(use_model):
    assert words(use_model, "cut").startswith("Refunds take seven\n\n(")


@pytest.mark.parametrize("cuts", [1, 2, 3, 5, 7, 50])
def test_pieces_of_any_size_are_cleaned_alike(cuts):
    said = "[1][2] see ![x](https://evil.example/a) and https://evil.example/b, [3] https://help.example.com/refunds ok"
    pieces = [said[start : start + cuts] for start in range(0, len(said), cuts)]
    cleaned = "".join(generation._checked(pieces, GROUNDS))
    assert cleaned.startswith("see  and ")
    assert cleaned.endswith("How long does a refund take?, How do I get a refund?")
    assert "evil" not in cleaned
    assert "https://help.example.com/refunds ok" in cleaned


@pytest.mark.parametrize("host", ["127.0.0.2", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1"])
def test_private_addresses_need_the_operators_word(settings, host):
    settings.OUTGOING_ALLOWED = ["127.0.0.1"]
    for ask in (lambda it: it.post("embeddings", {}, 5), lambda it: list(it.stream("chat/completions", {}, 5, 5))):
        with pytest.raises(Unavailable, match="private"):
            ask(Endpoint(f"http://{host}:8099/v1", ""))


def test_a_failing_server_is_left_alone(use_model, asked):
    use_model("CHAT", "down")
    count = len(asked())
    for _ in range(6):
        with pytest.raises(Refused):
            next(worded(GROUNDS, generator()))
    assert len(asked()) - count == generator().breaker.most


# --- as visitors meet it

UNSURE = "how long until the money arrives please"


@pytest.fixture
def shop(desk) -> Entry:
    """UNSURE reaches the guide threshold only."""
    category = Category.objects.create(name="Orders")
    Strategy.get_solo()
    Strategy.objects.update(generates=True, guide_threshold=0.01, direct_threshold=0.95)
    for row in ROWS:
        Entry.objects.create(category=category, question=row["question"], answer=row["answer"])
    publish()
    return Entry.objects.first()


def newest_answer(vera: Vera):
    return vera.conversation.messages.filter(kind="bot", src__in=["29", "31"]).order_by("seq").last()


def test_a_visitor_reads_a_worded_answer(shop, settled, use_model):
    use_model("CHAT", "good")
    vera = Vera()
    vera.post(UNSURE)
    settled()
    answer = newest_answer(vera)
    payload = elements.payload_of(answer.elem)
    assert (payload["src"], payload["isFinished"], answer.sender_id) == ("31", 1, "answer")
    assert "".join(payload["chunks"]).startswith("Refunds take **seven days**")
    question = Question.objects.get()
    assert (question.rule, question.answer_seq, question.state) == ("generated", answer.seq, "open")
    trial = try_draft(UNSURE)
    assert (trial.rule, elements.src_of(trial.elems[0])) == ("generated", "31")


@pytest.mark.parametrize("model", ["refuses", "down"])
def test_a_visitor_gets_the_suggestions_where_the_model_has_none(shop, settled, use_model, model):
    use_model("CHAT", model)
    vera = Vera()
    vera.post(UNSURE)
    settled()
    answer = newest_answer(vera)
    assert (answer.src, elements.src_of(answer.elem)) == ("29", "29")
    assert "How long does a refund take?" in str(elements.payload_of(answer.elem))
    assert Question.objects.get().rule == "guide"
    assert try_draft(UNSURE).rule == "guide"


@pytest.mark.parametrize("text", ["How do I get a refund?", "zzz qqq"])
def test_the_model_is_not_asked_where_no_wording_is_due(shop, settled, use_model, asked, text):
    use_model("CHAT", "good")
    count = len(asked())
    vera = Vera()
    vera.post(text)
    settled()
    assert len(asked()) == count


def test_it_is_off_by_default(shop, settled, use_model, asked):
    Strategy.objects.update(generates=Strategy._meta.get_field("generates").default)
    publish()
    use_model("CHAT", "good")
    count = len(asked())
    vera = Vera()
    vera.post(UNSURE)
    settled()
    assert (len(asked()), newest_answer(vera).src) == (count, "29")


def test_markdown_of_the_model_is_safe(shop, settled, use_model):
    use_model("CHAT", "malicious")
    vera = Vera()
    vera.post(UNSURE)
    settled()
    said = str(elements.payload_of(newest_answer(vera).elem))
    assert "<script" not in said
    assert "javascript:" not in said
