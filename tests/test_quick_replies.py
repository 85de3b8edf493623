"""快捷回复: an agent's own and the shared ones, on the socket, in the console and in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.people import ADMIN, ALICE, BOB, VisitorPerson, at_work, submit, token_of
from tests.people import log_in as log_in_without_browser
from tests.recordings import picture
from tests.test_browser import PHONE, SOON, WIDE, axe_finds_nothing, log_in, open_row

SHARED = """
from workbench.models import QuickFolder
folder = QuickFolder.objects.get_or_create(owner=None, name="公共话术")[0]
content = "${VisitorName}您好,我是${StaffName}。\\n请问有什么可以帮您?"
print(folder.replies.get_or_create(title="问候", content=content)[0].pk)
"""


def folders_of(agent) -> dict:
    return {each["name"]: each for each in agent.must("quick.list")["folders"]}


@pytest.mark.feature("W31", "W32", "A93")
def test_it_works(full):
    shared = int(full.python(SHARED))
    with at_work(full, ALICE, BOB) as (alice, bob):
        mine = alice.must("quick.save", title="致歉", folder="致歉类", content="非常抱歉\n\n马上处理")["reply"]
        assert folders_of(alice)["致歉类"]["replies"] == [
            {"id": mine, "title": "致歉", "content": "非常抱歉\n\n马上处理", "used": 0, "file": ""}
        ]
        assert "致歉类" not in folders_of(bob)
        before = folders_of(alice)["公共话术"]["replies"][0]["used"]
        bob.must("quick.used", reply=shared)
        assert folders_of(alice)["公共话术"]["replies"][0]["used"] == before + 1

        alice.must("quick.save", reply=mine, title="致歉", folder="常用语", content="抱歉")
        assert "致歉类" not in folders_of(alice), "an empty folder goes"
        for op in ("quick.delete", "quick.used"):
            assert bob.ask(op, reply=mine)["code"] == 10404
        assert bob.ask("quick.save", reply=mine, title="x", folder="x", content="x")["code"] == 10404
        assert alice.ask("quick.delete", reply=shared)["code"] == 10404, "shared ones are the admins'"
        alice.must("quick.delete", reply=mine)
        assert "常用语" not in folders_of(alice)


@pytest.mark.feature("A93")
@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"title": ""}, 10151),
        ({"title": 5}, 10151),
        ({"content": "a\0b"}, 10151),
        ({"folder": None}, 10151),
        ({"title": "x" * 61}, 10413),
        ({"content": "x" * 5001}, 10413),
        ({"reply": 2**70}, 10404),
        ({"reply": "x"}, 10404),
    ],
)
def test_bad_input_changes_nothing(full, what, code):
    with at_work(full, ALICE) as alice:
        before = folders_of(alice)
        refused = alice.ask("quick.save", **{"title": "t", "folder": "f", "content": "c", **what})
        assert (refused["ok"], refused["code"]) == (False, code)
        assert refused["reason"]
        assert folders_of(alice) == before


@pytest.mark.feature("A93")
def test_admins_manage_the_shared_ones(full):
    full.python(SHARED)
    with at_work(full, ALICE) as alice:
        alice.must("quick.save", title="自己的", folder="我的分类", content="c")
        admin = log_in_without_browser(full, ADMIN)
        page = admin.get("/admin/workbench/quickfolder/").text
        assert "公共话术" in page
        assert "我的分类" not in page
        form = {
            "name": "提现", "position": "0",
            "replies-TOTAL_FORMS": "1", "replies-INITIAL_FORMS": "0",
            "replies-0-title": "到账时间", "replies-0-content": "1 到 3 个工作日", "replies-0-position": "0",
        }  # fmt: skip
        assert submit(admin, "/admin/workbench/quickfolder/add/", **form).status_code == 200
        assert folders_of(alice)["提现"]["replies"][0]["title"] == "到账时间"
        again = submit(admin, "/admin/workbench/quickfolder/add/", **form)
        assert "已有同名分类" in again.text or "folder of this name" in again.text
        assert alice.http.get("/admin/workbench/quickfolder/").status_code in (403, 404)
        alice.must("quick.delete", reply=folders_of(alice)["我的分类"]["replies"][0]["id"])


def serve_vera(full, page: Page) -> VisitorPerson:
    log_in(page, full, ALICE)
    vera = VisitorPerson(full)
    vera.say("人工")
    open_row(page, vera)
    expect(page.locator("[data-composer]")).to_be_visible(timeout=SOON)
    return vera


def go_home(page: Page) -> None:
    page.locator("[data-end]").click()
    page.locator("dialog[open] .button--danger").click()
    expect(page.locator("[data-over]")).to_be_visible(timeout=SOON)
    page.close()


@pytest.mark.browser
@pytest.mark.feature("W30", "W31", "W32", "A93")
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_an_agent_uses_and_writes_quick_replies(full, people, size, scheme):
    full.python(SHARED)
    page = people(size, "zh-hans", scheme)
    vera = serve_vera(full, page)
    name = page.locator("[data-head=name]").text_content()
    box = page.locator("#words")

    box.press_sequentially("稍等 #问")
    expect(page.locator("#quick-complete [role=option]").first).to_contain_text("问候")
    box.press("Enter")
    expect(page.locator("#quick-complete")).to_be_hidden()
    expect(box).to_have_value(f"稍等 {name}您好,我是{nickname(full)}。\n请问有什么可以帮您?")
    box.press("Enter")
    assert vera.wait_for_text("请问有什么可以帮您?")["elem"]["MsgContent"]["Text"].count("\n") == 1
    box.press_sequentially("#问")
    box.press("Escape")
    expect(box).to_have_value("#问")
    box.fill("")

    if size is PHONE:
        page.locator(".head__who").click()
    page.locator("#tab-quick").click()
    page.locator("[data-quick-new]").click()
    sheet = page.locator("[data-quick-sheet]")
    sheet.locator("[name=title]").fill("未发货")
    sheet.locator("[name=folder]").fill("未发货")
    sheet.locator("[name=content]").fill("第一行\n第二行")
    axe_finds_nothing(page)
    sheet.locator("[type=submit]").click()
    own = page.locator(".quick__reply", has_text="第二行")
    expect(own).to_be_visible(timeout=SOON)
    axe_finds_nothing(page)
    page.fill("[data-quick-search]", "没有这样的")
    expect(page.locator(".quick__reply")).to_have_count(0)
    page.fill("[data-quick-search]", "第二")
    expect(page.locator(".quick__reply")).to_have_count(1)
    own.locator(".button").click()
    expect(box).to_have_value("第一行\n第二行")
    box.fill("")
    if size is PHONE:
        page.locator(".head__who").click()
    own.locator(".quick__edit").click()
    sheet.locator("[data-delete]").click()
    page.locator("dialog[open] .button--danger").click()
    expect(own).to_have_count(0, timeout=SOON)
    if size is PHONE:
        page.locator(".visitor [data-to=talk]").click()
    go_home(page)
    vera.close()


def nickname(house) -> str:
    return house.python(f"from accounts.models import Member; print(Member.objects.get(account={ALICE!r}).nickname)")


def as_csv(*rows: tuple[str, str, str]) -> bytes:
    return "\n".join(",".join(row) for row in [("分类", "标题", "内容"), *rows]).encode()


@pytest.mark.feature("A93")
def test_own_ones_travel_as_a_file(full):
    """Out and in again; with a bad row nothing changes, and the row is named."""
    with at_work(full, ALICE, BOB) as (alice, bob):
        url, token = "/workbench/quick/import/", alice.http.get("/workbench/").cookies.get("csrftoken")
        headers = {"X-CSRFToken": token or alice.http.cookies["csrftoken"], "Referer": full.url}

        def send(content: bytes):
            return alice.http.post(url, files={"file": ("a.csv", content)}, headers=headers)

        bad = send(as_csv(("导入", "好", "内容"), ("导入", "", "内容"), ("导入", "长", "x" * 5001)))
        assert bad.status_code == 400
        assert [fault["row"] for fault in bad.json()["faults"]] == [3, 4]
        assert "导入" not in folders_of(alice)
        assert send(b"\x00\x01").status_code == 400
        assert alice.http.post(url, headers=headers).status_code == 400
        assert send(as_csv(("导入", "甲", "第一"), ("导入", "乙", "=1+1"))).json() == {"count": 2}
        assert send(as_csv(("导入", "甲", "改过"))).json() == {"count": 1}
        assert {reply["title"]: reply["content"] for reply in folders_of(alice)["导入"]["replies"]} == {
            "甲": "改过", "乙": "=1+1",
        }  # fmt: skip
        assert "导入" not in folders_of(bob)
        out = alice.http.get("/workbench/quick/csv/").content.decode("utf-8-sig")
        assert "导入,甲,改过" in out
        assert "'=1+1" in out, "a spreadsheet does not run it"
        assert alice.http.get("/workbench/quick/xlsx/").content.startswith(b"PK")
        assert alice.http.get("/workbench/quick/exe/").status_code == 404
        for reply in folders_of(alice)["导入"]["replies"]:
            alice.must("quick.delete", reply=reply["id"])


@pytest.mark.feature("A93")
def test_shared_ones_are_imported_in_the_console(full):
    with at_work(full, ALICE) as alice:
        admin = log_in_without_browser(full, ADMIN)
        page = "/admin/workbench/quickfolder/import/"
        token = token_of(admin.get(page).text)

        def send(content: bytes):
            files, data = {"file": ("a.csv", content)}, {"csrfmiddlewaretoken": token}
            return admin.post(page, files=files, data=data, headers={"Referer": full.url})

        bad = send(as_csv(("公共导入", "", "x")))
        assert bad.status_code == 400
        assert "公共导入" not in folders_of(alice)
        assert send(as_csv(("公共导入", "甲", "大家的"))).status_code == 200
        assert folders_of(alice)["公共导入"]["shared"]
        assert "公共导入,甲,大家的" in admin.get("/admin/workbench/quickfolder/export/csv/").text
        assert alice.http.get(page).status_code in (302, 403, 404) or "login" in str(alice.http.get(page).url)


@pytest.mark.feature("A93")
def test_a_picture_goes_with_a_reply(full):
    """Its owner stores, changes and removes it; nobody else reads it; what cannot be sent is refused."""
    with at_work(full, ALICE, BOB) as (alice, bob):
        reply = alice.must("quick.save", title="地图", folder="带图", content="我们在这里")["reply"]
        url = f"/workbench/quick/{reply}/file/"
        alice.http.get("/workbench/")
        headers = {"X-CSRFToken": alice.http.cookies["csrftoken"], "Referer": full.url}

        def send(name: str, content: bytes):
            return alice.http.post(url, files={"file": (name, content)}, headers=headers)

        assert alice.http.get(url).status_code == 404
        assert send("virus.exe", b"MZ").status_code == 400
        assert send("map.png", picture()).status_code == 200
        assert folders_of(alice)["带图"]["replies"][0]["file"].endswith(".png")
        answer = alice.http.get(url)
        assert answer.content == picture()
        assert "attachment" in answer.headers["Content-Disposition"]
        assert bob.http.get(url).status_code == 404
        assert alice.http.delete(url, headers=headers).status_code == 200
        assert alice.http.get(url).status_code == 404
        alice.must("quick.delete", reply=reply)
