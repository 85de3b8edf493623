"""The draft's tree, its entries in bulk, and what we ship."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import Member, Role
from chatbot import actions, presets
from chatbot.models import Category, Entry, Library, Release, Tree, WelcomeQuestion, default_category
from chatbot.safe import safe_markdown
from cs_project.demo import load_presets
from tests.cast import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]


@pytest.fixture
def sofia() -> Member:
    return make_member("sofia", Role.ADMIN)


def make(name: str, parent: Category | None = None, library: str = Library.QA) -> Category:
    return Category.objects.create(name=name, parent=parent, library=library)


def ask(question: str, category: Category, **more) -> Entry:
    return Entry.objects.create(category=category, question=question, answer="A", **more)


@pytest.mark.feature("B5", "A71")
def test_it_works():
    orders = make("Orders")
    refunds = make("Refunds", orders)
    ask("Where is my money?", refunds)
    tree = Tree(Category.objects.of(Library.QA), {refunds.pk: 1})
    assert [(branch.category.name, branch.depth, branch.total) for branch in tree.walk()] == [
        ("Orders", 1, 1),
        ("Refunds", 2, 1),
    ]
    assert tree.below(orders.pk) == [orders.pk, refunds.pk]
    assert Entry.objects.get().as_snapshot() | {"id": ""} == {
        "id": "", "library": "qa", "category": "Orders/Refunds", "question": "Where is my money?", "similar": [],
        "answer": "A", "rich": False,
    }  # fmt: skip


@pytest.mark.feature("A71")
def test_there_is_one_default_category():
    first = default_category()
    assert first.is_default
    assert default_category() == first
    assert default_category(Library.CHITCHAT) != first


@pytest.mark.feature("A71")
def test_renaming_and_moving_write_the_paths_below():
    a, b = make("A"), make("B")
    c = make("C", b)
    actions.rename_category(b, "  New   B ")
    c.refresh_from_db()
    assert c.path == "New B/C"
    actions.move_category(b, a)
    c.refresh_from_db()
    assert c.path == "A/New B/C"
    with pytest.raises(ValidationError):
        actions.move_category(a, c)
    with pytest.raises(ValidationError):
        actions.rename_category(c, "x/y")
    make("c2", c.parent)
    with pytest.raises(ValidationError):
        actions.rename_category(c, "C2")


@pytest.mark.feature("A71")
def test_a_tree_is_at_most_five_levels_deep():
    last = None
    for number in range(5):
        last = make(f"L{number}", last)
    with pytest.raises(ValidationError):
        actions.move_category(make("One too many"), last)


@pytest.mark.feature("A71")
def test_deleting_a_category_keeps_or_deletes_its_entries(sofia: Member):
    for with_entries in (False, True):
        top = make("Orders")
        entry = ask("Where is it?", make("Below", top))
        actions.delete_category(top, sofia, with_entries=with_entries)
        assert not Category.objects.filter(name__in=("Orders", "Below")).exists()
        kept = Entry.with_deleted.get(pk=entry.pk)
        assert kept.category == default_category()
        assert (kept.deleted_at is not None) is with_entries
        kept.delete()
    with pytest.raises(ValidationError):
        actions.delete_category(default_category(), sofia)


@pytest.mark.feature("B9", "B10")
def test_what_was_deleted_comes_back(sofia: Member):
    category = make("Orders")
    one, two = ask("One?", category), ask("Two?", category)
    count, deleted_at = actions.delete_entries(Entry.objects.all(), sofia)
    assert count == 2
    assert not Entry.objects.exists()
    ask("Two?", category)  # written anew meanwhile
    assert actions.restore_entries(deleted_at, make_member("bob", Role.ADMIN)) == 0, "not his to undo"
    assert actions.restore_entries(deleted_at, sofia) == 1
    assert set(Entry.objects.values_list("question", flat=True)) == {"One?", "Two?"}
    assert Entry.with_deleted.get(pk=two.pk).deleted_at is not None
    assert Entry.objects.get(pk=one.pk).changed_by == sofia


def test_a_question_is_in_a_library_once():
    category = make("Orders")
    ask("One?", category)
    ask("One?", default_category(Library.CHITCHAT))
    with pytest.raises(IntegrityError):
        ask("One?", category)


@pytest.mark.feature("B10", "B11")
def test_entries_are_switched_and_moved_within_their_library(sofia: Member):
    here, there, talk = make("Here"), make("There"), default_category(Library.CHITCHAT)
    entry = ask("One?", here)
    before = entry.changed_at
    assert actions.switch_entries(Entry.objects.all(), False, sofia) == 1
    assert actions.switch_entries(Entry.objects.all(), False, sofia) == 0
    assert not Entry.objects.enabled().exists()
    assert actions.move_entries(Entry.objects.all(), there, sofia) == 1
    entry.refresh_from_db()
    assert (entry.category, entry.changed_by) == (there, sofia)
    assert entry.changed_at > before
    with pytest.raises(ValidationError):
        actions.move_entries(Entry.objects.all(), talk, sofia)


@pytest.mark.feature("B17")
def test_one_button_switches_a_category_of_small_talk(sofia: Member):
    actions.load_chitchat()
    topic = Category.objects.get(preset="greeting")
    count = Entry.objects.enabled().count()
    actions.switch_category(topic, False, sofia)
    assert Entry.objects.enabled().count() == count - topic.entries.count()
    assert Entry.objects.enabled().first().as_snapshot()["library"] == "chitchat"


@pytest.mark.feature("A74", "B18")
def test_edits_survive_an_update_of_what_we_ship(sofia: Member, monkeypatch):
    assert actions.load_chitchat() > 50
    assert actions.load_chitchat() == 0
    edited, plain = Entry.objects.filter(category__preset="thanks").order_by("pk")[:2]
    Entry.objects.filter(pk=edited.pk).update(answer="Mine.", is_edited=True, is_enabled=False)
    newer = [
        {**topic, "entries": [{**row, "answer": row["answer"] + "!"} for row in topic["entries"]]}
        for topic in presets.topics()
    ]
    monkeypatch.setattr(actions.presets, "topics", lambda: newer[:-1])
    actions.load_chitchat()
    edited.refresh_from_db()
    assert (edited.answer, edited.is_enabled) == ("Mine.", False)
    assert Entry.objects.get(pk=plain.pk).answer == plain.answer + "!"
    assert not Entry.objects.filter(category__preset=presets.topics()[-1]["code"]).exists()


def test_what_we_ship_speaks_both_languages():
    for topic in presets.topics():
        assert set(topic["names"]) == {"zh-hans", "en"}
        chinese = [row["code"].endswith("-zh") for row in topic["entries"]]
        assert sum(chinese) * 2 == len(chinese)


@pytest.mark.feature("A77")
@pytest.mark.parametrize(
    "answer",
    [
        "<script>alert(1)</script>",
        "hi <img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x]( data:text/html,1)",
    ],
)
def test_markdown_with_scripts_is_refused(answer: str):
    entry = Entry(category=make("Orders"), question="Q", answer=answer, is_rich=True)
    with pytest.raises(ValidationError) as refused:
        entry.full_clean()
    assert set(refused.value.message_dict) == {"answer"}
    entry.is_rich = False
    entry.full_clean()


@pytest.mark.feature("A77")
def test_markdown_without_scripts_is_fine():
    answer = "**Yes**, see [this](https://example.com) & `<b>`:\n\n- 1 < 2\n- ![p](/files/answers/a.png)"
    Entry(category=make("Orders"), question="Q", answer=answer, is_rich=True).full_clean()


@pytest.mark.feature("A77", "B13")
def test_our_pictures_leave_with_the_whole_address(settings):
    said = safe_markdown("![p](/files/answers/a.png) [x](/files/answers/b.png) ![q](javascript:x)")
    assert f"![p]({settings.PUBLIC_URL}/files/answers/a.png)" in said
    assert "javascript" not in said


@pytest.mark.feature("A71")
def test_a_moved_category_is_not_deeper_than_five_levels(client):
    client.force_login(make_member("sofia", Role.ADMIN))
    last = None
    for number in range(4):
        last = make(f"L{number}", last)
    top = make("Top")
    make("Below", top)
    change = reverse("admin:chatbot_category_change", args=[top.pk])
    client.post(change, {"name": "Top", "parent": last.pk})
    top.refresh_from_db()
    assert top.parent is None
    client.post(change, {"name": "Top", "parent": last.parent_id})
    top.refresh_from_db()
    assert top.path == "L0/L1/L2/Top"


ON_ACTIVATION = """智能客服提供哪些功能|如何修改机器人知识库|如何转接人工客服|客服在哪里收发消息|如何设置工作时间
是否支持发送满意度评价|机器人功能可以关闭吗|支持哪些消息渠道|什么情况会进入排队|客服要怎么服务用户?
支持哪些用户咨询渠道?|怎么实现所有的问题都由客服回复|智能客服是什么""".replace("\n", "|").split("|")


@pytest.mark.feature("B14", "A74")
def test_sample_questions_are_there_from_the_start_and_once():
    load_presets()
    released = {row["question"] for row in Release.objects.get().snapshot["entries"]}
    assert set(ON_ACTIVATION) <= released
    welcome = set(WelcomeQuestion.objects.filter(language="zh-hans").values_list("text", flat=True))
    assert welcome <= set(ON_ACTIVATION)
    Entry.objects.filter(question=ON_ACTIVATION[0]).update(answer="Mine.")
    Entry.objects.get(question=ON_ACTIVATION[1]).delete()
    load_presets()
    assert Entry.objects.get(question=ON_ACTIVATION[0]).answer == "Mine."
    assert not Entry.objects.filter(question=ON_ACTIVATION[1]).exists()
    assert Release.objects.count() == 1
