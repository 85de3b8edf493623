"""The configuration as one file: there and back, twice the same, and all or nothing."""

import copy
import json
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command

from accounts.models import Group
from cs_project.config_file import Faulty, exported, import_config
from cs_project.config_file.sections import LISTS, SINGLES
from routing.models import Distribution, GroupHours, Overflow, Reception, SkillRule, SpecialDay
from sessions_flow.flow.drafts import create_flow, publish, use_in
from sessions_flow.flow.examples import menus
from sessions_flow.models import Channel, ChannelPrompts, Closing, Flow, FormField
from tests.cast import make_channel, make_group
from workbench.models import QuickFolder, QuickReply, WrapUpCategory

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
        row = model.get_solo()
        for name, value in changes.items():
            setattr(row, name, value)
        row.save()
    flow = create_flow("主流程", menus(), None)
    publish(flow, flow.revision, "", None)
    use_in(flow, [channel.pk], True)
    return channel


def empty_the_desk() -> None:
    Flow.objects.all().delete()
    for rows in reversed(LISTS.values()):
        rows.model.objects.all().delete()
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
    assert any(line.startswith(section) and (field in line or field == "kind") for line in refused.value.found)
    assert exported() == before


@pytest.mark.parametrize("data", [{}, [], {"version": 2}, {"version": 1, "what": []}, {"version": 1, "groups": {}}])
def test_what_is_no_configuration_is_refused(data: object, tmp_path: Path):
    file = tmp_path / "desk.json"
    file.write_text(json.dumps(data))
    with pytest.raises(CommandError):
        call_command("import_config", str(file))
