"""Imports of spreadsheets: what is read, what is refused, and that good rows are imported whole or not at all."""

import csv
import io
import random
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import Role
from chatbot import deadlines
from chatbot.actions import cancel_import, confirm_import, imports, start_checking, upload_sheet
from chatbot.models import Category, Entry, Library, SheetImport, default_category
from chatbot.sheets.columns import recognise
from chatbot.sheets.faults import fault_lines, fault_rows
from chatbot.sheets.reading import LARGEST_BYTES, Unreadable, open_sheet
from chatbot.sheets.rows import read_row
from tests.cast import make_member

pytestmark = pytest.mark.django_db
HEADINGS = ["分类", "标准问题", "相似问题", "回答", "状态"]


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def xlsx(rows) -> io.BytesIO:
    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(out)
    out.seek(0)
    return out


def text(rows, encoding: str = "utf-8", delimiter: str = ",") -> io.BytesIO:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return io.BytesIO(out.getvalue().encode(encoding))


def work() -> None:
    """As the sweep does it, here and now."""
    while job := imports.claim_import(timezone.now()):
        imports.work_on(job)


def checked(file, *, updates: bool = True, good_only: bool = False, library: str = Library.QA) -> SheetImport:
    job = upload_sheet(file, "questions.xlsx", library, make_member(f"m{random.random()}", Role.ADMIN))
    start_checking(job, job.columns, updates=updates, good_only=good_only)
    work()
    job.refresh_from_db()
    return job


def imported(file, **options) -> SheetImport:
    job = checked(file, **options)
    confirm_import(job, good_only=options.get("good_only", False))
    work()
    job.refresh_from_db()
    return job


@pytest.mark.feature("B8", "B15", "A70")
@pytest.mark.parametrize("make", [xlsx, text], ids=["xlsx", "csv"])
def test_it_works(make):
    job = imported(
        make(
            [HEADINGS, ["售后/退款", "怎么退款", "我要退钱\n退款流程", "三天到账。", "停用"], ["", "Q2", "", "A2", ""]]
        )
    )
    assert (job.state, job.imported) == ("done", 2)
    entry = Entry.objects.get(question="怎么退款")
    assert (entry.category.path, entry.similar, entry.answer, entry.is_enabled) == (
        "售后/退款", ["我要退钱", "退款流程"], "三天到账。", False,
    )  # fmt: skip
    assert entry.changed_by == job.added_by
    assert Entry.objects.get(question="Q2").category == default_category()


@pytest.mark.feature("A70", "B8")
@pytest.mark.parametrize("good_only", [False, True], ids=["all-or-none", "good-rows"])
def test_ten_thousand_rows_of_which_37_are_bad(good_only: bool):
    seed = random.randrange(10**6)
    print("seed", seed)
    bad = sorted(random.Random(seed).sample(range(10_000), 37))
    rows = [[f"类目{n % 20}", f"问题 {n}", f"说法 {n}", f"回答 {n}", "启用"] for n in range(10_000)]
    spoil = [(1, ""), (3, ""), (1, "长" * 201), (3, "长" * 5001), (4, "也许")]
    for place, n in enumerate(bad):
        column, value = spoil[place % len(spoil)]
        rows[n][column] = value
    job = checked(text([HEADINGS, *rows]), good_only=good_only)
    assert job.counts == {"new": 9963, "changed": 0, "skipped": 0, "bad": 37}
    reasons = list(fault_rows(job))
    assert [row[-2] for row in reasons[1:]] == [n + 2 for n in bad], "each with its number in the file"
    assert all(row[-1] for row in reasons)
    if good_only:
        confirm_import(job, good_only=True)
        work()
    else:
        with pytest.raises(ValidationError):
            confirm_import(job, good_only=False)
        work()
    assert Entry.objects.count() == (9963 if good_only else 0)
    assert Category.objects.filter(is_default=False).count() == (20 if good_only else 0)


# --- what exists already


@pytest.mark.feature("A70")
@pytest.mark.parametrize("updates", [True, False], ids=["update", "skip"])
def test_existing_questions_are_updated_or_skipped(updates: bool):
    category = Category.objects.create(name="Here")
    for question in ("Q1", "Q2"):
        Entry.objects.create(category=category, question=question, answer="old")
    file = text([HEADINGS, ["", "Q1", "", "new", ""], ["", "Q2", "", "old", ""], ["", "Q3", "", "new", ""]])
    job = imported(file, updates=updates)
    assert job.counts == {"new": 1, "changed": int(updates), "skipped": 1 + (not updates), "bad": 0}
    assert Entry.objects.get(question="Q1").answer == ("new" if updates else "old")
    assert Entry.objects.get(question="Q1").category == category, "no category in the row: it stays where it is"
    assert Entry.objects.count() == 3


@pytest.mark.feature("A70")
def test_a_question_twice_in_a_file_is_a_fault_of_the_second():
    job = checked(text([HEADINGS, ["", "Q", "", "A", ""], ["", "q", "", "B", ""]]))
    assert job.counts["bad"] == 1
    assert "3" in next(fault_lines(job))
    assert "2" in next(fault_lines(job))


def test_what_was_written_meanwhile_is_not_written_twice():
    job = checked(text([HEADINGS, ["", "Q", "", "A", ""]]), updates=False)
    Entry.objects.create(category=default_category(), question="Q", answer="Mine")
    confirm_import(job, good_only=False)
    work()
    assert Entry.objects.get().answer == "Mine"


# --- columns


@pytest.mark.feature("A70")
@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (["分类", "标准问题", "相似问题", "回答"], ["category", "question", "similar", "answer"]),
        (["类目", "问题", "相似问1", "相似问2", "答案"], ["category", "question", "similar", "similar", "answer"]),
        (["Category", "Question", "Similar questions", "Answer"], ["category", "question", "similar", "answer"]),
        (["*标准问（必填）", "扩展问（多个用换行分隔）", "回复内容"], ["question", "similar", "answer"]),
        (["序号", "知识标题", "创建人", "答案", "启用状态"], [None, "question", None, "answer", "state"]),
    ],
)
def test_headings_of_other_products_are_recognised(headings, fields):
    found = recognise(headings)
    assert [found.get(column) for column in range(len(headings))] == fields


def test_headings_may_stand_below_a_title():
    sheet = open_sheet(text([["知识库导出"], [], HEADINGS, ["", "Q", "", "A", ""]]))
    assert (sheet.headings, sheet.heading_row) == (HEADINGS, 3)
    assert [number for number, _cells in sheet.rows] == [4]


@pytest.mark.feature("A70")
def test_columns_are_mapped_by_hand():
    job = upload_sheet(text([["x", "y"], ["Q", "A"]]), "a.csv", Library.QA, None)
    with pytest.raises(ValidationError):
        start_checking(job, {}, updates=True, good_only=False)
    with pytest.raises(ValidationError):
        start_checking(job, {"0": "question", "1": "question"}, updates=True, good_only=False)
    start_checking(job, {"0": "question", "1": "answer"}, updates=True, good_only=False)
    work()
    job.refresh_from_db()
    assert job.counts["new"] == 1


@pytest.mark.parametrize("cell", ["a\nb", "a|b", "a；b", "a ; b;a"])
def test_similar_questions_in_one_cell(cell: str):
    found, faults = read_row(2, ["Q", "A", cell, "c"], {0: "question", 1: "answer", 2: "similar", 3: "similar"})
    assert (found.similar, faults) == (["a", "b", "c"], [])


# --- encodings


@pytest.mark.feature("A70")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters_are_found_out(encoding: str, delimiter: str):
    sheet = open_sheet(text([HEADINGS, ["", "问题", "", "回答,含逗号", ""]], encoding, delimiter))
    assert sheet.headings == HEADINGS
    assert list(sheet.rows) == [(2, ["", "问题", "", "回答,含逗号", ""])]


# --- bad input


def bomb() -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (30 * 1024 * 1024))
    out.seek(0)
    return out


def entities() -> io.BytesIO:
    """A billion laughs in the sheet of an otherwise fine file."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    document = "<worksheet><sheetData>&l9;</sheetData></worksheet>"
    evil = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{lines}]>{document}'
    source, out = zipfile.ZipFile(xlsx([HEADINGS])), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, evil if name.endswith("sheet1.xml") else source.read(name))
    out.seek(0)
    return out


@pytest.mark.feature("A70")
@pytest.mark.parametrize(
    "file",
    [
        io.BytesIO(b""),
        io.BytesIO(b"\n\n\n"),
        io.BytesIO(b"\xd0\xcf\x11\xe0old"),
        io.BytesIO(b"PK\x03\x04 not a zip"),
        io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0\0"),
        io.BytesIO(b"\xff\xfe\xfd\x80\x81" * 9),
        io.BytesIO(xlsx([HEADINGS, ["", "Q", "", "A", ""]]).getvalue()[:-60]),
        io.BytesIO(b"x" * (LARGEST_BYTES + 1)),
        bomb(),
        entities(),
    ],
    ids=["empty", "blank", "xls", "no zip", "png", "no text", "cut off", "too large", "zip bomb", "entities"],
)
def test_broken_and_enormous_files_are_refused(file):
    with pytest.raises(ValidationError) as refused:
        upload_sheet(file, "a.xlsx", Library.QA, None)
    assert refused.value.message_dict["file"][0]
    assert not SheetImport.objects.exists()


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr("chatbot.sheets.reading.MOST_ROWS", 5)
    with pytest.raises(Unreadable):
        list(open_sheet(text([HEADINGS, *[["", f"Q{n}", "", "A", ""] for n in range(6)]])).rows)
    assert len(list(open_sheet(text([HEADINGS, *[["", f"Q{n}", "", "A", ""] for n in range(5)]])).rows)) == 5


@pytest.mark.feature("A70", "A77")
def test_every_fault_of_a_row_is_named_with_its_field():
    headings = [*HEADINGS, "格式"]
    row = [
        "a/b/c/d/e/f",
        "问" * 201,
        "\n".join(f"s{n}" for n in range(101)),
        "<script>alert(1)</script>",
        "也许",
        "富文本",
    ]
    job = checked(text([headings, row]))
    said = next(fault_lines(job))
    faults = {(fault["field"], fault["reason"]) for fault in job.examples["bad"][0]["faults"]}
    assert faults == {
        ("category", "deep"), ("question", "long"), ("similar", "many"), ("answer", "unsafe"), ("state", "unknown"),
    }  # fmt: skip
    assert "也许" in said
    assert "2" in said


def test_formulas_come_in_as_text_and_go_out_as_text():
    job = imported(text([HEADINGS, ["", "'=1+1", "", "=cmd|' /C calc'!A0", ""]]))
    entry = Entry.objects.get()
    assert (entry.question, job.state) == ("=1+1", "done")
    from chatbot.sheets.entries import rows_of
    from chatbot.sheets.writing import safe

    row = [safe(cell) for cell in list(rows_of(Entry.objects.all()))[1]]
    assert row[1] == "'=1+1"
    assert row[3].startswith("'=")


@pytest.mark.feature("A70")
def test_what_was_exported_is_imported_unchanged():
    from chatbot.sheets.entries import rows_of

    category = Category.objects.create(name="Refunds", parent=Category.objects.create(name="Orders"))
    Entry.objects.create(category=category, question="@Q|1", similar=["a;b", "c"], answer="**A**\n\n- b", is_rich=True)
    job = checked(xlsx(rows_of(Entry.objects.all())))
    assert job.counts == {"new": 0, "changed": 0, "skipped": 1, "bad": 0}


# --- work that stops and goes on


def test_cancelled_before_and_while_it_runs(monkeypatch):
    job = upload_sheet(text([HEADINGS, ["", "Q", "", "A", ""]]), "a.csv", Library.QA, None)
    start_checking(job, job.columns, updates=True, good_only=False)
    cancel_import(job)
    work()
    job.refresh_from_db()
    assert job.state == "cancelled"
    rows = [["", f"Q{n}", "", "A", ""] for n in range(1200)]
    job = checked(text([HEADINGS, *rows]))
    confirm_import(job, good_only=False)

    def cancel_after_the_first_batch(_seconds: float) -> None:
        cancel_import(SheetImport.objects.get(pk=job.pk))

    monkeypatch.setattr("chatbot.sheets.importing.time.sleep", cancel_after_the_first_batch)
    work()
    job.refresh_from_db()
    assert (job.state, job.imported, Entry.objects.count()) == ("cancelled", 500, 500)


def test_a_dead_workers_import_goes_on_where_it_stopped(monkeypatch):
    rows = [["", f"Q{n}", "", "A", ""] for n in range(1200)]
    job = checked(text([HEADINGS, *rows]))
    confirm_import(job, good_only=False)

    def die(_seconds: float) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("chatbot.sheets.importing.time.sleep", die)
        with pytest.raises(SystemExit):
            work()
    assert Entry.objects.count() == 500
    assert imports.claim_import(timezone.now()) is None, "its lease has not run out"
    again = imports.claim_import(timezone.now() + imports.LEASE * 2)
    imports.work_on(again)
    assert (again.state, again.imported, Entry.objects.count()) == ("done", 1200, 1200)


def test_old_imports_go_with_their_files(settings):
    job = imported(text([HEADINGS, ["", "Q", "", "A", ""]]))
    assert imports.erase_old_imports(timezone.now()) == 0
    assert imports.erase_old_imports(timezone.now() + imports.KEPT * 2) == 1
    assert not SheetImport.objects.filter(pk=job.pk).exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


# --- manage.py bot_import


@pytest.mark.feature("B15")
def test_the_command_imports_with_the_same_rules(tmp_path, capsys):
    path = tmp_path / "q.csv"
    path.write_bytes(text([HEADINGS, ["", "Q", "", "A", ""], ["", "", "", "A", ""]]).getvalue())
    with pytest.raises(CommandError):
        call_command("bot_import", path)
    assert not Entry.objects.exists()
    assert "3" in capsys.readouterr().err
    call_command("bot_import", path, "--good-rows")
    assert Entry.objects.get().question == "Q"
    Entry.objects.update(answer="Mine")
    call_command("bot_import", path, "--good-rows", "--skip")
    assert Entry.objects.get().answer == "Mine"
    with pytest.raises(CommandError):
        call_command("bot_import", tmp_path / "missing.csv")


# --- in the console


@pytest.fixture
def console(client, unhashed_files):
    client.force_login(make_member("sofia", Role.ADMIN))
    return client


@pytest.mark.feature("B8", "A70")
def test_from_the_template_to_the_knowledge_base(console):
    start = f"{reverse('admin:chatbot_import_start')}?library=qa"
    assert reverse("admin:chatbot_import_template", args=["xlsx"]) in console.get(start).content.decode()
    template = b"".join(console.get(reverse("admin:chatbot_import_template", args=["xlsx"])))
    page = console.post(start, {"file": SimpleUploadedFile("t.xlsx", template)})["Location"]
    assert "selected" in console.get(page).content.decode()
    job = SheetImport.objects.get()
    columns = {f"column-{at}": field for at, field in job.columns.items()}
    console.post(page, {"do": "check", "updates": "1", **columns})
    assert 'data-running="true"' in console.get(page).content.decode()
    work()
    assert 'data-running="false"' in console.get(page).content.decode()
    console.post(page, {"do": "import"})
    work()
    assert "cs-import-done" in console.get(page).content.decode()
    assert Entry.objects.count() == 2
    assert job.name in console.get(reverse("admin:chatbot_sheetimport_changelist")).content.decode()


@pytest.mark.feature("A70")
def test_the_page_names_the_bad_rows_and_gives_them_back(console):
    file = SimpleUploadedFile("q.csv", text([HEADINGS, ["", "Q", "", "A", ""], ["", "坏", "", "", ""]]).getvalue())
    page = console.post(reverse("admin:chatbot_import_start"), {"file": file})["Location"]
    job = SheetImport.objects.get()
    console.post(page, {"do": "check", "updates": "1", **{f"column-{at}": name for at, name in job.columns.items()}})
    work()
    shown = console.get(page).content.decode()
    assert "坏" in shown
    assert "不能为空" in shown or "is missing" in shown
    console.post(page, {"do": "import"})
    job.refresh_from_db()
    assert job.state == "checked", "all or none is the default"
    back = b"".join(console.get(reverse("admin:chatbot_import_bad", args=[job.pk, "csv"]))).decode("utf-8-sig")
    assert "坏" in back
    assert "Q,," not in back
    console.post(page, {"do": "import", "good_only": "1"})
    work()
    assert Entry.objects.get().question == "Q"


@pytest.mark.feature("A70")
def test_a_broken_file_is_refused_on_the_page(console):
    answer = console.post(reverse("admin:chatbot_import_start"), {"file": SimpleUploadedFile("q.xlsx", b"PK nothing")})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not SheetImport.objects.exists()


def test_agents_import_nothing(client):
    client.force_login(make_member("alice"))
    assert client.get(reverse("admin:chatbot_import_start")).status_code in (302, 403)


def test_the_sweep_takes_one_import_at_a_time(desk, settled):
    jobs = []
    for name in ("Q1", "Q2"):
        job = upload_sheet(text([HEADINGS, ["", name, "", "A", ""]]), "a.csv", Library.QA, None)
        start_checking(job, job.columns, updates=True, good_only=False)
        jobs.append(job)
    for _ in jobs:
        deadlines.imports(timezone.now())
        settled()
    assert {SheetImport.objects.get(pk=job.pk).state for job in jobs} == {"checked"}
    assert deadlines.imports(timezone.now()) == 0
