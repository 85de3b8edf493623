"""The published Vue UI kit in a browser, on this desk: examples/uikit, as its README says. Needs `npm ci` there (a
hundred packages), so that it is skipped where nobody did that."""

import subprocess
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.people import ALICE, at_work
from tests.sdk import signature
from tests.servers import free_port

FOLDER = Path(__file__).parent.parent / "examples" / "uikit"
SOON = 30_000  # milliseconds
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (FOLDER / "node_modules").exists(), reason="needs npm ci in examples/uikit"),
]


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """The example, built as its `npm run build` does, at an address."""
    out, port = tmp_path_factory.mktemp("kit"), free_port()
    subprocess.run(["node", "copy-kit.mjs"], cwd=FOLDER, check=True)
    vite = ["node", "node_modules/vite/bin/vite.js"]
    built = subprocess.run([*vite, "build", "--outDir", str(out)], cwd=FOLDER, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    preview = [*vite, "preview", "--outDir", str(out), "--port", str(port), "--strictPort", "--host", "127.0.0.1"]
    server = subprocess.Popen(preview, cwd=FOLDER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        httpx.Client(transport=httpx.HTTPTransport(retries=20)).get(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def come_in(page: Page, kit: str, house, user: str, **more: str) -> None:
    asked = "&".join(f"{key}={value}" for key, value in {"desk": house.socket_url, "user": user, **more}.items())
    page.goto(f"{kit}/?{asked}")
    page.fill("[name=sig]", "wrong")
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("70003")
    page.fill("[name=sig]", signature(house, user))
    page.get_by_role("button").click()
    expect(page.get_by_text("猜你想问").or_(page.get_by_text("You may want to ask"))).to_be_visible(timeout=SOON)


def write(page: Page, words: str) -> None:
    page.locator("[contenteditable=true]").click()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


@pytest.mark.feature("U5", "U6", "U7", "U8", "U12", "U13")
def test_the_kit_asks_the_bot_gets_a_human_and_rates(page: Page, kit, full):
    come_in(page, kit, full, "kit-vera", alone="1")
    box = page.locator(".alone").bounding_box()
    assert box and box["width"] == 500
    write(page, "智能客服是什么")
    with at_work(full, ALICE) as alice:
        write(page, "转人工服务")
        expect(page.locator(".alone")).to_contain_text("Alice", timeout=SOON)
        row = alice.wait_for(lambda frame: frame["op"] == "snapshot" and frame["serving"])["serving"][0]
        alice.say(row["conversation"], "您好,我是小艾")
        expect(page.get_by_text("您好,我是小艾")).to_be_visible(timeout=SOON)
        alice.must("rating.invite", session=row["session"]["id"])
        page.locator(".rating-card img").nth(4).click(timeout=SOON)
        page.get_by_text("提交评价").click()
        thanks = page.get_by_text("感谢您的评价").or_(page.get_by_text("Thank you for your rating"))
        expect(thanks).to_be_visible(timeout=SOON)  # shown once `selected` is filled in


@pytest.mark.feature("U12", "M27")
def test_the_whole_kit_lists_the_service_account(page: Page, kit, full):
    come_in(page, kit, full, "kit-wei")
    page.get_by_text("通讯录").click()
    page.get_by_text("客服号").click(timeout=SOON)
    page.get_by_text("在线客服").first.click()
    expect(page.get_by_text("ID: @customer_service_account")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("发送消息")).to_be_visible()
