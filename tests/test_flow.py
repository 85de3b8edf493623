"""A configured flow through the front door: menus, forms, 返回, and a hand-over whose agent sees what was collected."""

import json

import pytest

from tests import witness
from tests.house import House
from tests.people import ALICE, BOB, VisitorPerson, at_work, payload_of
from tests.test_conformance import needs_node, payloads_received

FLOW = {
    "format": 1,
    "start": "welcome",
    "nodes": [
        {"id": "welcome", "step": "welcome", "settings": {"next": "menu"}},
        {"id": "menu", "step": "branch", "settings": {"header": "请输入您想接入的功能", "tail": "点击或输入", "items": [
            {"content": "人工", "desc": "", "next": "about"}, {"content": "表单选项分支", "desc": "", "next": "fruit"},
            {"content": "返回", "desc": "", "next": "up"},
        ]}},
        {"id": "about", "step": "branch", "settings": {"header": "咨询哪方面?", "items": [
            {"content": "售前", "next": "name"}, {"content": "返回", "next": "up"},
        ]}},
        {"id": "fruit", "step": "form", "settings": {"header": "你喜欢吃什么?", "variable": "水果", "next": "about",
            "items": [{"content": "苹果", "desc": ""}, {"content": "西瓜", "desc": ""}]}},
        {"id": "name", "step": "form", "settings": {"header": "请问怎么称呼?", "variable": "称呼", "next": "thanks"}},
        {"id": "thanks", "step": "text", "settings": {"text": "谢谢${称呼},为您转接。", "next": "desk"}},
        {"id": "up", "step": "back", "settings": {}},
        {"id": "desk", "step": "hand_over", "settings": {"group": {"id": 0, "name": "流程测试组"}}},
    ],
}  # fmt: skip


@pytest.fixture
def flowing(house: House):
    """The flow is published for all, and bob alone serves the group it asks for."""
    house.python(
        "import json; from django.utils import timezone; from accounts.models import Group, Member;"
        "from sessions_flow.models import Flow, FlowVersion;"
        f"graph = json.loads({json.dumps(FLOW)!r}); now = timezone.now();"
        "group, _ = Group.objects.get_or_create(name='流程测试组');"
        f"group.members.set(Member.objects.filter(account={BOB!r}));"
        "flow = Flow.objects.create(name='test', draft=graph, changed_at=now, is_default=True);"
        "flow.live = FlowVersion.objects.create(flow=flow, number=1, graph=graph, published_at=now); flow.save()"
    )
    yield house
    house.python(
        "from sessions_flow.models import Flow; from accounts.models import Group;"
        "Flow.objects.all().delete(); Group.objects.filter(name='流程测试组').delete()"
    )


def selected(entry: dict) -> str:
    return payload_of(entry["event"])["content"]["selected"]["content"]


def choose(vera: VisitorPerson, words: str) -> None:
    """Says it; the question that asked for it is changed."""
    vera.say(words)
    changed = vera.wait_for_entry(lambda entry: (entry.get("event") or {}).get("type") == "message.modified")
    assert selected(changed) == words


@pytest.mark.feature("F3", "F23", "F25", "F26", "F29", "F30", "F31", "F32", "B40", "M61")
def test_it_works(flowing):
    vera = VisitorPerson(flowing)
    vera.trigger()
    menu = payload_of(vera.wait_for_src("15"))["content"]
    assert [item["content"] for item in menu["items"]] == ["人工", "表单选项分支", "返回"] and "selected" not in menu
    choose(vera, "表单选项分支")
    assert payload_of(vera.wait_for_src("21"))["content"]["type"] == 1
    choose(vera, "西瓜")
    vera.wait_for_src("15")
    choose(vera, "返回")
    assert payload_of(vera.wait_for_src("15"))["content"]["header"] == menu["header"]
    choose(vera, "人工")
    vera.wait_for_src("15")
    with at_work(flowing, ALICE, BOB) as (alice, bob):
        choose(vera, "售前")
        assert payload_of(vera.wait_for_src("21"))["content"] == {"header": "请问怎么称呼?", "type": 0}
        choose(vera, "薇拉")
        vera.wait_for_text("谢谢薇拉")
        vera.wait_for_state("serving")
        row = bob.wait_for_row(vera.openid)
        assert row["variables"] == {"水果": "西瓜", "称呼": "薇拉"}
        assert row["session"]["group"]["name"] == "流程测试组"
        assert "称呼" not in json.dumps([frame.get("session") for frame in vera.frames], ensure_ascii=False)
        assert alice.newest()["serving"] == []
    back = VisitorPerson(flowing, token=vera.token)
    chosen = [payload_of(entry)["content"].get("selected") for entry in back.entries()
              if payload_of(entry).get("src") in ("15", "21")]  # fmt: skip
    assert [one["content"] for one in chosen[:6]] == ["表单选项分支", "西瓜", "返回", "人工", "售前", "薇拉"]


@pytest.mark.feature("F24", "A37", "A115")
def test_other_words_are_no_choice(flowing):
    """Trimmed, numbered or half an item: the bot answers, the menu stays open; a human is there for the asking."""
    vera = VisitorPerson(flowing)
    vera.trigger()
    vera.wait_for_src("15")
    for words in ("返回 ", "1", "表单"):
        vera.say(words)
        vera.wait_for_entry(lambda entry: entry["from"]["kind"] == "bot")
    assert "selected" not in str(vera.entries())
    with at_work(flowing, ALICE):
        vera.say("转人工服务")
        vera.wait_for_state("serving")


@needs_node
@pytest.mark.feature("F7", "F23", "F30", "F31")
def test_the_real_client_draws_menus_and_forms(flowing):
    vera = VisitorPerson(flowing)
    vera.trigger()
    vera.wait_for_src("15")
    for words, question in (("表单选项分支", "21"), ("苹果", "15"), ("售前", "21")):
        choose(vera, words)
        vera.wait_for_src(question)
    choose(vera, "薇拉")
    shown = [one for one in payloads_received(vera) if one["src"] in ("15", "21")]
    assert len(shown) >= 8
    assert witness.check(shown) == ""
