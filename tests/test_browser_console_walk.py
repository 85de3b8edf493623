"""Every page of the console in a real browser, light and dark, wide in Chinese and on a phone in English."""

from importlib.resources import files
from typing import Any

import pytest
from django.contrib import admin
from playwright.sync_api import Page, Response

from cs_project import urls  # noqa: F401 (its import registers every model)
from cs_project.console import NAVIGATION
from tests.test_browser import PHONE, WIDE, enter_console

pytestmark = pytest.mark.browser
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
ELSEWHERE = ("/workbench/", "/api/docs/")  # no pages of the console
FIND_CHANGE_PAGE = "() => document.querySelector('#result_list a[href*=\"/change/\"]')?.getAttribute('href')"
WIDTH = "() => [document.documentElement.scrollWidth, window.innerWidth]"
STAND_STILL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
  document.adoptedStyleSheets = [sheet];
}"""
LOOK = """async (scheme) => {
  document.documentElement.classList.toggle("dark", scheme === "dark");
  const only = scheme === "dark" ? { runOnly: ["color-contrast"] } : {};
  const { violations } = await axe.run({ resultTypes: ["violations"], ...only });
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]);
}"""


def navigation() -> list[str]:
    links = [str(row["link"]) for part in NAVIGATION for row in part["items"]]  # type: ignore[attr-defined]
    return [link for link in links if link not in ELSEWHERE]


def lists() -> list[str]:
    return [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]


class Walk:
    """Collects what is wrong with each page, so that one run tells everything."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url, self.seen = page, url, set[str]()
        self.troubles: list[tuple[str, Any]] = []

    def visit(self, path: str, may_lack: bool = False) -> bool:
        """True if the page is there. `may_lack`: some models have no such page."""
        answer = self.page.goto(f"{self.url}{path}")
        assert isinstance(answer, Response)
        if may_lack and answer.status in (403, 404):
            return False
        if self.page.url not in self.seen:
            self.seen.add(self.page.url)
            self.look(path, answer.status)
        return True

    def look(self, path: str, status: int) -> None:
        """Only colours differ in the dark."""
        if status != 200:
            self.troubles.append((path, status))
        self.page.evaluate(STAND_STILL)
        self.page.evaluate(AXE)
        for scheme in ("light", "dark"):
            self.troubles += [(f"{path} {scheme}", found) for found in self.page.evaluate(LOOK, scheme)]
        width, window = self.page.evaluate(WIDTH)
        if width > window:
            self.troubles.append((path, f"{width} px wide in {window}"))


@pytest.mark.parametrize(("size", "language"), [(WIDE, "zh-hans"), (PHONE, "en")], ids=["wide-zh", "phone-en"])
@pytest.mark.feature("M6")
def test_every_page_is_for_everybody(full, people, size, language):
    page = people(size, language)
    enter_console(page, full)
    walk = Walk(page, full.url)
    for path in navigation():
        walk.visit(path)
    for path in lists():
        if walk.visit(path, may_lack=True):
            change = page.evaluate(FIND_CHANGE_PAGE)
            walk.visit(f"{path}add/", may_lack=True)
            if change:
                walk.visit(change)
    assert len(walk.seen) > 60, "the walk lost its way"
    assert not walk.troubles, "\n".join(map(str, walk.troubles))
