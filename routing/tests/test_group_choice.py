"""用户选择分组: M35, A35, A36, F24, F25."""

import json

import pytest

from routing.models import Distribution, GroupHours, WorkHours
from sessions_flow.models import State
from tests.cast import Vera, make_group

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def choosing(team, settings_of):
    settings_of(Distribution, strategy="visitor")
    return team.sit_down()


def ask(vera, settled, *said):
    vera.post("hello")
    settled()
    for words in said:
        vera.post(words)
        settled()
    return vera


def menus(vera):
    rows = vera.conversation.messages.filter(src="15", event__isnull=True).order_by("seq")
    return [json.loads(row.elem["MsgContent"]["Data"])["content"] for row in rows]


@pytest.mark.feature("M35", "A36", "F25")
def test_it_works(choosing, settled):
    """src 15 with the groups' names; the chosen group serves; the menu shows what was chosen."""
    vera = ask(Vera(), settled, "human")
    (menu,) = menus(vera)
    assert menu["header"] == "Please choose the group you want to talk to."
    assert [item["content"] for item in menu["items"]] == ["sales", "support"]
    assert vera.session.state == State.FLOW
    vera.post("support")
    settled()
    assert (vera.session.agent, vera.session.group) == (choosing.charlie, choosing.support)
    assert menus(vera)[0]["selected"] == {"content": "support"}


@pytest.mark.feature("A35")
def test_what_is_no_group_is_for_the_bot_and_asking_again_shows_the_groups_again(choosing, settled):
    vera = ask(Vera(), settled, "human", "Support")
    assert vera.session.state == State.FLOW
    assert len(menus(vera)) == 1, "equal means equal"
    vera.post("human")
    settled()
    assert len(menus(vera)) == 2
    vera.post("human")
    settled()
    assert len(menus(vera)) == 3
    vera.post("sales")
    settled()
    assert vera.session.group == choosing.sales


@pytest.mark.feature("A35")
def test_without_groups_as_if_automatic(team, settled, settings_of):
    settings_of(Distribution, strategy="visitor")
    for group in (team.sales, team.support):
        group.members.clear()
    team.sit_down("alice")
    vera = ask(Vera(), settled, "human")
    assert (menus(vera), vera.session.agent) == ([], team.alice)


@pytest.mark.feature("A34", "A33")
def test_a_chosen_group_of_which_nobody_is_at_work_fails(team, settled, settings_of):
    settings_of(Distribution, strategy="visitor")
    team.sit_down("alice")
    vera = ask(Vera(), settled, "human", "support")
    assert vera.session.state == State.FLOW
    assert vera.conversation.messages.filter(text__startswith="No agent is available").count() == 1


@pytest.mark.feature("M35", "M52")
def test_only_groups_that_are_open_can_be_chosen(choosing, settled, settings_of):
    settings_of(WorkHours, is_on=True, week=[[] for _ in range(7)])
    closed = ask(Vera(), settled, "human")
    assert menus(closed) == [] and closed.session.state == State.FLOW
    GroupHours.objects.create(group=choosing.support, week=[[["00:00", "24:00"]]] * 7)
    vera = ask(Vera(), settled, "human")
    assert [item["content"] for item in menus(vera)[0]["items"]] == ["support"]
    vera.post("support")
    settled()
    assert vera.session.agent == choosing.charlie
    make_group("nobody")
