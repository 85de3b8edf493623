"""The learning loop in the console: what visitors asked becomes knowledge by one click."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from chatbot.actions import publish
from chatbot.counts import count_day
from chatbot.models import Entry, LabelledQuestion, Question, Strategy, default_category
from sessions_flow.models import State
from tests.cast import Vera, make_member, sit_down

REFUND = "How do I get a refund?"
UNKNOWN = "do purple elephants dance the tango"


@pytest.fixture
def console(desk, client: Client, unhashed_files) -> Client:
    client.force_login(make_member("sofia", Role.ADMIN))
    return client


@pytest.fixture
def refund(desk) -> Entry:
    return Entry.objects.create(category=default_category(), question=REFUND, answer="In seven days.")


@pytest.fixture
def asked(refund, settled) -> Vera:
    """Two wordings that nobody answers."""
    publish()
    vera = Vera()
    for text in (UNKNOWN, UNKNOWN, "do purple elephants dance tango"):
        vera.post(text)
        settled()
    return vera


def url(page: str, *args: object) -> str:
    return reverse(f"admin:chatbot_{page}", args=args)


def lead(console: Client) -> str:
    return console.get(url("question_changelist")).context["rows"][0].gap.keys[0]


def test_it_works(console: Client, asked: Vera, refund: Entry):
    page = console.get(url("question_changelist")).content.decode()
    assert UNKNOWN in page
    console.post(url("question_changelist"), {"key": lead(console), "entry": refund.pk})
    refund.refresh_from_db()
    assert UNKNOWN in refund.similar
    assert refund.changed_by.nickname == "Sofia"
    assert UNKNOWN not in console.get(url("question_changelist")).content.decode()


def test_a_group_becomes_a_new_entry(console: Client, asked: Vera):
    place = f"{url('question_new')}?key={lead(console)}"
    assert UNKNOWN in console.get(place).content.decode()
    assert console.post(place, {"answer": ""}).status_code == 200
    assert console.post(place, {"answer": "<script>", "is_rich": "on"}).status_code == 200
    assert Entry.objects.count() == 1
    assert console.post(place, {"answer": "Only on Sundays."}).status_code == 302
    entry = Entry.objects.get(answer="Only on Sundays.")
    assert (entry.question, entry.category.is_default) == (UNKNOWN, True)
    assert console.get(place).status_code == 404, "it has been dealt with"


def test_a_group_is_ignored_and_nonsense_does_nothing(console: Client, asked: Vera):
    console.post(url("question_changelist"), {"key": "unheard of", "do": "dismiss"})
    assert Question.objects.filter(state="open").count() == 3
    console.post(url("question_changelist"), {"key": lead(console), "do": "dismiss"})
    assert not Question.objects.filter(state="open").exists()


def test_figures_per_day_and_per_entry(console: Client, asked: Vera, settled):
    asked.post("how can I get my refund")
    settled()
    count_day(timezone.localdate())
    page = console.get(url("question_figures")).content.decode()
    assert REFUND in page
    assert ">4</meter>" in page


def test_labelled_questions_are_written_and_imported(console: Client, refund: Entry):
    console.post(url("labelledquestion_add"), {"text": "refund?", "expected": REFUND})
    assert LabelledQuestion.objects.get().entry == refund
    assert console.post(url("labelledquestion_add"), {"text": "x", "expected": "unheard of"}).status_code == 200
    rows = f"问题,标准问题\nmoney back,{REFUND}\ntango,\nbad,unheard of\n".encode()
    answer = console.post(url("labelledquestion_changelist"), {"file": SimpleUploadedFile("q.csv", rows)}, follow=True)
    assert "unheard of" in answer.content.decode()
    stored = dict(LabelledQuestion.objects.values_list("text", "entry"))
    assert stored == {"refund?": refund.pk, "money back": refund.pk, "tango": None}
    console.post(url("labelledquestion_changelist"), {"file": SimpleUploadedFile("q.xlsx", b"PK nothing")})
    assert LabelledQuestion.objects.count() == 3


def test_the_regression_report_stands_before_publishing(console: Client, refund: Entry):
    publish()
    LabelledQuestion.objects.create(text=REFUND, entry=refund)
    Entry.objects.create(category=default_category(), question="Where is my parcel?", answer="On its way.")
    Entry.objects.filter(pk=refund.pk).update(is_enabled=False)
    report = console.get(url("release_publish")).context["report"]
    assert (report.before.right, report.after.right, len(report.broken)) == (1, 0, 1)


def test_agents_see_none_of_it(desk, client: Client):
    client.force_login(make_member("alice"))
    for page in ("question_changelist", "question_figures", "question_new", "labelledquestion_changelist"):
        assert client.get(url(page)).status_code in (302, 403), page


@pytest.mark.feature("B41", "A72", "A75")
def test_with_the_bot_stopped_every_question_goes_to_a_human_at_once(console: Client, refund: Entry, settled):
    publish()
    sit_down(make_member("alice"))
    console.post(url("strategy_switch"), {"on": "0"})
    vera = Vera()
    vera.post(REFUND)
    settled()
    assert vera.session.state in (State.WAITING, State.SERVING)
    assert "In seven days." not in vera.lines()
    assert not Strategy.get_solo().is_enabled
