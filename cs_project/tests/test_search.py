"""The console's search: what it finds of each kind, for whom, in which words, and what it asks the database."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Group, Member, Role, Visitor
from chatbot.models import Category, Entry
from sessions_flow.models import Conversation, Session
from tests.cast import make_channel, make_group, make_member
from tests.filing import file_record
from workbench.customers import add_tag
from workbench.models import Customer, VisitorTag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files"), pytest.mark.feature("M6")]
SEARCH = "/admin/search/"
CHINESE, ENGLISH = {"accept-language": "zh-hans"}, {"accept-language": "en"}
LINK = re.compile(r'<a (?:class="[^"]*" )?href="([^"]*)">(.*?)</a>', re.S)


@pytest.fixture
def sofia() -> Member:
    return make_member("sofia", Role.ADMIN)


@pytest.fixture
def console(client: Client, sofia) -> Client:
    client.force_login(sofia)
    return client


def text_of(part: str) -> str:
    return " ".join(html.unescape(re.sub(r"<span class=\"material.*?</span>|<[^>]*>", " ", part, flags=re.S)).split())


def found(console: Client, words: str, language=CHINESE) -> dict[str, str]:
    """What each result says, by its address; without the searches of other pages."""
    answer = console.get(SEARCH, {"q": words, "part": "1"}, headers=language)
    assert answer.status_code == 200, words
    links = {html.unescape(at): text_of(inside) for at, inside in LINK.findall(answer.content.decode())}
    return {at: said for at, said in links.items() if "?q=" not in at}


def change(row) -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def make_entry(question: str, *similar: str, **more) -> Entry:
    category = Category.objects.get_or_create(name="售后", library="qa")[0]
    return Entry.objects.create(category=category, question=question, similar=list(similar), answer="好", **more)


def cast() -> dict[str, tuple[object, tuple[str, ...], tuple[str, ...]]]:
    """A row of each kind: (row, words that find it, what its line tells)."""
    alice = make_member("alice")
    alice.nickname, alice.staff_no, alice.phone = "小艾 Alice", "00790", "+8613800138000"
    alice.save()
    leg = file_record(alice, "我要退款", nickname="王小明")
    visitor = leg.session.conversation.visitor
    visitor.user_id = "u-4711"
    visitor.save()
    add_tag(visitor, "VIP")
    unnamed = file_record(alice, "hi").session
    nobody = unnamed.conversation.visitor
    customer, other = Customer.objects.get(pk=visitor.pk), Customer.objects.get(pk=nobody.pk)
    sid = str(leg.session.session_id)
    ways_to_alice = ("小艾", "alice", "00790", "ALICE@example.com", "138 0013 8000", "+86 138-0013-8000")
    return {
        "member": (alice, ways_to_alice, ("00790", "alice@example.com", "客服")),
        "group": (make_group("售后组", alice), ("售后组", "后组"), ("1 名成员",)),
        "customer": (customer, ("王小", "小明", visitor.openid, visitor.openid[:9], "VIP", "vip", "u-4711"), ("VIP",)),
        "unnamed": (other, (f"访客_{nobody.openid[10:14]}", nobody.openid), (nobody.openid,)),
        "session": (leg.session, (sid, sid[:8], sid.replace("-", "").upper(), "小明"), (sid[:8], "小艾 Alice")),
        "unnamed session": (unnamed, (nobody.openid, f"访客_{nobody.openid[10:14]}"), ("访客_",)),
        "entry": (make_entry("如何退货", "Send it BACK 退回去"), ("退货", "退回去", "back 退回"), ("售后",)),
    }


def test_it_finds_each_kind(console: Client):
    for kind, (row, ways, told) in cast().items():
        for words in ways:
            hits = found(console, words)
            assert change(row) in hits, (kind, words, hits)
            assert all(fact in hits[change(row)] for fact in told), (kind, hits[change(row)])
            assert console.get(change(row)).status_code == 200
    hits = found(console, "退回去")
    assert any("Send it BACK 退回去" in said for said in hits.values()), "the way to ask that was found"


def test_what_is_gone_or_nobody_asked_for_is_not_found(console: Client, sofia):
    rows = cast()
    Member.objects.filter(pk=rows["member"][0].pk).update(deleted_at=timezone.now())
    Group.objects.filter(pk=rows["group"][0].pk).update(removed_at=timezone.now())
    Entry.objects.filter(pk=rows["entry"][0].pk).update(deleted_at=timezone.now())
    kept, merged = rows["unnamed"][0], rows["customer"][0]
    Visitor.objects.filter(pk=merged.pk).update(merged_into=kept.pk)
    for kind in ("member", "group", "entry"):
        for words in rows[kind][1]:
            assert change(rows[kind][0]) not in found(console, words), (kind, words)
    hits = found(console, "王小明")
    assert change(merged) not in hits and change(kept) in hits, "he is found under the customer that he is now"
    for words in ("我要退款", "紫色大象", "%", "_", "\\", "\0", "<b>", "x" * 500):
        assert found(console, words) == {}, words
    assert console.get(SEARCH, {"q": "'"}).status_code == 200
    assert found(console, " ") == {} == found(console, "")


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("成员", "/admin/accounts/member/"),
        ("members", "/admin/accounts/member/"),
        ("TEAM", "/admin/accounts/group/"),
        ("会话关闭", "/admin/settings/#closing"),
        ("after idle", "/admin/settings/#closing"),
        ("timeout after", "/admin/settings/#closing"),
        ("工作时间", "/admin/settings/#hours"),
        ("skill rules", "/admin/routing/skillrule/"),
        ("系统检查", "/admin/doctor/"),
        ("推送记录", "/admin/sessions_flow/webhookdelivery/"),
        ("robots", "/admin/workbench/robot/"),
        ("account security", reverse("account_security")),
    ],
)
def test_pages_are_found_by_their_words_in_both_languages(console: Client, words, address):
    for language in (CHINESE, ENGLISH):
        hits = found(console, words, language)
        assert address in hits, (words, hits)
        assert console.get(address, follow=True).status_code == 200
        is_chinese = bool(re.search("[一-鿿]", hits[address]))
        assert is_chinese == (language is CHINESE), hits[address]


def test_each_page_stands_there_once_and_under_its_own_name(console: Client):
    for item in admin.site.get_sidebar_list(console.get("/admin/", headers=CHINESE).wsgi_request):
        for page in item["items"]:
            title = str(page["title"])
            hits = found(console, title)
            assert str(page["link"]) in hits or len(hits) >= 8, (title, hits)
            assert len(hits) == len(set(hits.values())), hits


def test_the_words_are_the_readers(console: Client):
    cast()
    chinese = console.get(SEARCH, {"q": "alice"}, headers=CHINESE).content.decode()
    english = console.get(SEARCH, {"q": "alice"}, headers=ENGLISH).content.decode()
    assert "搜索管理端" in chinese and "在服务记录中搜索聊天内容" in chinese and 'lang="zh-hans"' in chinese
    assert "Search the console" in english and "What was said in service records" in english
    assert re.search(r'role="group" aria-label="成员"', chinese) and re.search(r'aria-label="Members"', english)
    part = text_of(english[english.index("cs-found") :])
    for raw in ("accounts", "sessions_flow", "workbench_", "chatbot", "Visitor object", "None"):
        assert raw not in part, raw
    nothing = console.get(SEARCH, {"q": "紫色<大象>"}, headers=CHINESE).content.decode()
    assert "没有找到“紫色&lt;大象&gt;”" in nothing
    assert "搜索客户和会话请至少输入两个字符" in console.get(SEARCH, {"q": "紫"}, headers=CHINESE).content.decode()


def test_the_rest_is_on_the_kinds_own_page(console: Client):
    for number in range(7):
        make_entry(f"问题 {number}", f"其实是同一件事 {number}")
        make_group(f"小组 {number}")
    page = console.get(SEARCH, {"q": "同一件事", "part": "1"}, headers=CHINESE).content.decode()
    more = html.unescape(re.search(r'cs-found-more" href="([^"]*)"', page)[1])
    assert page.count("/change/") == 5
    assert len(console.get(more).context["cl"].result_list) == 7
    page = console.get(SEARCH, {"q": "小组", "part": "1"}, headers=CHINESE).content.decode()
    assert page.count("/change/") == 5 and "在“分组”中查看更多" in page


# --- whom it answers

TABLE = {  # who → whether the search answers
    "boss": True, "sofia": True, "alice": False, "nobody": False, "forced_off": False, "deleted": False,
    "demoted": False,
}  # fmt: skip


@pytest.mark.parametrize("who", TABLE)
def test_who_may_search(client: Client, who):
    cast()
    roles = {"boss": Role.SUPER_ADMIN, "alice": Role.AGENT}
    if who != "nobody":
        person = Member.objects.filter(nickname="小艾 Alice").get() if who == "alice" else make_member(who, "admin")
        Member.objects.filter(pk=person.pk).update(role=roles.get(who, Role.ADMIN))
        client.force_login(Member.objects.get(pk=person.pk))
        now = timezone.now()
        changed = {"forced_off": {"forced_off_at": now}, "deleted": {"deleted_at": now}, "demoted": {"role": "agent"}}
        Member.objects.filter(pk=person.pk).update(**changed.get(who, {}), nickname=person.nickname)
    for query in ({"q": "小艾"}, {"q": "小艾", "part": "1"}, {"s": "member"}, {"s": "member", "extended": "1"}):
        answer = client.get(SEARCH, query)
        if TABLE[who]:
            assert answer.status_code == 200
            assert ("小艾 Alice" in answer.content.decode()) == ("q" in query)
        else:
            assert answer.status_code in (302, 403) and "小艾" not in answer.content.decode()
    assert client.post(SEARCH, {"q": "小艾"}).status_code in (302, 403, 405)


KINDS = {"member": "小艾", "group": "售后组", "customer": "王小明", "session": "王小明", "entry": "退货"}


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_finds_what_a_page_would_not_show_him(console: Client, monkeypatch, kind):
    """Whoever may not look at a page, today or by a later rule, finds neither its rows nor the page."""
    row = cast()[kind][0]
    page = admin.site._registry[type(row)]
    listed = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_changelist")
    title = {"member": "成员", "group": "分组", "customer": "客户", "session": "会话列表", "entry": "知识库"}[kind]
    assert change(row) in found(console, KINDS[kind]) and listed in found(console, title)
    monkeypatch.setattr(page, "has_view_permission", lambda request, obj=None: False)
    assert change(row) not in found(console, KINDS[kind]) and listed not in found(console, title)
    answer = console.get(SEARCH, {"q": KINDS[kind], "part": "1"})
    assert listed not in answer.content.decode()


def test_settings_are_not_found_by_who_may_not_open_them(console: Client, monkeypatch):
    from sessions_flow.models import Closing

    monkeypatch.setattr(admin.site._registry[Closing], "has_view_permission", lambda request, obj=None: False)
    assert "/admin/settings/#closing" not in found(console, "会话关闭")


# --- what it costs


def many(count: int) -> None:
    """Rows of every kind that the same words find."""
    now = timezone.now()
    Member.objects.bulk_create(
        Member(account=f"m{n}-{count}@example.com", nickname=f"蓝鲸 {n}", staff_no=str(n)) for n in range(count)
    )
    Group.objects.bulk_create(Group(name=f"蓝鲸 {n}-{count}") for n in range(count))
    visitors = Visitor.objects.bulk_create(Visitor(nickname=f"蓝鲸 {n}") for n in range(count))
    VisitorTag.objects.bulk_create(VisitorTag(visitor=visitor, name="蓝鲸") for visitor in visitors)
    channel = make_channel()
    conversations = Conversation.objects.bulk_create(
        Conversation(channel=channel, visitor=visitor, last_at=now) for visitor in visitors
    )
    Session.objects.bulk_create(
        Session(conversation=conversation, state="ended", opened_at=now - timedelta(minutes=count - n), ended_at=now)
        for n, conversation in enumerate(conversations)
    )
    category = Category.objects.get_or_create(name="蓝鲸", library="qa")[0]
    Entry.objects.bulk_create(
        Entry(category=category, question=f"{n} {count}", similar=[f"蓝鲸 {n}"], answer="好") for n in range(count)
    )
    for group in Group.objects.order_by("-pk")[:3]:
        group.members.add(*Member.objects.order_by("-pk")[:3])


def asked(console: Client) -> int:
    found(console, "蓝鲸")  # the words of the pages are read once a process
    with CaptureQueriesContext(connection) as queries:
        hits = found(console, "蓝鲸")
    kinds = {at.split("/")[3] for at in hits if at.endswith("/change/")}
    assert kinds == {"member", "group", "customer", "session", "entry"}, hits
    said = [query["sql"] for query in queries if "sessions_flow_message" in query["sql"]]
    assert not said, "the search leaves the messages alone"
    return len(queries)


def test_one_row_and_five_hundred_cost_the_same(console: Client):
    many(1)
    for_one = asked(console)
    many(500)
    assert asked(console) == for_one < 20


def test_the_newest_sessions_come_first(console: Client):
    old = file_record(None, nickname="蓝鲸", at=timezone.now() - timedelta(days=3)).session
    many(8)
    hits = [at for at in found(console, "蓝鲸") if "/session/" in at]
    assert hits == [change(session) for session in Session.objects.order_by("-opened_at")[:5]]
    assert change(old) not in hits
