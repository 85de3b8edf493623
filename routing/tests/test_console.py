"""Routing in the console: 分配策略, 接待方式, 会话排队, 工作时间, and what a supervisor does there."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Member
from routing.actions import set_status
from routing.models import (
    Assignment,
    CallbackCall,
    Desk,
    Distribution,
    GroupHours,
    Overflow,
    Reception,
    RestReason,
    SkillRule,
    SpecialDay,
    WorkHours,
)
from sessions_flow.models import EndedBy, Prompts, State
from tests.cast import Vera, sit_down

pytestmark = pytest.mark.usefixtures("desk", "unhashed_files")


@pytest.fixture
def console(team):
    client = Client(headers={"accept-language": "en"})
    client.force_login(team.sofia)
    return client


def url(page, *args):
    return reverse(f"admin:routing_{page}", args=args)


def errors_of(response):
    assert response.status_code == 200
    return str(response.context["adminform"].form.errors)


DISTRIBUTION = {
    "strategy": "automatic", "order": "idle", "overflow_seconds": 0, "group_question": "", "callback_url": "",
    "callback_secret": "", "is_automatic_on_failure": "on",
}  # fmt: skip
RECEPTION = {
    "mode": "automatic", "accept_seconds": 20, "offer_rounds": 3, "wrap_up_seconds": 0, "first_reply_seconds": 60,
    "next_reply_seconds": 180, "grace_seconds": 15, "push_minutes": 10, "agent_lost": "",
}  # fmt: skip
QUEUE = {
    "limit": 5, "queueing": "", "update_seconds": 60, "queue_limit": 0, "queue_full": "", "leave_seconds": 120,
    "vip_attribute": "vip",
}  # fmt: skip


@pytest.mark.feature("M33", "M36", "M37", "T21")
def test_one_strategy_is_active_and_the_groups_page_leads_there(console, team):
    page = url("distribution_changelist")
    assert page in console.get(reverse("admin:accounts_group_changelist")).content.decode()
    assert Distribution.get_solo().strategy == "automatic"
    for wrong, why in (
        ({"strategy": "server"}, "needs an address"),
        ({"strategy": "server", "callback_url": "no address"}, "valid URL"),
        ({"strategy": "both"}, "Select a valid choice"),
    ):
        assert why in errors_of(console.post(page, DISTRIBUTION | wrong))
    assert Distribution.get_solo().strategy == "automatic"
    chosen = {"strategy": "server", "callback_url": "https://crm.example.com/assign", "callback_secret": "s"}
    assert console.post(page, DISTRIBUTION | chosen).status_code == 302
    rules = Distribution.get_solo()
    assert (rules.strategy, rules.callback_url) == ("server", "https://crm.example.com/assign")


@pytest.mark.feature("M35")
def test_choosing_groups_needs_groups(console, team):
    for group in (team.sales, team.support):
        console.post(reverse("admin:accounts_group_delete", args=[group.pk]))
    page = url("distribution_changelist")
    assert "Add groups first" in errors_of(console.post(page, DISTRIBUTION | {"strategy": "visitor"}))


@pytest.mark.feature("M38", "M41", "M42", "A19")
def test_reception_mode(console):
    page = url("reception_changelist")
    for wrong in ({"accept_seconds": 0}, {"accept_seconds": "x"}, {"grace_seconds": 1}, {"mode": ""}):
        assert next(iter(wrong)) in errors_of(console.post(page, RECEPTION | wrong))
    manual = {"mode": "manual", "accept_seconds": 1, "rests_after_miss": "on"}
    assert console.post(page, RECEPTION | manual).status_code == 302
    rules = Reception.get_solo()
    assert (rules.mode, rules.accept_seconds, rules.rests_after_miss, rules.limit) == ("manual", 1, True, 5)


@pytest.mark.feature("M43", "M44", "M45", "A19")
def test_queueing(console, team):
    """The limit binds at once; the text is the prompt; the other page's values stay."""
    sit_down(team.alice)
    Desk.objects.update(admin_limit=None)
    page = url("queueing_changelist")
    assert "limit" in errors_of(console.post(page, QUEUE | {"limit": 0}))
    assert console.post(page, QUEUE | {"limit": 1, "queueing": "第 ${QueuePosition} 位"}).status_code == 302
    assert (Desk.objects.get().limit, Prompts.get_solo().queueing) == (1, "第 ${QueuePosition} 位")
    assert Reception.get_solo().accept_seconds == 20
    assert "第 ${QueuePosition} 位" in console.get(page).content.decode()


def week(**days):
    """The form's fields of a week: Monday is day 0."""
    data = {}
    for name, ranges in days.items():
        data[f"week-{name[1:]}-on"] = "1"
        data[f"week-{name[1:]}-start"] = [start for start, _end in ranges]
        data[f"week-{name[1:]}-end"] = [end for _start, end in ranges]
    return data


@pytest.mark.feature("M49", "M50", "M51", "A25", "A46")
def test_work_hours(console):
    page = url("workhours_changelist")
    assert console.get(page).content.decode().count('value="09:00"') == 7, "every day at first"
    base = {"is_on": "on", "zone": "Asia/Shanghai", "off_hours": "休息中"}
    overlapping = week(d0=[("09:00", "12:00"), ("11:00", "18:00")])
    assert "Monday: 11:00~18:00" in errors_of(console.post(page, base | overlapping))
    assert "Sunday: 18:00~09:00" in errors_of(console.post(page, base | week(d6=[("18:00", "09:00")])))
    assert "zone" in errors_of(console.post(page, base | {"zone": "Mars/Base"} | week(d0=[("09:00", "12:00")])))
    good = week(d0=[("13:30", "18:00"), ("09:00", "12:00")], d6=[("22:00", "00:00")])
    assert console.post(page, base | good).status_code == 302
    hours = WorkHours.get_solo()
    assert hours.week == [[["09:00", "12:00"], ["13:30", "18:00"]], [], [], [], [], [], [["22:00", "24:00"]]]
    assert (hours.is_on, hours.off_hours) == (True, "休息中")


def test_special_days_and_hours_of_groups(console, team):
    add = url("specialday_add")
    closed = {"day": "2027-02-06", "name": "春节", "group": ""}
    assert console.post(add, closed).status_code == 302
    assert "set already" in errors_of(console.post(add, closed))
    late = {"day": "2027-02-06", "name": "", "group": team.sales.pk, "ranges-0-on": "1", "ranges-0-start": ["10:00"],
            "ranges-0-end": ["12:00"]}  # fmt: skip
    assert console.post(add, late).status_code == 302
    assert list(SpecialDay.objects.order_by("pk").values_list("day", "ranges", "group")) == [
        (date(2027, 2, 6), [], None),
        (date(2027, 2, 6), [["10:00", "12:00"]], team.sales.pk),
    ]
    data = {"group": team.support.pk} | week(d0=[("00:00", "00:00")])
    assert console.post(url("grouphours_add"), data).status_code == 302
    assert GroupHours.objects.get().week[0] == [["00:00", "24:00"]]
    for model in ("specialday", "grouphours"):
        assert console.get(url(f"{model}_changelist")).status_code == 200


@pytest.mark.feature("A98")
def test_reasons_of_a_rest(console, team):
    assert "Meal" in console.get(url("restreason_changelist")).content.decode()
    assert console.post(url("restreason_add"), {"name": "开会", "position": 9}).status_code == 302
    for reason in RestReason.objects.exclude(name="开会"):
        console.post(url("restreason_delete", reason.pk))
    console.post(url("restreason_delete", RestReason.objects.get().pk))
    assert list(RestReason.objects.values_list("name", flat=True)) == ["开会"], "one stays"


def test_rules_beyond_the_document(console, team):
    rule = {"variable": "language", "value": "en", "group": team.support.pk, "priority": 2, "position": 0}
    assert console.post(url("skillrule_add"), rule).status_code == 302
    assert "priority" in errors_of(console.post(url("skillrule_add"), rule | {"priority": 1000}))
    assert console.post(url("overflow_add"), {"group": team.support.pk, "to": ""}).status_code == 302
    assert (SkillRule.objects.get().group, Overflow.objects.get().to) == (team.support, None)


@pytest.mark.feature("M43", "W19")
def test_a_limit_for_one_agent_wins_over_the_common_one(console, team):
    desk = sit_down(team.alice)
    Desk.objects.update(admin_limit=None)
    assert console.post(url("desk_change", desk.pk), {"admin_limit": 9}).status_code == 302
    assert Desk.objects.get().limit == 9
    Reception.get_solo().save()
    assert Desk.objects.get().limit == 9
    set_status(team.alice, "rest", "meal")
    assert "Meal" in console.get(url("desk_changelist")).content.decode()
    assert "chosen by the agent" in console.get(url("statuschange_changelist")).content.decode()


@pytest.mark.feature("A29")
def test_the_log_of_the_business_server(console, team):
    vera = Vera()
    vera.post("hello")
    row = CallbackCall.objects.create(
        session=vera.session, at=timezone.now(), url="https://crm.example.com/?x", request={"SessionId": "<b>"},
        status=500, answer="<script>", error="HTTP status 500", milliseconds=12, decision="automatic distribution",
    )  # fmt: skip
    assert "HTTP status 500" in console.get(url("callbackcall_changelist")).content.decode()
    page = console.get(url("callbackcall_change", row.pk)).content.decode()
    assert "&lt;script&gt;" in page and "&lt;b&gt;" in page and "automatic distribution" in page


# --- supervision


@pytest.mark.feature("A56", "A84")
def test_a_supervisor_ends_takes_over_and_gives_away_sessions(console, team):
    team.sit_down("alice", "bob")
    vera = Vera()
    session = vera.serve(team.alice)
    page = reverse("admin:sessions_flow_session_change", args=[session.pk])
    shown = console.get(page).content.decode()
    for name in ("take_over", "give", "end"):
        assert url(f"session_{name}", session.pk) in shown
        assert console.get(url(f"session_{name}", session.pk)).status_code == 200
    give = url("session_give", session.pk)
    assert console.post(give, {"agent": team.bob.pk, "note": "please"}).status_code == 302
    assert vera.session.agent == team.bob
    answer = console.post(url("session_take_over", session.pk), follow=True)
    assert "You are offline" in answer.content.decode()
    sit_down(team.sofia, status="notReady")
    console.post(url("session_take_over", session.pk))
    assert vera.session.agent == team.sofia
    console.post(give, {"agent": team.alice.pk})
    console.post(url("session_end", session.pk))
    assert (vera.session.state, vera.session.ended_by) == (State.ENDED, EndedBy.ADMIN)
    names = Assignment.objects.filter(session=session).order_by("pk").values_list("member__nickname", flat=True)
    assert list(names) == ["Alice", "Bob", "Sofia", "Alice"]
    assert url("session_end", session.pk) not in console.get(page).content.decode()
    assert console.get(url("session_end", 987654)).status_code == 404


def test_agents_may_not_supervise(team):
    team.sit_down("alice")
    vera = Vera()
    session = vera.serve(team.alice)
    agent = Client()
    agent.force_login(team.bob)
    for name in ("take_over", "give", "end"):
        agent.post(url(f"session_{name}", session.pk), {"agent": team.bob.pk})
    assert (vera.session.agent, vera.session.state) == (team.alice, State.SERVING)


# --- groups


@pytest.mark.feature("T20", "T23", "T26")
def test_the_groups_page_shows_number_and_size_and_an_agent_may_be_in_several(console, team):
    console.post(reverse("admin:accounts_group_add"), {"name": "Empty"})
    console.post(
        reverse("admin:accounts_group_change", args=[team.support.pk]),
        {"name": "support", "members": [team.charlie.pk, team.alice.pk]},
    )
    page = console.get(reverse("admin:accounts_group_changelist")).content.decode()
    for group, size in ((team.sales, 2), (team.support, 2)):
        assert str(group.pk) in page and group.members.count() == size
    assert "Empty" in page
    assert Member.objects.get(pk=team.alice.pk).groups_served.count() == 2
