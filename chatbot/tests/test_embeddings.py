"""Meaning beside words: vectors from a service, and what happens without it."""

import time

import numpy as np
import pytest

from chatbot import embeddings
from chatbot.actions import publish
from chatbot.embeddings import embedder, vector_of
from chatbot.matching.semantic import DEFAULT, LEAST_TO_FIT, Space, Trial, fit
from chatbot.models import Category, Embedding, Entry, Release, Strategy
from chatbot.released import forget, knowledge
from chatbot.remote import Unavailable
from chatbot.testing import try_draft
from chatbot.tests.test_judging import own_set

SYNONYM = "the goods vanished"  # to the server "goods" and "vanished" are the parcel


@pytest.fixture
def shop(desk):
    """The project's own English set, embedding switched on."""
    embeddings._asked.cache_clear()
    category = Category.objects.create(name="Orders")
    for row in own_set("en")["entries"]:
        Entry.objects.create(category=category, question=row["question"], similar=row["similar"], answer="Yes.")
    Strategy.get_solo()
    Strategy.objects.update(embeds=True)


def embedded(asked) -> int:
    """Texts sent so far."""
    return sum(len(body["input"]) for path, body, _ in asked() if path.endswith("/embeddings"))


def best(text: str) -> str:
    answer = knowledge().ask(text).answer
    return knowledge().entries[answer.id]["question"]


def test_it_works(shop, use_model, asked):
    publish()
    by_words = knowledge().ask(SYNONYM).answer.score
    use_model("EMBEDDINGS", "good")
    assert publish().state == Release.State.PUBLISHED
    assert best(SYNONYM) == "Where is my parcel?"
    assert knowledge().ask(SYNONYM).answer.score > by_words
    path, body, authorization = asked()[-1]
    assert (path, body["input"], authorization) == ("/v1/embeddings", [SYNONYM], "Bearer secret-key")


def test_each_text_is_sent_once(shop, use_model, asked):
    use_model("EMBEDDINGS", "good")
    count = embedded(asked)
    publish()
    assert embedded(asked) - count == Embedding.objects.count() == 80
    entry = Entry.objects.first()
    entry.similar = [*entry.similar, "one more wording of it"]
    entry.save()
    publish()
    assert embedded(asked) - count == 81
    for _ in range(3):
        knowledge().ask(SYNONYM)
    assert embedded(asked) - count == 82


def test_the_question_itself_is_not_sent(shop, use_model, asked):
    use_model("EMBEDDINGS", "good")
    publish()
    count = embedded(asked)
    assert knowledge().ask("Where is my parcel?").answer.score == 1.0
    assert embedded(asked) == count


def test_another_process_takes_the_vectors_of_the_release(shop, use_model, asked):
    use_model("EMBEDDINGS", "good")
    publish()
    count = embedded(asked)
    forget()
    assert best(SYNONYM) == "Where is my parcel?"
    assert embedded(asked) - count == 1  # the visitor's text, or nothing where it is remembered


@pytest.mark.parametrize("model", ["down", "garbage", "huge", "short", "nan", "ragged", "redirects"])
def test_a_service_that_fails_stops_no_release(shop, use_model, model):
    use_model("EMBEDDINGS", model)
    assert publish().state == Release.State.PUBLISHED
    assert knowledge().answers.meaning is None
    assert best("please give me my money back") == "How do I get a refund?"
    assert not Embedding.objects.exists()


def test_a_slow_service_costs_a_visitor_a_moment_and_then_nothing(shop, use_model, monkeypatch):
    use_model("EMBEDDINGS", "good")
    publish()
    monkeypatch.setattr(embeddings, "QUERY_SECONDS", 0.3)
    use_model("EMBEDDINGS", "slow")
    asked_at = time.monotonic()
    for number in range(8):
        assert best(f"please give me my money back {number}") == "How do I get a refund?"
    assert time.monotonic() - asked_at < 10
    assert not embedder().breaker.may_ask()


def test_it_is_off_by_default(desk, use_model, asked):
    use_model("EMBEDDINGS", "good")
    count = embedded(asked)
    Entry.objects.create(category=Category.objects.create(name="Orders"), question="Where is my parcel?", answer="Yes.")
    publish()
    knowledge().ask(SYNONYM)
    assert embedded(asked) == count


def test_the_draft_gets_its_vectors_in_the_background(shop, use_model, settled):
    use_model("EMBEDDINGS", "good")
    try_draft(SYNONYM)
    settled()
    assert try_draft(SYNONYM).answers[0].entry["question"] == "Where is my parcel?"


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {"data": None}, {"data": [{"index": 0}]}, {"data": [{"index": "x", "embedding": [1, 2]}]},
     {"data": [{"index": 0, "embedding": []}]}, {"data": [{"index": 0, "embedding": [0, 0]}]},
     {"data": [{"index": 0, "embedding": ["a", "b"]}]}, {"data": [{"index": 0, "embedding": [1e39, 1]}]},
     {"data": [{"index": 0, "embedding": [[1, 2]]}]}, {"data": [{"index": 0, "embedding": {"a": 1}}]}],
)  # fmt: skip
def test_odd_vectors_are_refused(answer):
    with pytest.raises(Unavailable):
        embeddings._read(answer, 1)


def test_without_a_service_there_is_no_vector(settings):
    embeddings.endpoint.cache_clear()
    assert (embedder(), vector_of("hello")) == (None, None)


def trials(good: bool) -> list[Trial]:
    """Words say little; meaning points at the right one, or is noise."""
    random = np.random.default_rng(7)
    found = []
    for number in range(LEAST_TO_FIT * 3):
        from chatbot.matching.index import FEATURES, Candidates

        features = random.uniform(0, 0.2, (20, len(FEATURES)))
        right = number % 20 if number % 4 else -1
        nearness = random.normal(0, 0.3, 20)
        if good and right >= 0:
            nearness[right] += 2.0
        found.append(Trial(Candidates(np.arange(20, dtype=np.int32), features, 0.2), nearness, right, 100))
    return found


def test_how_much_meaning_counts_is_learned_from_the_base():
    good, noise = fit(trials(True)), fit(trials(False))
    assert good.rank > 3 > 1 > noise.rank
    assert good.first + good.lead > noise.first + noise.lead
    assert fit(trials(True)[:10]) == DEFAULT


def test_a_space_of_one_entry():
    space = Space.of(np.eye(2, dtype=np.float32), np.zeros(2, np.int32))
    assert space.nearness(np.array([1, 0], np.float32), 1)[0] > 0.5
