"""Who is served by whom, and in which order: promise 6, M34, M43, A39, A41."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from accounts.actions import remove_group
from routing.actions import end_by_agent, go_offline, set_status
from routing.assigner import assign_waiting
from routing.models import Assignment, Desk, Waiting
from sessions_flow.actions import locked, start_waiting
from sessions_flow.models import Session, State
from tests.cast import Vera, make_group, make_member, sit_down

pytestmark = pytest.mark.usefixtures("desk")


def wait_in_line(vera, group=None):
    vera.post("hello")
    with locked(vera.conversation.pk) as held:
        start_waiting(held, held.session, group)
    return vera


@pytest.mark.feature("M34", "A39")
def test_longest_idle_first_and_never_served_before_all():
    alice, bob, charlie = (make_member(name) for name in ("alice", "bob", "charlie"))
    for member in (alice, bob, charlie):
        sit_down(member)
    Desk.objects.filter(member=alice).update(assigned_at=timezone.now())
    Desk.objects.filter(member=charlie).update(assigned_at=timezone.now() - timezone.timedelta(hours=1))
    served = []
    for _ in range(3):
        vera = wait_in_line(Vera())
        assign_waiting()
        served.append(vera.session.agent)
    assert served == [bob, charlie, alice]


@pytest.mark.feature("M43", "M44", "M45", "A20")
def test_at_most_the_limit_and_the_next_one_queues(settled):
    """A20; and the one who waited longest is served when a place is free."""
    alice = make_member("alice")
    sit_down(alice, limit=2)
    veras = []
    for _ in range(4):
        veras.append(wait_in_line(Vera()))
        settled()
    assert [vera.session.state for vera in veras] == [State.SERVING, State.SERVING, State.WAITING, State.WAITING]
    assert any("number 1" in line for line in veras[2].lines()) and any("number 2" in line for line in veras[3].lines())
    end_by_agent(veras[0].session, alice)
    settled()
    assert (veras[2].session.state, veras[3].session.state) == (State.SERVING, State.WAITING)


@pytest.mark.feature("W15", "W16", "W17", "W18")
@pytest.mark.parametrize("status", ["notReady", "rest", "arrange", "offline"])
def test_only_free_agents_are_given_sessions(status):
    alice = make_member("alice")
    sit_down(alice, status=status)
    vera = wait_in_line(Vera())
    assert assign_waiting() == 0
    set_status(alice, "free")
    assign_waiting()
    assert vera.session.agent == alice


def test_a_group_is_served_by_its_members_only():
    alice, charlie = make_member("alice"), make_member("charlie")
    sit_down(charlie)
    sales = make_group("sales", alice)
    vera = wait_in_line(Vera(), sales)
    assert assign_waiting() == 0
    sit_down(alice)
    assign_waiting()
    assert vera.session.agent == alice
    assert Assignment.objects.get(session=vera.session).group_name == "sales"


@pytest.mark.feature("A49")
def test_a_lost_agents_session_waits_at_the_head(settled):
    """A49: with the original waiting time."""
    alice, bob = make_member("alice"), make_member("bob")
    sit_down(alice, limit=1)
    vera = wait_in_line(Vera())
    settled()
    later = wait_in_line(Vera())
    settled()
    go_offline(alice, timezone.now())
    settled()
    assert list(Waiting.objects.values_list("session", flat=True)) == [vera.session.pk, later.session.pk]
    assert Assignment.objects.get(member=alice).outcome == "lost"
    sit_down(bob, limit=1)
    assign_waiting()
    assert (vera.session.agent, later.session.state) == (bob, State.WAITING)


@pytest.mark.feature("A20", "A39")
def test_a_race_of_assigners_never_gives_twice_nor_above_the_limit(settled):
    """60 sessions, 6 agents with limits 1 to 4 who come and go, 6 assigners at once; then every place is used."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    members = [make_member(f"agent{n}") for n in range(6)]
    for member in members:
        sit_down(member, limit=dice.randint(1, 4), status="notReady")
    veras = [wait_in_line(Vera()) for _ in range(60)]
    settled()
    barrier = threading.Barrier(8)

    def work(number):
        try:
            barrier.wait(20)
            for _ in range(6):
                if number < 6:
                    assign_waiting()
                else:
                    set_status(dice.choice(members), dice.choice(["free", "free", "rest"]))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    for member in members:
        set_status(member, "free")
    assign_waiting()
    settled()
    for desk in Desk.objects.all():
        running = Assignment.objects.open().filter(member=desk.member).count()
        assert desk.load == running == desk.limit, f"seed {seed}"
    twice = Assignment.objects.open().values("session").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists(), f"seed {seed}"
    served = [vera for vera in veras if vera.session.state == State.SERVING]
    assert [vera.session.pk for vera in served] == [vera.session.pk for vera in veras[: len(served)]], (
        "first come first served"
    )
    assert Session.objects.filter(state=State.WAITING).count() == Waiting.objects.count() == 60 - len(served)


@pytest.mark.feature("A34")
def test_who_waits_for_a_removed_group_is_served_by_anybody(settled):
    """A34: deleting the group strands nobody."""
    alice, bob = make_member("alice"), make_member("bob")
    sales = make_group("sales", alice)
    sit_down(bob)
    vera = wait_in_line(Vera(), sales)
    settled()
    assert vera.session.state == State.WAITING
    remove_group(sales)
    settled()
    assert vera.session.agent == bob
