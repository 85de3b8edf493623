"""The desks and settings that routing's tests begin with."""

import pytest
from django.utils import translation

from routing.models import Reception, RestReason
from tests.cast import make_group, make_member, sit_down


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def team(desk):
    """alice and bob of sales, charlie of support, all 示闲; and sofia the admin, who is not at work."""
    alice, bob, charlie = (make_member(name) for name in ("alice", "bob", "charlie"))
    sofia = make_member("sofia", role="admin")
    team = Team(alice, bob, charlie, sofia)
    team.sales, team.support = make_group("sales", alice, bob), make_group("support", charlie)
    for position, name in enumerate(RestReason.BUILT_IN):  # emptied with the tables
        RestReason.objects.get_or_create(name=name, defaults={"position": position})
    return team


class Team:
    def __init__(self, alice, bob, charlie, sofia):
        self.alice, self.bob, self.charlie, self.sofia = alice, bob, charlie, sofia

    def sit_down(self, *names, **how):
        for name in names or ("alice", "bob", "charlie"):
            sit_down(getattr(self, name), **how)
        return self


def change(model, **values):
    row = model.get_solo()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


@pytest.fixture
def manual(desk):
    change(Reception, mode="manual", accept_seconds=20)


@pytest.fixture
def settings_of():
    """settings_of(Reception, limit=2)"""
    return change
