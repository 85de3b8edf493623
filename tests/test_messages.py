"""Messages as both sides see them in a real browser: recall, recordings, system lines, answers that grow."""

import pytest
from playwright.sync_api import Page, expect

from tests.people import ALICE
from tests.recordings import mp4, wav
from tests.test_browser import SOON, WIDE, axe_finds_nothing, go_offline, log_in, say
from tests.test_conformance import stream_into

pytestmark = pytest.mark.browser


@pytest.fixture
def talk(full, people):
    """alice's and vera's windows, with a session between them."""
    alice, vera = people(WIDE, "zh-hans"), people(WIDE, "zh-hans")
    log_in(alice, full, ALICE)
    vera.goto(full.chat_url)
    expect(vera.locator("#list")).to_contain_text("猜你想问", timeout=SOON)
    vera.locator("#handover").click()
    alice.locator("[data-list=serving] > *").first.click(timeout=SOON)
    expect(vera.locator("#end")).to_be_visible(timeout=SOON)
    yield alice, vera
    vera.locator("#end").click()
    vera.locator("#confirm button[value=end]").click()
    expect(alice.locator("[data-over]")).to_be_visible(timeout=SOON)
    alice.locator("[data-complete-all]").click()
    go_offline(alice)


def recall_by_key(page: Page, box: str, words: str) -> None:
    button = page.locator(f"{box} .entry", has_text=words).locator(".entry__recall")
    button.focus()
    page.keyboard.press("Enter")


@pytest.mark.feature("A27", "F46", "W40")
def test_both_sides_recall(talk):
    alice, vera = talk
    say(vera, "我的密码是1234")
    expect(alice.locator("[data-timelines]")).to_contain_text("我的密码是1234", timeout=SOON)
    recall_by_key(vera, "#list", "我的密码是1234")
    expect(vera.locator("#list")).to_contain_text("你撤回了一条消息", timeout=SOON)
    expect(alice.locator("[data-timelines]")).to_contain_text("撤回了一条消息", timeout=SOON)
    for page in (vera, alice):  # the list's preview too
        expect(page.locator("body")).not_to_contain_text("1234", timeout=SOON)
    alice.fill("#words", "发错窗口了")
    alice.press("#words", "Enter")
    expect(vera.locator("#list")).to_contain_text("发错窗口了", timeout=SOON)
    assert vera.locator("#list .entry", has_text="发错窗口了").locator(".entry__recall").count() == 0
    recall_by_key(alice, "[data-timelines]", "发错窗口了")
    expect(vera.locator("#list")).not_to_contain_text("发错窗口了", timeout=SOON)
    vera.reload()
    expect(vera.locator("#list")).to_contain_text("你撤回了一条消息", timeout=SOON)
    assert "1234" not in vera.locator("#list").inner_text()


@pytest.mark.feature("F11", "F48", "W28", "W53", "F45")
def test_what_is_drawn_and_what_is_not(full, talk):
    """Recordings have players, system lines a label, flags nothing; an answer that grows ends whole."""
    alice, vera = talk
    for name, mime, content in (("v.wav", "audio/wav", wav(3)), ("f.mp4", "video/mp4", mp4())):
        vera.set_input_files("#pick-file-input", {"name": name, "mimeType": mime, "buffer": content})
    for page, box in ((vera, "#list"), (alice, "[data-timelines]")):
        for player, label in (("audio", "语音消息, 0:03"), ("video", "视频, 0:12")):
            node = page.locator(f"{box} {player}[src*='/files/']")
            expect(node).to_have_attribute("aria-label", label, timeout=SOON)
    played = vera.evaluate(
        "async () => { const audio = document.querySelector('#list audio'); audio.preload = 'metadata';"
        "await new Promise((done, failed) => { audio.onloadedmetadata = done; audio.onerror = failed; audio.load(); });"
        "return audio.duration }"
    )
    assert 2.9 < played < 3.1
    system = alice.locator("[data-timelines] .entry--line", has_text="系统消息")
    expect(system.first).to_be_visible()
    expect(alice.locator("[data-timelines] .entry--line", has_text="为您服务")).to_contain_text("系统消息")
    alice.fill("#words", "我在输入")  # src 12
    expect(vera.locator("#typing")).to_be_visible(timeout=SOON)
    alice.fill("#words", "")
    conversation = full.python(
        "from sessions_flow.models import Session; print(Session.objects.running().latest('pk').conversation.public_id)"
    )
    stream_into(full, conversation, ["**一个字", "一个字地** ", "[说](javascript:alert(1))"])
    grown = vera.locator("#list .entry", has_text="一个字一个字地")
    expect(grown.locator("strong")).to_have_text("一个字一个字地", timeout=SOON)
    expect(grown).not_to_have_attribute("aria-busy", "true")
    assert grown.locator("a").count() == 0
    for page, box in ((vera, "#list"), (alice, "[data-timelines]")):
        drawn = page.locator(f"{box} .entry").all_inner_texts()
        assert all(text.strip() for text in drawn), "a flag was drawn as an empty line"
        assert page.locator(f"{box} .bubble--quiet").count() == 0, "something was not known"
        axe_finds_nothing(page)
