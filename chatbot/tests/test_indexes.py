"""Indexes on disk and beside them: shared, damaged, changed."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from chatbot import drafted, indexes
from chatbot.indexes import digest_of, folder, shared_matcher
from chatbot.matching import Entry, Match, Matcher, packed
from chatbot.models import Category
from chatbot.models import Entry as Row
from chatbot.testing import try_draft
from chatbot.tests.test_judging import own_set

NOUNS = ("order", "invoice", "refund", "parcel", "address", "coupon", "password", "account", "phone", "product")
VERBS = ("change", "cancel", "request", "delete", "link", "activate", "close", "upgrade", "download", "print")


def many() -> list[Entry]:
    """100 entries in English, 16 in Chinese."""
    own = [
        Entry(f"{verb}-{noun}", (f"How do I {verb} my {noun}?", f"{verb} the {noun}"))
        for noun in NOUNS
        for verb in VERBS
    ]
    return own + [Entry(row["question"], (row["question"], *row["similar"])) for row in own_set("zh")["entries"]]


QUESTIONS = [
    "please cancel my invoice",
    "i need to upgrade the phone",
    "退款要怎么弄呢",
    "How do I link my parcel?",
    "nothing of it",
]


@pytest.fixture
def empty_folder(settings, tmp_path) -> Path:
    settings.DATA_DIR = tmp_path
    return folder()


def asked(matcher: Matcher) -> list[Match]:
    return [matcher.match(text) for text in QUESTIONS]


def test_it_works(empty_folder):
    built = Matcher(many())
    assert asked(shared_matcher(many())) == asked(built)  # written
    (file,) = empty_folder.glob("*.index")
    before = file.stat().st_ino
    assert asked(shared_matcher(many())) == asked(built)  # read
    assert file.stat().st_ino == before


def test_arrays_are_mapped_and_cannot_be_changed(empty_folder):
    shared_matcher(many())
    (file,) = empty_folder.glob("*.index")
    for array in packed.read(file).values():
        assert not array.flags.writeable


@pytest.mark.parametrize("damage", ["cut", "empty", "head", "content", "other"])
def test_a_damaged_file_is_built_again(empty_folder, damage):
    built = asked(shared_matcher(many()))
    (file,) = empty_folder.glob("*.index")
    content = bytearray(file.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "empty":
        content = bytearray()
    elif damage == "head":
        content[60] ^= 255
    elif damage == "content":
        content[-3] ^= 255
    else:
        content[:4] = b"\x80\x04PK"
    file.write_bytes(content)
    assert asked(shared_matcher(many())) == built
    packed.read(file)  # whole again


def test_where_nothing_can_be_written_it_works_from_memory(empty_folder, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(indexes.packed, "write", full)
    assert asked(shared_matcher(many())) == asked(Matcher(many()))


def test_where_there_is_no_folder_it_works_from_memory(monkeypatch):
    def forbidden():
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(indexes, "folder", forbidden)
    assert asked(shared_matcher(many())) == asked(Matcher(many()))


def test_old_files_go(empty_folder):
    killed, writing = empty_folder / "a.partial", empty_folder / "b.partial"
    for file in (killed, writing):
        file.write_bytes(b"half")
    os.utime(killed, (1, 1))
    for number in range(indexes.MOST_FILES + 3):
        shared_matcher([*many(), Entry(str(number), (f"question number {number}",))])
    assert len(list(empty_folder.glob("*.index"))) == indexes.MOST_FILES
    assert (killed.exists(), writing.exists()) == (False, True)


def test_threads_build_once(empty_folder, monkeypatch):
    built = []
    original = indexes.packed.write
    monkeypatch.setattr(indexes.packed, "write", lambda *args: (built.append(1), original(*args)))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: asked(shared_matcher(many())), range(4)))
    assert len(built) == 1
    assert all(each == found[0] for each in found)


SCRIPT = """
import json, os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "cs_project.settings"
django.setup()
from chatbot.indexes import shared_matcher
from chatbot.matching import Entry
rows, questions = json.load(sys.stdin)
matcher = shared_matcher([Entry(key, tuple(texts)) for key, texts in rows])
print(json.dumps([matcher.match(text).top for text in questions]))
"""


def test_two_processes_share_one_file(tmp_path):
    rows = json.dumps([[[entry.id, entry.questions] for entry in many()], QUESTIONS])
    environment = {"DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", SCRIPT]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, env=environment, **pipes) for _ in range(2)]
    for process in started:
        process.stdin.write(rows)
        process.stdin.close()
    answers = [json.loads(process.stdout.read()) for process in started]
    assert [process.wait(60) for process in started] == [0, 0]
    assert answers[0] == answers[1]
    for found, match in zip(answers[0], asked(Matcher(many())), strict=True):
        assert [name for name, _ in found] == [name for name, _ in match.top]
        assert found[0][1] == pytest.approx(match.score, abs=1e-4)
    assert len(list((tmp_path / "bot").glob("*.index"))) == 1


def test_the_name_follows_questions_and_code(monkeypatch):
    name = digest_of(many())
    assert name == digest_of(many()) != digest_of(many()[1:])
    monkeypatch.setattr(indexes, "_code", lambda: "another")
    assert name != digest_of(many())


def test_changes_are_found_like_a_new_index_finds_them():
    entries = many()
    matcher = Matcher(entries)
    removed = "cancel-invoice"
    new = [
        Entry("upgrade-phone", ("How do I get a better phone?",)),
        Entry("bicycle", ("Do you sell bicycles?", "can I buy a bicycle")),
        Entry("学生", ("有没有学生优惠", "学生能打折吗")),
    ]
    changed = matcher.changed([removed], new)
    rebuilt = Matcher([entry for entry in entries if entry.id not in (removed, "upgrade-phone")] + new)
    for text in [*QUESTIONS, "do you sell a bicycle", "学生有折扣吗", "a better phone please", "cancel the invoice"]:
        mine, theirs = changed.match(text), rebuilt.match(text)
        assert removed not in dict(mine.top)
        assert mine.id == theirs.id, text
        assert mine.score == pytest.approx(theirs.score, abs=0.15), text
    assert changed.match("Do you sell bicycles?").score == 1.0
    assert changed.match("upgrade the phone").score < 1.0  # the old wording is gone
    assert asked(matcher) == asked(Matcher(entries))  # the base is as it was


def test_everything_may_be_removed():
    matcher = Matcher([Entry("1", ("怎么退款",))])
    assert matcher.changed(["1"], []).match("怎么退款") == Match(None, 0.0)
    assert matcher.changed(["1"], [Entry("2", ("怎么退款",))]).match("怎么退款").id == "2"
    assert Matcher([]).changed([], [Entry("2", ("怎么退款",))]).match("怎么退款").id == "2"


def test_arrays_survive_a_file(tmp_path):
    arrays = {"a": np.arange(5, dtype=np.int32), "b": np.zeros((0,), np.float32), "c": np.ones((2, 3), np.float64)}
    packed.write(tmp_path / "x", arrays)
    found = packed.read(tmp_path / "x")
    assert all(np.array_equal(found[key], array) for key, array in arrays.items())
    assert list(tmp_path.iterdir()) == [tmp_path / "x"]


def test_an_edit_of_the_draft_builds_no_index(desk, monkeypatch):
    category = Category.objects.create(name="Orders")
    rows = [
        Row(category=category, question=f"{entry.id} {entry.questions[0]}"[:200], answer="Yes.") for entry in many()
    ]
    for row in rows:
        row.save()
    try_draft("anything")
    built = []
    monkeypatch.setattr(drafted, "prepared", lambda *args, **how: built.append(args))
    new = Row.objects.create(category=category, question="Do you sell bicycles?", answer="No.")
    assert try_draft("do you sell a bicycle").answers[0].entry["question"] == new.question
    new.question = "Do you repair umbrellas?"
    new.save()
    assert try_draft("can you repair an umbrella").answers[0].entry["question"] == new.question
    assert try_draft("do you sell a bicycle").score < 0.6
    new.answer = "Yes."
    new.save()
    assert try_draft("Do you repair umbrellas?").answers[0].entry["answer"] == "Yes."
    category.is_enabled = False
    category.save()
    assert try_draft("Do you repair umbrellas?").answers == ()
    assert not built


def test_many_edits_of_the_draft_build_an_index_in_the_background(desk, settled, monkeypatch):
    monkeypatch.setattr(drafted, "MOST_CHANGES", 3)
    category = Category.objects.create(name="Orders")
    for number in range(6):
        Row.objects.create(category=category, question=f"What is number {number}?", answer=str(number))
        try_draft("anything")
    settled()
    assert len(drafted._held.changed) <= 3 <= len(drafted._held.base.entries)
    assert try_draft("What is number 5?").score == 1.0


def test_linear_algebra_has_one_thread_wherever_numpy_comes_from():
    """Set before the first import of numpy, which a model of ours makes too: otherwise threads spin at each other."""
    script = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'cs_project.settings'; import django; django.setup();"
        "import numpy as np; a = np.ones((600, 600)); a @ a; print(len(os.listdir('/proc/self/task')))"
    )
    environment = {key: value for key, value in os.environ.items() if key != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) == 1
