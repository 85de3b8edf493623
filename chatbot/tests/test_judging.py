"""Labelled questions: the matcher on the project's own sets, the regression report, and the commands."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chatbot.actions import publish
from chatbot.actions.labelled import import_labelled
from chatbot.curves import meaning_of_thresholds
from chatbot.drafted import draft_knowledge
from chatbot.judging import Labelled, compare, judge, stored_questions, summary
from chatbot.knowledge import prepared
from chatbot.models import Category, Entry, LabelledQuestion, Release
from chatbot.released import knowledge

FOLDER = Path(__file__).parent / "labelled"
REFUND, PARCEL = "How do I get a refund?", "Where is my parcel?"


def own_set(language: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return stored


@pytest.mark.feature("B4", "A68")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_works(language: str):
    """Fails when the matcher breaks: 93.8 and 91.7 % right, nothing out of scope answered, when this was written."""
    own = own_set(language)
    rows = [{"id": row["question"], "answer": "", "rich": False, **row} for row in own["entries"]]
    known = prepared(0, {"entries": rows, "welcome": [], "settings": {}})
    found = summary(judge(known, [Labelled(*row) for row in own["questions"]]))
    assert found.asked == 64
    assert found.accuracy >= 0.89
    assert found.precision >= 0.95
    assert found.coverage >= 0.65


def add(question: str, answer: str = "Yes.", **fields: object) -> Entry:
    category, _ = Category.objects.get_or_create(name="Orders")
    return Entry.objects.create(category=category, question=question, answer=answer, **fields)


@pytest.fixture
def refund(desk) -> Entry:
    return add(REFUND)


def test_the_report_says_what_a_release_would_repair_and_break(refund):
    parcel = add(PARCEL, similar=["track my order"])
    import_labelled([("please track my order", PARCEL), ("refund me", REFUND), ("what is the weather", "")])
    publish()
    parcel.similar = []
    parcel.save()
    refund.similar = ["give me my money back", "refund me now"]
    refund.save()
    report = compare(knowledge(), draft_knowledge(), stored_questions())
    assert [was.text for was, _ in report.broken] == ["please track my order"]
    assert report.before.asked == report.after.asked == 3
    assert report.before.right - report.after.right == len(report.broken) - len(report.repaired)


def test_questions_are_imported_with_their_faults(refund):
    done = import_labelled(
        [("refund me", REFUND), ("", REFUND), ("x" * 201, ""), ("hello", "No such entry"), ("hi", "")]
    )
    assert (done.added, done.changed, [number for number, _ in done.faults]) == (2, 0, [2, 3, 4])
    assert "No such entry" in done.faults[2][1]
    done = import_labelled([("refund me", ""), ("hi", "")])
    assert (done.added, done.changed, done.faults) == (0, 1, [])
    assert LabelledQuestion.objects.get(text="refund me").entry is None


def command(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_the_set_of_a_file_is_judged(refund, tmp_path):
    good = tmp_path / "set.csv"
    good.write_text(f"text,expected\ngive me a refund,{REFUND}\nwhat is the weather,\n", encoding="utf-8")
    assert "2 of 2 right; accuracy 100.0 %" in command("bot_eval", str(good))
    lines = tmp_path / "set.jsonl"
    lines.write_text(json.dumps({"text": "what is the weather", "expected": REFUND}), encoding="utf-8")
    assert f"expected '{REFUND}'" in command("bot_eval", str(lines))
    import_labelled([("give me a refund", REFUND)])
    assert "1 of 1 right" in command("bot_eval", "stored")
    with pytest.raises(CommandError, match="below"):
        command("bot_eval", "stored", "--released", "--least-accuracy", "0.5")


@pytest.mark.parametrize("content", ["text,expected\n,x\n", "text,expected\nhello,No such entry\n", "{", None])
def test_a_bad_set_is_refused_with_its_line(refund, tmp_path, content):
    path = tmp_path / ("set.csv" if content and content.startswith("text") else "set.jsonl")
    if content:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=str(path)):
        command("bot_eval", str(path))


@pytest.mark.feature("B33", "A73")
def test_publishing_and_rolling_back_by_command(refund):
    assert "is in force, 1 entries" in command("bot_publish", "--note", "first")
    first = Release.objects.get()
    refund.answer = "No."
    refund.save()
    command("bot_publish")
    assert "is in force" in command("bot_rollback", first.version)
    assert knowledge().entries[str(refund.pk)]["answer"] == "Yes."
    for words in (("bot_rollback", first.version), ("bot_rollback", "V1"), ("bot_publish", "--note", "x" * 201)):
        with pytest.raises(CommandError):
            command(*words)
    Entry.objects.all().delete()
    with pytest.raises(CommandError):
        command("bot_publish")


def at(curve, threshold):
    """The point of the curve nearest to a threshold."""
    return min(curve, key=lambda point: abs(point.threshold - threshold))


def test_what_a_threshold_means_here(desk, settled):
    """Measured in the background from the base's own questions and the labelled set; anew after a change."""
    for row in own_set("en")["entries"]:
        add(row["question"], similar=row["similar"])
    assert meaning_of_thresholds().own == ()
    settled()
    meaning = meaning_of_thresholds()
    assert meaning.is_current
    assert (meaning.own_asked, meaning.labelled) == (80, ())
    coverages = [point.coverage for point in meaning.own]
    assert coverages == sorted(coverages, reverse=True)
    assert at(meaning.own, 0.9).precision > at(meaning.own, 0.3).precision
    import_labelled([("please give me my money back", REFUND), ("what is the weather today", "")])
    assert not meaning_of_thresholds().is_current
    settled()
    meaning = meaning_of_thresholds()
    assert (meaning.is_current, meaning.labelled_asked) == (True, 2)
    assert at(meaning.labelled, 0.5).precision == 1.0


def test_a_base_without_similar_questions_has_no_curve(refund, settled):
    meaning_of_thresholds()
    settled()
    assert (meaning_of_thresholds().own, meaning_of_thresholds().is_current) == ((), True)
