"""The one page of settings in a browser: every 保存 works, previews follow what is typed."""

import pytest
from playwright.sync_api import expect

from tests.test_browser import SOON, WIDE, axe_finds_nothing, enter_console

pytestmark = pytest.mark.browser
SECTIONS = ("prompts", "distribution", "reception", "queueing", "closing", "hours", "rating")
DUMP = (
    "import json; from django.core import serializers; from sessions_flow import models as a; from routing import "
    "models as b\nrows = [m.get_solo() for m in (a.Prompts, a.Closing, a.RatingRules, b.Distribution, b.Reception, "
    "b.WorkHours)]\nprint(serializers.serialize('json', rows))"
)


@pytest.mark.feature("M12", "M15", "D2")
def test_every_section_is_saved_by_its_button(full, people):
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    before = full.python(DUMP)
    for name in SECTIONS:
        page.goto(f"{full.url}/admin/settings/")
        page.locator(f"#{name}").get_by_role("button", name="保存").click()
        page.wait_for_url(f"{full.url}/admin/settings/#{name}")
        expect(page.get_by_text("操作成功").first).to_be_visible(timeout=SOON)
    assert full.python(DUMP) == before, "what is shown is what is stored"
    page.goto(f"{full.url}/admin/settings/")
    axe_finds_nothing(page, "serious")


@pytest.mark.feature("M28", "M48", "M57")
def test_previews_follow_their_own_section(full, people):
    page = people(WIDE, "zh-hans")
    enter_console(page, full)
    page.goto(f"{full.url}/admin/settings/")
    for name, field in (("prompts", "welcome"), ("closing", "closed"), ("rating", "invitation")):
        section = page.locator(f"#{name}")
        section.locator("[data-preview]").scroll_into_view_if_needed()
        section.locator(f"[name={field}]").fill(f"试试 {name}")
        seen = section.frame_locator("[data-preview]").locator("body")
        expect(seen).to_contain_text(f"试试 {name}", timeout=SOON)
