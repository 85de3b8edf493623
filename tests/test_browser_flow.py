"""The issue's own proof: a flow with two branches, an option form and a text form is built by mouse in the console,
published, run by a visitor in a browser, and its variables show at the agent.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.house import House
from tests.people import ALICE
from tests.test_browser import SOON, axe_finds_nothing, enter_console, go_offline, log_in, say

pytestmark = pytest.mark.browser
SCREEN, PHONE = {"width": 1680, "height": 1000}, {"width": 390, "height": 844}


class Editor:
    """The flow editor, worked with a mouse."""

    def __init__(self, page: Page, house: House, name: str, source: str = "built_in") -> None:
        self.page = page
        enter_console(page, house)
        page.goto(f"{house.url}/admin/sessions_flow/flow/add/")
        page.fill("[name=name]", name)
        page.select_option("[name=source]", source)
        page.click("[name=_save]")
        expect(self.nodes.first).to_be_visible(timeout=SOON)

    @property
    def nodes(self) -> Locator:
        return self.page.locator(".fe-node")

    def node(self, node_id: str) -> Locator:
        return self.page.locator(f'.fe-node[data-id="{node_id}"]')

    def act(self, name: str) -> None:
        self.page.locator(f'.fe [data-act="{name}"]').click()

    def add(self, step: str, x: float, y: float) -> str:
        """Drags a kind of node into the picture; the id that the new node got."""
        before = {card.get_attribute("data-id") for card in self.nodes.all()}
        self.page.locator(f'.fe-kind[data-step="{step}"]').drag_to(
            self.page.locator(".fe-canvas"), target_position={"x": x, "y": y}
        )
        expect(self.nodes).to_have_count(len(before) + 1)
        (made,) = {str(card.get_attribute("data-id")) for card in self.nodes.all()} - before
        return made

    def field(self, label: str) -> Locator:
        return self.page.locator("#fe-panel-node").get_by_label(label).first

    def fill(self, node_id: str, **fields: str) -> None:
        self.node(node_id).locator(".fe-node__head").click()
        for label, value in fields.items():
            self.field(label).fill(value)

    def rows(self, node_id: str, *contents: str) -> None:
        self.node(node_id).locator(".fe-node__head").click()
        rows = self.page.locator("#fe-panel-node .fe-row")
        for number, content in enumerate(contents):
            if rows.count() <= number:
                self.page.locator("#fe-panel-node [data-add]").click()
            rows.nth(number).get_by_label("选项").fill(content)

    def connect(self, source: str, port: str, target: str) -> None:
        """From a port to a node, as the hand does it."""
        begin = self.node(source).locator(f'[data-port="{port}"]').bounding_box()
        end = self.node(target).locator(".fe-node__head").bounding_box()
        assert begin and end
        mouse = self.page.mouse
        mouse.move(begin["x"] + begin["width"] / 2, begin["y"] + begin["height"] / 2)
        mouse.down()
        mouse.move(begin["x"] + 40, begin["y"] + 10)
        mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=4)
        mouse.up()
        expect(self.node(source).locator(f'.fe-way:has([data-port="{port}"])')).to_have_attribute("data-open", "false")


def build(editor: Editor) -> None:
    """welcome → menu → {option form → second menu → text form → human, human, 返回}."""
    for _ in range(3):
        editor.act("zoomOut")
    menu, fruit = editor.add("branch", 330, 180), editor.add("form", 560, 120)
    more, name = editor.add("branch", 560, 400), editor.add("form", 330, 480)
    back, desk = editor.add("back", 120, 640), editor.add("hand_over", 560, 640)
    editor.fill(menu, 问题="请选择您想咨询的内容")
    editor.rows(menu, "表单选项分支", "人工")
    editor.fill(fruit, 问题="你喜欢吃什么?", 答案存入变量="水果")
    editor.rows(fruit, "苹果", "西瓜")
    editor.fill(more, 问题="还想做什么?")
    editor.rows(more, "表单输入", "返回")
    editor.fill(name, 问题="请问怎么称呼您?", 答案存入变量="称呼")
    for link in (("welcome", "next", menu), (menu, "items.0", fruit), (menu, "items.1", desk), (fruit, "next", more),
                 (more, "items.0", name), (more, "items.1", back), (name, "next", desk)):  # fmt: skip
        editor.connect(*link)


@pytest.mark.feature("M61", "A26", "F3", "F23", "F25", "F29", "F30", "F31", "F32", "B40")
def test_a_flow_built_by_mouse_is_run_by_a_visitor(full, people):
    editor = Editor(people(SCREEN, "zh-hans"), full, "鼠标搭建")
    page = editor.page
    build(editor)

    page.locator("[data-tab=problems]").click()
    problem = page.locator(".fe-problem")
    expect(problem).to_have_count(1, timeout=SOON)
    expect(problem).to_contain_text("机器人 (bot): 没有任何路径通向该节点。")
    problem.click()
    editor.node("bot").focus()
    page.keyboard.press("Delete")
    expect(editor.nodes).to_have_count(7)
    page.locator("[data-tab=problems]").click()
    expect(page.locator(".fe-problems")).to_contain_text("没有问题", timeout=SOON)

    page.locator("[data-tab=try]").click()
    try_run = page.locator(".fe-try")
    try_run.get_by_role("button", name="表单选项分支").click(timeout=SOON)
    try_run.get_by_role("button", name="西瓜").click(timeout=SOON)
    expect(try_run.locator(".fe-try__facts")).to_contain_text("西瓜", timeout=SOON)
    expect(try_run.locator("[data-path]")).to_have_text("欢迎语 → 分支菜单 → 表单 → 分支菜单")
    expect(page.locator('.fe-node[data-trail="here"]')).to_contain_text("还想做什么?")

    editor.act("arrange")
    editor.act("publish")
    page.get_by_label("发布说明").fill("第一版")
    page.locator("[data-act=publishNow]").click()
    expect(page.locator(".fe-bar__state")).to_contain_text("版本 1 已发布", timeout=SOON)
    try:
        run(full, people)
    finally:
        full.python("from sessions_flow.models import Flow; Flow.objects.update(is_default=False)")


def run(full, people) -> None:
    agent, vera = people(SCREEN, "zh-hans"), people(PHONE, "zh-hans")
    log_in(agent, full, ALICE)
    vera.goto(f"{full.chat_url}&lang=zh-hans")
    talk = vera.locator("#list")
    for choice in ("表单选项分支", "西瓜", "返回", "表单选项分支", "苹果", "表单输入"):
        talk.get_by_role("button", name=choice, disabled=False).last.click(timeout=SOON)
        expect(talk.locator('[data-chosen="true"]').last).to_contain_text(choice, timeout=SOON)
    expect(talk).to_contain_text("请问怎么称呼您?", timeout=SOON)
    say(vera, "薇拉")
    expect(agent.locator("[data-list=serving] > *")).to_have_count(1, timeout=SOON)
    agent.locator("[data-list=serving] > *").first.click()
    collected = agent.locator("[data-collected]")
    for word in ("水果", "苹果", "称呼", "薇拉"):
        expect(collected).to_contain_text(word)
    vera.reload()
    expect(talk.locator('[data-chosen="true"]')).to_have_count(6, timeout=SOON)
    vera.locator("#end").click()
    vera.locator("#confirm button[value=end]").click()
    agent.locator("[data-complete-all]").click(timeout=SOON)
    go_offline(agent)


@pytest.mark.feature("M61")
def test_the_editor_keeps_what_was_done(full, people):
    """Undo, redo, duplicate, the keyboard's way to connect, another admin's save, leaving without saving."""
    editor = Editor(people(SCREEN, "zh-hans"), full, "撤销", "menus")
    page = editor.page
    count = editor.nodes.count()
    editor.node("menu").locator(".fe-node__head").click()
    editor.act("duplicate")
    expect(editor.nodes).to_have_count(count + 1)
    page.locator(".fe-canvas").focus()
    page.keyboard.press("Control+z")
    expect(editor.nodes).to_have_count(count)
    page.keyboard.press("Control+y")
    expect(editor.nodes).to_have_count(count + 1)
    editor.act("undo")

    editor.node("welcome").focus()
    left = editor.node("welcome").evaluate("card => card.style.left")
    page.keyboard.press("ArrowRight")
    expect(editor.node("welcome")).not_to_have_css("left", left)
    editor.field("下一步").select_option("bot")
    expect(editor.node("menu").locator(".fe-node__wrong")).to_have_text("1", timeout=SOON)
    expect(page.locator(".fe-bar__state")).to_have_text("有未保存的修改")

    with page.expect_download() as download:
        editor.act("export")
    exported = Path(download.value.path())
    assert "fruit" in exported.read_text(encoding="utf-8")
    for content, said in (
        (exported.read_bytes(), "已导入 8 个节点"),
        (b'{"nodes": 1}', "这不是会话流"),
        (b"x", "不是 JSON"),
    ):
        file = {"name": "flow.json", "mimeType": "application/json", "buffer": content}
        page.set_input_files('.fe input[type="file"]', file)
        expect(page.locator(".fe-bar__state")).to_contain_text(said, timeout=SOON)

    full.python("from sessions_flow.models import Flow; Flow.objects.filter(name='撤销').update(revision=9)")
    editor.act("save")
    expect(page.locator(".fe-bar__state")).to_contain_text("保存过此流程", timeout=SOON)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{full.url}/admin/sessions_flow/flow/")
    assert asked == ["beforeunload"]


@pytest.mark.feature("M61")
@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_on_the_editor(full, people, size, scheme):
    editor = Editor(people(size, "zh-hans", scheme), full, "无障碍", "menus")
    editor.node("menu").focus()
    expect(editor.field("问题")).to_be_visible()
    axe_finds_nothing(editor.page, "serious")
    editor.page.locator("[data-tab=try]").click()
    expect(editor.page.locator(".fe-try__list .choice").first).to_be_visible(timeout=SOON)
    axe_finds_nothing(editor.page, "serious")
    assert editor.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
