"""The bot's pages in a real browser: from a new entry over the test chat and a release to the visitor, and back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.recordings import picture
from tests.test_browser import PHONE, SOON, WIDE, answer_of, axe_finds_nothing, enter_console, say

pytestmark = pytest.mark.browser
QUESTION, ANSWER = "紫色大象什么时候跳探戈", "每逢周日下午三点开跳。"


def knowledge_base(page: Page, house) -> None:
    page.goto(f"{house.url}/admin/chatbot/entry/")


def try_it(page: Page, words: str) -> None:
    page.wait_for_function("() => document.documentElement.dataset.try", timeout=SOON)  # the script has run
    if page.locator(".cs-try-opener").is_visible():
        page.locator(".cs-try-opener").click()
    page.fill(".cs-try-form input", words)
    page.press(".cs-try-form input", "Enter")


def publish(page: Page, house) -> None:
    page.goto(f"{house.url}/admin/chatbot/release/publish/")
    page.locator(".cs-panel form button.cs-primary").click()
    expect(page.locator(".cs-release-published")).to_be_visible(timeout=SOON)


@pytest.fixture
def sofia(house, people):
    """At the console; what she adds and publishes is undone afterwards."""
    page = people(WIDE, "zh-hans")
    enter_console(page, house)
    yield page
    house.python(
        "from chatbot.models import Entry; from chatbot.actions import publish; "
        f"Entry.with_deleted.filter(question='{QUESTION}').delete(); publish()"
    )


@pytest.mark.feature("B6", "B7", "B31", "B33", "B34", "B35", "A73", "B39")
def test_an_entry_is_tried_published_and_rolled_back(house, people, sofia: Page):
    knowledge_base(sofia, house)
    sofia.locator(".cs-toolbar a[data-dialog=wide]").click()
    dialog = sofia.locator("dialog[open]")
    dialog.locator("[name=question]").fill(QUESTION)
    dialog.locator("[name=answer]").fill(ANSWER)
    dialog.locator("[name=_save]").click()
    expect(sofia.locator("#result_list")).to_contain_text(QUESTION, timeout=SOON)

    try_it(sofia, QUESTION)
    expect(sofia.locator(".cs-try-list")).to_contain_text(ANSWER, timeout=SOON)
    expect(sofia.locator(".cs-try-why").last).to_contain_text("直接回答")

    vera = people(WIDE, "zh-hans")
    vera.goto(house.chat_url)
    say(vera, QUESTION)
    vera.wait_for_timeout(1500)
    expect(vera.locator("#list")).not_to_contain_text(ANSWER)

    publish(sofia, house)
    answer_of(vera, QUESTION, ANSWER)

    sofia.goto(f"{house.url}/admin/chatbot/release/")
    sofia.once("dialog", lambda question: question.accept())
    sofia.locator("[name=_roll_back]").nth(1).click()
    expect(sofia.locator("#result_list tbody").first).to_contain_text("回退到", timeout=SOON)
    again = people(WIDE, "zh-hans")
    again.goto(house.chat_url)
    again.wait_for_timeout(1500)  # the release is at most a second old in every process
    say(again, QUESTION)
    again.wait_for_timeout(1500)
    expect(again.locator("#list")).not_to_contain_text(ANSWER)


@pytest.mark.feature("B23", "B32", "B20")
def test_the_test_chat_shows_the_welcome_card_and_its_reasons(full, people):
    page = people(PHONE, "zh-hans")
    enter_console(page, full)
    knowledge_base(page, full)
    assert not page.locator(".cs-try-panel").is_visible(), "a sheet on a phone lies closed"
    page.locator(".cs-try-opener").click()
    card = page.locator(".cs-try-list .choices")
    expect(card).to_contain_text("猜你想问", timeout=SOON)
    first = card.locator("button.choice").first
    asked = first.inner_text().strip()
    first.click()
    expect(page.locator(".cs-try-why")).to_be_visible(timeout=SOON)
    expect(page.locator(".cs-try-list .entry[data-kind=visitor]").last).to_contain_text(asked)
    page.locator(".cs-try-why summary").click()
    expect(page.locator(".cs-try-why li").first).to_contain_text(re.compile(r"\d\.\d\d"))
    page.keyboard.press("Escape")
    expect(page.locator(".cs-try-panel")).to_be_hidden()
    box = page.locator("html").evaluate("node => node.scrollWidth")
    assert box <= PHONE["width"]


@pytest.mark.feature("A77", "B13")
def test_a_picture_is_pasted_and_duplicates_are_pointed_out(full, people):
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    knowledge_base(page, full)
    page.locator(".cs-toolbar a[data-dialog=wide]").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=question]").fill("如何转接人工客服")
    expect(dialog.locator(".cs-hints.cs-bad")).to_contain_text("如何转接人工客服", timeout=SOON)
    dialog.locator("[name=question]").fill("怎样才能转接到人工客服呢")
    expect(dialog.locator(".cs-hints:not(.cs-bad)")).to_contain_text("如何转接人工客服", timeout=SOON)
    dialog.locator("[data-picture]").set_input_files({"name": "p.png", "mimeType": "image/png", "buffer": picture()})
    expect(dialog.locator("[name=answer]")).to_have_value(
        re.compile(r"!\[p\.png\]\(/files/answers/\w+\.png\)"), timeout=SOON
    )
    drawn = dialog.locator("answer-preview img")
    expect(drawn).to_be_visible()
    page.wait_for_function("() => document.querySelector('answer-preview img').naturalWidth === 320", timeout=SOON)


@pytest.mark.feature("B8", "A70")
def test_a_file_is_imported_with_progress(full, people):
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    page.goto(f"{full.url}/admin/chatbot/sheetimport/start/")
    rows = ["类目,问题,答案", *(f"导入,导入问题 {n},回答 {n}" for n in range(600)), "导入,没有回答,"]
    file = {"name": "q.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode("gb18030")}
    page.set_input_files("#id_file", file)
    page.locator(".cs-panel button.cs-primary").click()
    expect(page.locator("#column-0")).to_have_value("category")
    page.locator("button[value=check]").click()
    expect(page.locator(".cs-count-bad dd")).to_have_text("1", timeout=SOON * 2)
    page.locator("[name=good_only][value='1']").check()
    page.locator("button[value=import]").click()
    expect(page.locator(".cs-import-done")).to_be_visible(timeout=SOON * 2)
    full.python("from chatbot.models import Entry; Entry.with_deleted.filter(category__name='导入').delete()")


@pytest.mark.feature("B22")
def test_welcome_questions_are_put_in_order_by_the_keyboard(full, people):
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    page.goto(f"{full.url}/admin/chatbot/strategy/")
    texts = page.locator("[name='welcome-text']")
    before = [texts.nth(n).input_value() for n in range(2)]
    page.locator("[data-move=down]").first.focus()
    page.keyboard.press("Enter")
    assert [texts.nth(n).input_value() for n in range(2)] == before[::-1]
    page.locator("[name=_save]").click()
    page.wait_for_load_state()
    assert [texts.nth(n).input_value() for n in range(2)] == before[::-1]
    page.locator("[data-move=up]").nth(1).click()
    page.locator("[name=_save]").click()
    page.wait_for_load_state()
    assert [texts.nth(n).input_value() for n in range(2)] == before


PAGES = (
    "entry/", "entry/add/", "entry/?library=preset", "category/add/", "sheetimport/start/", "sheetimport/", "strategy/",
    "release/", "release/publish/", "question/", "question/figures/", "labelledquestion/",
)  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(full, people, theme: str):
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    page.evaluate("theme => localStorage.setItem('_x_adminTheme', JSON.stringify(theme))", theme)
    for path in PAGES:
        page.goto(f"{full.url}/admin/chatbot/{path}")
        page.wait_for_load_state("networkidle")
        if page.locator(".cs-try-opener").is_visible():
            page.locator(".cs-try-opener").click()
        axe_finds_nothing(page, "serious")
