"""How quick the workbench is to the hand: python -m bench.ui [SESSIONS] [MESSAGES A SECOND]   (50 and 5)

An installation of its own on SQLite, one agent in Chromium with that many sessions open while their visitors write.
Measured in the page, from the time the browser got the input event to the frame after the one that shows the result:
another session is open with its messages, or the letter typed is there.
"""

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.house import House, small_house
from tests.people import ALICE, VisitorPerson
from tests.test_browser import log_in

SWITCHES, KEYS = 150, 300
KEYS_A_SECOND = 12  # faster than people write for long; a key held down gives 30
GOAL_MS = 100
LINE = "您好,我想问一下我的订单什么时候发货,谢谢。"
WATCH = """
window.took = { switch: [], key: [] };
const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
document.addEventListener("click", async (event) => {
  const row = event.target.closest?.("[data-list=serving] .row__open");
  if (!row) return;
  const name = row.querySelector(".row__name").textContent;
  const isShown = () => document.querySelector("[data-head=name]").textContent === name &&
    document.querySelector(".timeline:not([hidden]) .entry");
  do await painted(); while (!isShown());
  window.took.switch.push(performance.now() - event.timeStamp);
}, true);
document.addEventListener("keydown", async (event) => {
  if (event.target.id !== "words") return;
  await painted();
  window.took.key.push(performance.now() - event.timeStamp);
}, true);
"""
SETTINGS = "from routing.models import Reception; r = Reception.get_solo(); r.limit = 100; r.save()"


def main(sessions: int = 50, rate: float = 5.0) -> None:
    with tempfile.TemporaryDirectory(prefix="desk-ui.") as folder:
        os.environ.setdefault("PAYLOADS_DIR", f"{folder}/heard")
        Path(os.environ["PAYLOADS_DIR"]).mkdir(exist_ok=True)
        with small_house(Path(folder) / "house") as house, sync_playwright() as playwright:
            house.python(SETTINGS)
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            wide = {"width": 1440, "height": 900}
            page = browser.new_context(viewport=wide, locale="zh-CN", bypass_csp=True).new_page()
            page.add_init_script(WATCH)
            log_in(page, house, ALICE)
            visitors = serve(house, page, sessions)
            with writing(visitors, rate) as written:
                switch(page)
                type_words(page)
            took = page.evaluate("window.took")
            browser.close()
    print(f"{sessions} sessions open, {rate:g} messages a second arriving ({written[0]} came)")
    print(f"{SWITCHES} switches, {KEYS} keys, {KEYS_A_SECOND} a second")
    for name, label in (("switch", "another session, click to paint"), ("key", "a letter, key to paint")):
        print(report(label, took[name]))


def serve(house: House, page: Page, sessions: int) -> list[VisitorPerson]:
    """Each with some lines to draw."""
    visitors = []
    for _ in range(sessions):
        visitor = VisitorPerson(house)
        visitor.say("人工")
        visitor.wait_for_state("serving", 60)
        for _ in range(5):
            visitor.say(LINE)
        visitors.append(visitor)
    page.wait_for_function(f"document.querySelectorAll('[data-list=serving] .row').length === {sessions}")
    return visitors


@contextmanager
def writing(visitors: list[VisitorPerson], rate: float) -> Iterator[list[int]]:
    """Somebody writes `rate` times a second, one after the other; yields how many messages there were."""
    stop, count = threading.Event(), [0]

    def run() -> None:
        for visitor in cycle(visitors):
            if stop.wait(1 / rate):
                return
            visitor.say(LINE)
            count[0] += 1

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield count
    finally:
        stop.set()
        thread.join()


def switch(page: Page) -> None:
    rows = page.locator("[data-list=serving] .row__open")
    for n in range(SWITCHES):
        row = rows.nth((n * 7) % rows.count())
        row.scroll_into_view_if_needed()
        row.click()
        page.wait_for_function(f"window.took.switch.length === {n + 1}")


def type_words(page: Page) -> None:
    page.locator("#words").click()
    start = time.monotonic()
    for n in range(KEYS):
        time.sleep(max(0.0, start + n / KEYS_A_SECOND - time.monotonic()))
        page.keyboard.press("abcdefghij "[n % 11])


def report(label: str, took: list[float]) -> str:
    cuts = statistics.quantiles(took, n=100)
    p50, p95, p99 = cuts[49], cuts[94], cuts[98]
    verdict = "within" if p99 < GOAL_MS else "OVER"
    return (
        f"{label:34} p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f}  most {max(took):6.1f} ms  ({verdict} {GOAL_MS} ms)"
    )


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
