"""docs/screens/: the workbench as it looks, drawn by Chromium from an installation of its own: python -m bench.screens

A desk with a day's work on it at 1440, 1024 and 390 px, light and dark, Chinese and English, as small WebP files.
"""

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.house import House, small_house
from tests.people import ALICE, BOB, AgentPerson, at_work, custom
from tests.people import Browser as Visitor

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs/screens"
SIZES = {1440: (1440, 900), 1024: (1024, 768), 390: (390, 844)}
QUALITY = 60
LINES = {
    "zh": [["您好，我的订单还没有发货", "已经等了三天了，能帮我看一下吗？"], ["怎么开发票？"], ["退款多久到账"]],
    "en": [
        ["Hello, my order has not been sent", "I have waited three days, could you look?"],
        ["How do I get an invoice?"],
        ["When does my refund arrive?"],
    ],
}
ANSWER = {"zh": "您好，我查一下物流，请稍等。", "en": "Hello, I am looking it up, one moment please."}
TYPED = {"zh": "订单号是 2026", "en": "The number of my order is 2026"}
LEFT = {"zh": "周末能送货吗？", "en": "Do you deliver at the weekend?"}
INNER = {"zh": ["这个订单是你负责的吗？", "对，我马上看"], "en": ["Is this order yours?", "Yes, I am on it"]}
FORGET = """
from sessions_flow.models import LeftMessage
from workbench.models import InternalChat
LeftMessage.objects.update(state="closed")
InternalChat.objects.all().delete()
"""
STILL = """() => Promise.all(document.getAnimations()
  .filter((each) => each.effect.getTiming().iterations !== Infinity).map((each) => each.finished))"""
REPLIES = """
from workbench.models import QuickFolder
everyday = [("问候 Hello", "${VisitorName} 您好，我是 ${StaffName}。"), ("稍等 Wait", "请稍等，我查一下。")]
delivery = [("查件 Tracking", "您的包裹已在路上，预计明天送达。")]
for name, rows in {"常用语 Everyday": everyday, "物流 Delivery": delivery}.items():
    folder = QuickFolder.objects.get_or_create(owner=None, name=name)[0]
    for title, content in rows:
        folder.replies.get_or_create(title=title, defaults={"content": content})
"""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    os.environ.setdefault("PAYLOADS_DIR", tempfile.mkdtemp(prefix="desk-screens-heard."))  # where people note frames
    with tempfile.TemporaryDirectory(prefix="desk-screens.") as folder, small_house(Path(folder) / "house") as house:
        house.python(REPLIES)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for language in ("zh", "en"):
                draw(browser, house, language, wanted)
            browser.close()
    sizes = [path.stat().st_size for path in FOLDER.glob("*.webp")]
    print(f"{len(sizes)} screens, {sum(sizes) / 1024:.0f} kB in docs/screens/")


def draw(browser: Browser, house: House, language: str, wanted: list[str]) -> None:
    """One language: the same day seen in every size and scheme."""
    with a_day(house, language) as visitors:
        for width in SIZES:
            for scheme in ("light", "dark"):
                name = f"{width}-{scheme}-{language}"
                if wanted and not any(each in name for each in wanted):
                    continue
                with opened(browser, house, width, scheme, language) as page:
                    for part, shown in parts(page, width, visitors[0], language):
                        save(page, f"{part}-{name}" if shown else name)


@contextmanager
def a_day(house: House, language: str) -> Iterator[list[Visitor]]:
    """Three visitors in service, one message left, a chat with bob."""
    tag = {"zh": "zh-hans"}.get(language, language)
    with at_work(house, ALICE) as alice:
        alice.must("status.set", status="notReady")
        late = Visitor(house, language=tag)
        late.trigger()
        late.ask("message.leave", text=LEFT[language], contact="vera@example.com")
        alice.must("left.claim", left=alice.must("left.list")["messages"][0]["id"])
        late.post(custom(src="27"))
        late.listen(0.5)
        alice.must("status.set", status="free")
        visitors = [serve(house, alice, said, tag) for said in LINES[language]]
        alice.say(alice.wait_for_row(visitors[0].openid)["conversation"], ANSWER[language])
        bob = AgentPerson(house, BOB)
        bob.must("status.set", status="rest", reason="meal")
        for writer, words in zip((alice, bob), INNER[language], strict=True):
            chats = writer.must("internal.list")["chats"]
            other = next(each["chat"] for each in chats if each["account"] in (ALICE, BOB))
            writer.must("internal.post", chat=other, client_id=writer.new_client_id(), text=words)
        try:
            yield visitors
        finally:
            bob.go_home()
            back = AgentPerson(house, ALICE)
            back.go_home()
            for visitor in (*visitors, late):
                visitor.close()
            house.python(FORGET)


def serve(house: House, alice: AgentPerson, said: list[str], language: str) -> Visitor:
    visitor = Visitor(house, language=language)
    visitor.say("人工" if language != "en" else "human")
    alice.wait_for_row(visitor.openid)
    for words in said:
        visitor.say(words)
    return visitor


@contextmanager
def opened(browser: Browser, house: House, width: int, scheme: str, language: str) -> Iterator[Page]:
    size = SIZES[width]
    locale = "zh-CN" if language == "zh" else "en-US"
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale=locale)
    page = context.new_page()
    page.goto(f"{house.url}/accounts/login/?next=/workbench/")
    page.fill("[name=login]", ALICE)
    page.fill("[name=password]", "demo-pass-123")
    page.keyboard.press("Enter")
    page.wait_for_url("**/workbench/")
    page.locator("[data-list=serving] .row").nth(2).wait_for()
    try:
        yield page
    finally:
        context.close()


def parts(page: Page, width: int, vera: Visitor, language: str) -> Iterator[tuple[str, bool]]:
    """What is shown, and whether it is more than the desk itself."""
    if width == 390:
        settle(page)
        yield "lists", True
    page.locator("[data-list=serving] .row__open").last.click()
    page.locator(".timeline:not([hidden]) .entry").first.wait_for()
    if width != 390:
        page.locator("[data-visitor] [data-tab=quick]").click()
    vera.send({"op": "typing", "text": TYPED[language]})
    page.locator(".typing__who").wait_for()
    settle(page)
    yield "desk", False
    if width != 1024:
        if width == 390:
            page.locator(".head__back:visible").click()
        page.locator("#side-internal").click()
        page.locator("[data-list=internal] .row__open").first.click()
        page.locator("[data-inner-room] .entry").first.wait_for()
        settle(page)
        yield "colleagues", True
        page.evaluate("sessionStorage.clear()")


def settle(page: Page) -> None:
    page.evaluate(STILL)
    page.wait_for_timeout(300)


def save(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").save(FOLDER / f"workbench-{name}.webp", "WEBP", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
