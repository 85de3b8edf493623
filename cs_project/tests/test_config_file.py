"""The configuration as one file: there and back, twice the same, and all or nothing."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Group, LoginRules, Role
from chatbot.actions import load_chitchat
from chatbot.models import (
    Category,
    Entry,
    LabelledQuestion,
    Library,
    Release,
    Strategy,
    WelcomeQuestion,
    default_category,
)  # fmt: skip
from cs_project.config_file import Faulty, exported, import_config
from cs_project.config_file.sections import LISTS, SINGLES, fields_of
from routing.models import Distribution, GroupHours, Overflow, Reception, RestReason, SkillRule, SpecialDay
from sessions_flow.flow.drafts import create_flow, publish, use_in
from sessions_flow.flow.examples import menus
from sessions_flow.models import (
    Channel,
    ChannelPrompts,
    Closing,
    Flow,
    FormField,
    Retention,
    WebhookEndpoint,
    Workplace,
)  # fmt: skip
from tests.cast import make_channel, make_group, make_member
from workbench.models import Embedding, NoticeRules, QuickFolder, QuickReply, Robot, WrapUpCategory
from workbench.notices.elsewhere import robots

PLACES_ELSEWHERE = {"kind", "direct_threshold", "preset"}  # the reason stands at another field, or at the row
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Channel:
    """Something in every section."""
    channel, sales, support = make_channel(), make_group("售前"), make_group("售后")
    Channel.objects.filter(pk=channel.pk).update(allowed_sites=["https://shop.example.com"], accent="#123456")
    FormField.objects.create(channel=channel, label="订单号", position=1)
    ChannelPrompts.objects.create(channel=channel, welcome="您好")
    SkillRule.objects.create(variable="language", value="en", group=sales)
    Overflow.objects.create(group=sales, to=support)
    GroupHours.objects.create(group=support)
    SpecialDay.objects.create(day="2026-10-01", name="国庆", ranges=[])
    SpecialDay.objects.create(day="2026-10-01", name="国庆", group=sales, ranges=[["10:00", "12:00"]])
    QuickReply.objects.create(folder=QuickFolder.objects.create(name="问候"), title="你好", content="=您好")
    WrapUpCategory.objects.create(name="退款", position=3)
    for model, changes in (
        (Closing, {"reply_seconds": 77}), (Reception, {"limit": 9}),
        (Distribution, {"strategy": "server", "callback_url": "https://x.example.com/", "callback_secret": "s3cret"}),
    ):  # fmt: skip
        change(model, changes)
    for model, changes in (
        (Workplace, {"translates": True}), (Retention, {"log_days": 90}), (NoticeRules, {"queue_longer_than": 3}),
        (LoginRules, {"terms": "条款"}), (Embedding, {"origins": ["https://crm.example.com"]}),
        (Strategy, {"welcome_title": "常见问题", "direct_threshold": 0.75, "is_enabled": False}),
    ):  # fmt: skip
        change(model, changes)
    RestReason.objects.create(name="午休", position=9)
    learn()
    robot = Robot(kind="dingtalk", name="值班群")
    robot.seal("https://oapi.dingtalk.com/robot/send?access_token=s3cret", "s3cret")
    robot.save()
    webhook = WebhookEndpoint(name="CRM", url="https://crm.example.com/hook", events=["session.opened"])
    webhook.renew(timezone.now())
    webhook.save()
    flow = create_flow("主流程", menus(), None)
    publish(flow, flow.revision, "", None)
    use_in(flow, [channel.pk], True)
    return channel


def change(model: Any, changes: dict[str, Any]) -> None:
    row = model.get_solo()
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def learn() -> None:
    """Folders in folders, entries in both libraries, and two of the preset ones touched."""
    load_chitchat()
    top = Category.objects.create(name="售后")
    below = Category.objects.create(name="退款", parent=top, is_enabled=False)
    jokes = Category.objects.create(name="笑话", library=Library.CHITCHAT)
    entry = Entry.objects.create(
        category=below, question="怎么退款？", similar=["退钱", "退款流程"], answer="**打开**订单。", is_rich=True
    )
    Entry.objects.create(category=default_category(), question="几点上班？", answer="九点。", is_enabled=False)
    Entry.objects.create(category=jokes, question="怎么退款？", answer="哈哈")
    WelcomeQuestion.objects.create(text="怎么退款？", language="zh-hans", position=1)
    LabelledQuestion.objects.create(text="我要退钱", entry=entry)
    LabelledQuestion.objects.create(text="天气如何")
    edited, off = Entry.objects.of(Library.PRESET).order_by("pk")[:2]
    edited.answer, edited.is_edited, off.is_enabled = "我的话", True, False
    edited.save()
    off.save()
    category = Category.objects.of(Library.PRESET).first()
    category.is_enabled = False
    category.save()


def empty_the_desk() -> None:
    Flow.objects.all().delete()
    Release.objects.all().delete()
    for model in (
        LabelledQuestion,
        Entry,
        *(rows.model for rows in reversed(LISTS.values()) if rows.model != Category),
    ):
        getattr(model, "with_deleted", model.objects).all().delete()
    for category in Category.objects.order_by("-path"):
        category.delete()
    for model in SINGLES.values():
        model.objects.all().delete()


def test_there_and_back(desk: Channel, tmp_path: Path):
    file = tmp_path / "desk.json"
    call_command("export_config", str(file))
    written = file.read_text()
    assert "s3cret" not in written
    before = exported()
    assert all(before[name] for name in (*LISTS, *SINGLES, "flows")), "the test leaves a section empty"
    empty_the_desk()
    assert not exported()["channels"]
    call_command("import_config", str(file))
    assert exported() == before == json.loads(written)
    assert Flow.objects.get().live.graph == before["flows"][0]["live"]


def test_every_page_of_the_console_is_in_the_file_or_left_out_on_purpose():
    """Whoever adds a settings page, or a field, decides."""
    in_file = {*SINGLES.values(), *(rows.model for rows in LISTS.values()), Flow}
    pages = {model._meta.concrete_model for model in admin.site._registry}
    left_out = pages - in_file
    assert {model.__name__ for model in left_out} == {
        "Member", "Desk", "Visitor",  # people
        "ApiKey", "CloudKey",  # secrets
        "Session", "Assignment", "LeftMessage", "Question", "StatusChange", "CallbackCall", "WebhookDelivery",
        "NoticeDelivery", "LogEntry", "Rollup",  # records
        "Release", "SheetImport", "Export",  # what was made of the rest
    }  # fmt: skip
    missing = {
        f"{model.__name__}.{field.name}"
        for model, names in [(model, fields_of(model)) for model in SINGLES.values()]
        + [(rows.model, names_in_lists(rows.model)) for rows in LISTS.values()]
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in names
    }
    assert missing == {"Distribution.callback_secret", "Channel.avatar", "Channel.flow", "QuickReply.attachment"}


def names_in_lists(model: Any) -> set[str]:
    return {name for rows in LISTS.values() if rows.model is model for name in rows.names}


def test_the_knowledge_becomes_the_draft(desk: Channel):
    data = exported()
    assert {"library": "qa", "parent": "qa:售后", "name": "退款", "is_default": False, "is_enabled": False} in data[
        "categories"
    ]
    assert [row["answer"] for row in data["preset_entries"] if row["is_edited"]] == ["我的话"]
    empty_the_desk()
    import_config(data)
    entry = Entry.objects.get(library=Library.QA, question="怎么退款？")
    assert (entry.category.path, entry.similar, entry.is_rich) == ("售后/退款", ["退钱", "退款流程"], True)
    assert default_category() == Entry.objects.get(question="几点上班？").category, "one folder of that kind, not two"
    assert LabelledQuestion.objects.get(entry=entry).text == "我要退钱"
    assert load_chitchat() == 0
    assert not Release.objects.exists()


def test_another_default_folder_makes_way(desk: Channel):
    data = exported()
    empty_the_desk()
    with translation.override("en"):
        former = Category.objects.create(name="Uncategorised", is_default=True)
    import_config(data)
    former.refresh_from_db()
    assert not former.is_default
    assert default_category().name == "未分类"


def test_no_secret_is_in_it_and_none_is_lost(desk: Channel):
    data = exported()
    assert "s3cret" not in json.dumps(data)
    data["robots"][0]["is_enabled"] = False
    data["webhooks"][0]["events"] = ["session.ended"]
    secret = WebhookEndpoint.objects.get().secrets_at(timezone.now())
    import_config(data)
    assert Robot.objects.get().secret == "s3cret"
    assert WebhookEndpoint.objects.get().secrets_at(timezone.now()) == secret


def test_a_new_robot_tells_nobody_before_it_has_its_address(desk: Channel, client: Client, unhashed_files: None):
    data = exported()
    empty_the_desk()
    import_config(data)
    robot = Robot.objects.get()
    assert (robot.is_enabled, robot.address, list(robots())) == (True, "", [])
    assert WebhookEndpoint.objects.get().secrets_at(timezone.now()), "its requests are signed from the start"
    client.force_login(make_member("sofia", Role.ADMIN))
    page = client.get(reverse("admin:workbench_robot_changelist"), headers={"accept-language": "en"})
    assert "Its address is missing" in page.content.decode()
    change_page = reverse("admin:workbench_robot_change", args=[robot.pk])
    form = {"kind": "dingtalk", "name": "值班群", "is_enabled": "1", "secret": ""}
    assert client.post(change_page, form | {"address": ""}).status_code == 200, "it is asked for"
    client.post(change_page, form | {"address": "https://oapi.dingtalk.com/robot/send?access_token=new"})
    assert list(robots()) == [robot]


def test_who_needs_a_second_factor_is_asked_at_once(desk: Channel, client: Client, unhashed_files: None):
    client.force_login(make_member("sofia", Role.ADMIN))
    assert client.get("/admin/").status_code == 200
    import_config({"version": 1, "login": {"admins_need_second_factor": True}})
    assert client.get("/admin/").status_code == 302


def test_rows_of_the_same_name_are_matched_one_by_one(desk: Channel):
    folder = QuickFolder.objects.get()
    for content in ("乙", "甲"):
        QuickReply.objects.create(folder=folder, title="再见", content=content)
    data = exported()
    assert import_config(data) == []
    empty_the_desk()
    import_config(data)
    assert exported() == data
    assert QuickReply.objects.filter(title="再见").count() == 2


def test_a_row_twice_in_the_file_is_a_fault(desk: Channel):
    for section in ("rest_reasons", "entries", "categories", "quick_folders"):
        data = exported()
        data[section].append(data[section][0])
        with pytest.raises(Faulty) as refused:
            import_config(data)
        place = f"{section}[{len(data[section]) - 1}]"
        assert all(line.startswith(place) for line in refused.value.found), refused.value.found


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing was changed."), ("zh-hans", "未做任何更改")])
def test_faults_are_told_in_the_chosen_language(desk: Channel, tmp_path: Path, language: str, words: str):
    file = tmp_path / "desk.json"
    file.write_text(json.dumps({"version": 1, "bot": {"direct_threshold": 0.2}}))
    with pytest.raises(CommandError) as refused:
        call_command("import_config", str(file), language=language)
    assert "bot.guide_threshold: " in str(refused.value)
    assert words in str(refused.value)


def test_the_import_stands_in_the_audit_log(desk: Channel, tmp_path: Path):
    file = tmp_path / "desk.json"
    file.write_text(json.dumps({"version": 1, "retention": {"log_days": 30}}))
    call_command("import_config", str(file), language="en")
    entry = LogEntry.objects.get_for_model(Retention).order_by("pk").last()
    assert (entry.actor_email, entry.changes) == ("manage.py import_config", {"log_days": ["90", "30"]})


def test_importing_twice_changes_nothing(desk: Channel):
    entries = LogEntry.objects.count()
    assert import_config(exported()) == []
    assert LogEntry.objects.count() == entries


def test_a_dry_run_tells_and_changes_nothing(desk: Channel):
    data = exported()
    data["closing"]["reply_seconds"] = 99
    data["groups"].append({"name": "新组", "most_per_agent": None})
    assert set(import_config(data, dry_run=True)) == {"closing", "groups[2]"}
    assert not Group.objects.filter(name="新组").exists()
    assert set(import_config(data)) == {"closing", "groups[2]"}
    assert Closing.objects.get().reply_seconds == 99
    assert Distribution.objects.get().callback_secret == "s3cret", "a secret that the file has not stays"


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("closing", "reply_seconds", 100_000), ("closing", "reply_seconds", "soon"), ("closing", "nonsense", 1),
        ("channels", "accent", "red"), ("channels", "allowed_sites", ["shop"]), ("channels", "name", {"a": 1}),
        ("overflows", "to", "nobody"), ("hours", "week", [[["18:00", "09:00"]]] * 7), ("hours", "week", ["x"] * 7),
        ("special_days", "ranges", [["10:00"]]), ("special_days", "day", "someday"), ("form_fields", "kind", "select"),
        ("flows", "draft", {"nodes": 1}), ("flows", "channels", ["@nowhere"]), ("hours", "zone", "Mars/Base"),
        ("prompts", "hand_over_keywords", [7]), ("distribution", "callback_url", ""),
        ("retention", "log_days", -1), ("retention", "log_days", True), ("notices", "sends_sms", True),
        ("workplace", "translates", "yes"), ("agent_sdk", "origins", ["crm"]), ("login", "terms", "a\0b"),
        ("bot", "direct_threshold", 0.1), ("bot", "direct_threshold", float("nan")), ("bot", "fallback", "shrug"),
        ("rest_reasons", "name", ""), ("robots", "kind", "fax"), ("robots", "sealed_address", "x"),
        ("webhooks", "url", "ftp://x.example.com/"), ("webhooks", "events", ["everything"]), ("webhooks", "events", []),
        ("categories", "parent", "qa:nowhere"), ("categories", "library", "preset"), ("categories", "library", "what"),
        ("entries", "category", "qa:nowhere"), ("entries", "category", "qa:售后"), ("entries", "similar", [1]),
        ("entries", "similar", "退钱"), ("entries", "answer", ""), ("entries", "question", "\ud800"),
        ("preset_entries", "preset", "nothing-of-ours"), ("preset_entries", "preset", {"a": 1}),
        ("welcome_questions", "language", "fr"), ("labelled_questions", "entry", "qa:nothing"),
    ],
)  # fmt: skip
def test_a_broken_file_changes_nothing(desk: Channel, section: str, field: str, value: object):
    before = exported()
    data = copy.deepcopy(before)
    data["groups"].append({"name": "新组", "most_per_agent": None})
    rows = data[section]
    (rows[0] if isinstance(rows, list) else rows)[field] = value
    with pytest.raises(Faulty) as refused:
        import_config(data)
    named = field in PLACES_ELSEWHERE or any(field in line for line in refused.value.found)
    assert named and all(line.startswith(section) for line in refused.value.found), refused.value.found
    assert exported() == before


@pytest.mark.parametrize("data", [{}, [], {"version": 2}, {"version": 1, "what": []}, {"version": 1, "groups": {}}])
def test_what_is_no_configuration_is_refused(data: object, tmp_path: Path):
    file = tmp_path / "desk.json"
    file.write_text(json.dumps(data))
    with pytest.raises(CommandError):
        call_command("import_config", str(file))
