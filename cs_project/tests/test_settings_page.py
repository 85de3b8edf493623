"""设置: all sections on one page, saved one by one, with errors by field and who changed what."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from cs_project.console import NAVIGATION
from cs_project.settings_page import SECTIONS
from routing.models import Queueing
from sessions_flow.models import Closing, Prompts
from tests.cast import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]
PAGE = "/admin/settings/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def console(client: Client) -> Client:
    client.force_login(make_member("sofia", Role.ADMIN))
    return client


def section(page: str, name: str) -> str:
    return page[page.index(f'<section id="{name}"') :].split("</section>")[0]


@pytest.mark.feature("M14", "M15")
def test_it_works(console: Client):
    page = console.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    titles = ("会话提示语", "分配策略", "接待方式", "会话排队", "会话关闭", "工作时间", "满意度评价")
    places = [re.search(rf"<h2[^>]*>\s*{title}\s*<", page).start() for title in titles]
    assert places == sorted(places)
    assert page.count("data-preview") == 3
    assert len(re.findall(r'id="(\w+)"', page)) == len(set(re.findall(r'id="(\w+)"', page))), "an id twice"


@pytest.mark.feature("M6")
def test_its_entry_is_lit_on_the_pages_of_its_sections(rf):
    is_lit = next(item["active"] for group in NAVIGATION for item in group["items"] if item["icon"] == "settings")
    names = [section.model._meta.label_lower.replace(".", "_") for section in SECTIONS]
    names += [name for section in SECTIONS for _title, name in section.further]
    for page in (PAGE, *(reverse(f"admin:{name}_changelist") for name in names)):
        assert is_lit(rf.get(page)), page
    assert not is_lit(rf.get(reverse("admin:staffing")))


@pytest.mark.feature("M12", "M15", "M46")
def test_a_section_is_saved_alone_and_told(console: Client):
    data = {"reply_seconds": "77", "flow_idle_seconds": "600", "says_closed": "on", "closed": "Bye"}
    answer = console.post(f"{PAGE}closing/", {**data, "welcome": "stolen"}, follow=True, headers=ENGLISH)
    assert answer.redirect_chain == [(f"{PAGE}#closing", 302)]
    page = answer.content.decode()
    assert "Done." in page
    row = Closing.objects.get()
    assert (row.reply_seconds, row.says_timed_out, row.closed) == (77, False, "Bye")
    assert Prompts.get_solo().welcome == ""
    told = section(page, "closing")
    assert "Sofia" in told and "600 → 77" in told
    assert "600 → 77" not in section(page, "rating")


@pytest.mark.feature("M43", "M44")
def test_the_queueing_text_stands_under_queueing_only(console: Client):
    page = console.get(PAGE).content.decode()
    assert page.count('name="queueing"') == 1
    data = {"limit": "4", "queueing": "${QueuePosition}", "update_seconds": "15", "queue_limit": "0",
            "leave_seconds": "60"}  # fmt: skip
    answer = console.post(f"{PAGE}queueing/", data)
    assert answer.status_code == 302, answer.context["sections"][3].adminform.form.errors
    assert (Prompts.get_solo().queueing, Queueing.get_solo().limit) == ("${QueuePosition}", 4)
    assert "→ 4" in section(console.get(PAGE).content.decode(), "queueing")
    assert "→ 4" not in section(console.get(PAGE).content.decode(), "reception")


def test_errors_stand_at_the_field_and_nothing_changes(console: Client):
    answer = console.post(f"{PAGE}closing/", {"reply_seconds": "-1", "closed": "typed"}, headers=ENGLISH)
    assert answer.status_code == 422
    told = section(answer.content.decode(), "closing")
    assert "greater than or equal to 0" in told and "typed" in told and "Nothing was saved" in told
    assert "Nothing was saved" not in section(answer.content.decode(), "prompts")
    assert Closing.get_solo().closed == ""


def test_strangers_and_unknown_sections(console: Client, client: Client):
    assert console.post(f"{PAGE}nonsense/").status_code == 404
    assert console.get(f"{PAGE}closing/").status_code == 302
    agent = Client()
    agent.force_login(make_member("alice"))
    for address in (PAGE, f"{PAGE}closing/"):
        assert agent.post(address, {"reply_seconds": "1"}).status_code in (302, 403)
    assert Closing.get_solo().reply_seconds == 600
