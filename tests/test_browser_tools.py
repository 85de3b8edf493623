"""Smaller tools of the desk in a real browser: one list of all channels with a filter, paste and drop, volume, keys."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.people import ALICE, AgentPerson, VisitorPerson
from tests.test_browser import SOON, WIDE, axe_finds_nothing, log_in, open_row, row_of

pytestmark = pytest.mark.browser
OTHER = "from sessions_flow.models import Channel as C; print(C.objects.create(name='小程序').web_app_id)"
FORGET = "from sessions_flow.models import Channel as C; C.objects.filter(name='小程序').update(is_active=False)"
GIVE = """([kind, name]) => {
  const data = new DataTransfer();
  data.items.add(new File(["hello"], name, { type: "text/plain" }));
  const target = document.querySelector(kind === "paste" ? "#words" : "[data-talk]");
  const more = kind === "paste" ? { clipboardData: data } : { dataTransfer: data };
  const event = kind === "paste" ? new ClipboardEvent(kind, { ...more, bubbles: true, cancelable: true })
    : new DragEvent(kind, { ...more, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
}"""


@pytest.mark.feature("A112", "W20")
def test_all_channels_are_one_list_with_a_filter(full, people):
    page = people(WIDE, "zh-hans")
    other = replace(full, web_app_id=full.python(OTHER))
    people_in = [VisitorPerson(full), VisitorPerson(other)]
    try:
        log_in(page, full, ALICE)
        rows, select = page.locator("[data-list=serving] .row"), page.locator("#channel-filter")
        people_in[0].say("人工")
        expect(row_of(page, people_in[0])).to_be_visible(timeout=SOON)
        expect(select).to_be_hidden()
        people_in[1].say("人工")
        expect(row_of(page, people_in[1])).to_be_visible(timeout=SOON)
        expect(row_of(page, people_in[0])).to_be_visible()
        select.select_option("小程序")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text(people_in[1].name)
        expect(page.locator("[data-fold=serving] summary")).to_contain_text("(1)")
        axe_finds_nothing(page)
        select.select_option("")
        for visitor in people_in:
            expect(row_of(page, visitor)).to_be_visible()
    finally:
        page.close()
        AgentPerson(full, ALICE).go_home()
        full.python(FORGET)
        for visitor in people_in:
            visitor.close()


@pytest.mark.feature("W29", "A105")
def test_paste_drop_volume_and_keys(full, people):
    page, vera = people(WIDE, "zh-hans"), VisitorPerson(full)
    try:
        log_in(page, full, ALICE)
        vera.say("人工")
        open_row(page, vera)
        for kind, name in (("paste", "pasted.txt"), ("drop", "dropped.txt")):
            page.evaluate(GIVE, [kind, name])
            expect(page.locator(".tray__name").last).to_have_text(name)
        page.locator("#words").press("Enter")
        for name in ("pasted.txt", "dropped.txt"):
            vera.wait_for_entry(lambda entry, name=name: name in str(entry["elem"]))
        page.locator("[data-me-button]").click()
        value = page.locator("[data-volume-value]")
        expect(value).to_have_text("3/5")
        page.locator("[data-volume] [data-step='1']").click()
        expect(value).to_have_text("4/5")
        page.locator("[data-mute]").click()
        expect(page.locator("[data-volume] [data-step='1']")).to_be_disabled()
        page.keyboard.press("Escape")
        page.locator("[data-desk]").click(position={"x": 5, "y": 300})
        page.keyboard.press("?")
        expect(page.locator("[data-help-sheet]")).to_contain_text("搜索聊天记录")
    finally:
        page.close()
        AgentPerson(full, ALICE).go_home()
        vera.close()
