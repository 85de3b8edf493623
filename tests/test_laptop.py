"""The laptop closed for a while (no network): nothing lost, nothing twice. And what a message and a list cost."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from routing.models import Reception
from sessions_flow.actions import leave
from sessions_flow.models.settings import forget_settings
from tests.cast import Vera, make_group, make_member, sit_down
from tests.people import ALICE, AgentPerson, VisitorPerson, at_work, text_of
from tests.test_browser import SOON, WIDE, log_in, open_row, row_of
from tests.test_desk import reception
from workbench import internal, left
from workbench.snapshot import snapshot_of

LONG, SHORT = 5, 120  # seconds of grace: the absence is longer than the first, shorter than the second


@pytest.mark.browser
@pytest.mark.feature("A96", "A97", "A109", "A49")
@pytest.mark.parametrize("grace", [SHORT, LONG], ids=["within the grace", "beyond it"])
def test_the_laptop_is_closed_and_opened_again(full, people, grace):
    """Everything that happened, once and in order; beyond the grace the visitor waited in the queue meanwhile."""
    page, vera = people(WIDE, "zh-hans"), VisitorPerson(full)
    with reception(full, grace_seconds=grace):
        full.settle_settings()
        try:
            close_and_open(page, full, vera, is_long=grace is LONG)
        finally:
            page.close()
            AgentPerson(full, ALICE).go_home()
            vera.close()


def close_and_open(page, house, vera, is_long: bool) -> None:
    log_in(page, house, ALICE)
    vera.say("人工")
    vera.wait_for_state("serving")
    expect(page.locator("#words")).to_be_visible(timeout=SOON)
    page.context.set_offline(True)
    expect(page.locator("[data-banner]")).to_contain_text("连接已断开", timeout=SOON)
    page.locator("#words").fill("离线时写的")
    page.locator("#words").press("Enter")
    for n in range(3):
        vera.say(f"您还在吗 {n}")
    if is_long:
        vera.wait_for_state("waiting", 60)
    page.context.set_offline(False)
    expect(page.locator("[data-banner]")).to_be_hidden(timeout=60_000)
    expect(page.locator("[data-status-words]")).to_have_text("示闲", timeout=SOON)
    if is_long:
        vera.wait_for_state("serving", 60)
    expect(row_of(page, vera)).to_have_count(1, timeout=SOON)
    open_row(page, vera)
    vera.wait_for_text("离线时写的", 60)
    vera.say("最后")
    shown = page.locator(".timeline:not([hidden]) .entry .bubble")
    expect(shown.last).to_have_text("最后", timeout=SOON)
    said = [words for words in shown.all_text_contents() if words.startswith(("您还在吗", "离线", "最后"))]
    assert sorted(said) == sorted(["您还在吗 0", "您还在吗 1", "您还在吗 2", "离线时写的", "最后"]), "each once"
    assert said == [words for entry in vera.entries() if (words := text_of(entry)) in said], "in order"


@pytest.mark.feature("A97")
def test_no_message_reloads_a_list(full):
    """What arrives is the entry; the lists come again every 20 seconds and when somebody rings."""
    vera = VisitorPerson(full)
    with at_work(full, ALICE) as alice:
        vera.say("人工")
        conversation = alice.wait_for_row(vera.openid)["conversation"]
        alice.listen(1.0)
        begun = len(alice.frames)
        for n in range(15):
            vera.say(f"{n}")
        alice.wait_for_text(conversation, "14")
        came = [frame["op"] for frame in alice.frames[begun:]]
        assert came.count("snapshot") <= 1, came
        assert came.count("entries") >= 1
    vera.close()


def queries_of(act) -> int:
    forget_settings()  # read every time, not once a second
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


@pytest.mark.feature("W20", "A94", "A117")
@pytest.mark.usefixtures("unhashed_files")
def test_lists_cost_the_same_at_one_row_and_at_many(desk, client: Client):
    alice = make_member("alice")
    sit_down(alice, limit=1000)
    Reception.objects.update_or_create(pk=1, defaults={"limit": 100})
    group = make_group("sales", alice)
    client.force_login(alice)

    def grow(count: int) -> None:
        for n in range(count):
            Vera().serve(alice)
            other = make_member(f"colleague-{Vera().visitor.pk}-{n}")
            internal.post(other, {"chat": f"m:{alice.public_id}", "client_id": f"c{n}", "text": "hello"})
            leave(Vera().conversation.pk, "m1", "call me", "vera@example.com")

    def costs() -> list[int]:
        lists = (lambda: snapshot_of(alice), lambda: internal.listed(alice, {}), lambda: left.listed(alice, {}))
        return [*map(queries_of, lists), queries_of(lambda: client.get("/workbench/"))]

    grow(1)
    client.get("/workbench/")  # what is read once and kept
    few = costs()
    grow(12)
    assert costs() == few
    assert len(snapshot_of(alice)[0]["serving"]) == 13
    assert group.members.count() == 1
