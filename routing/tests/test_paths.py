"""The sequence of prompts and events of every path, as one table."""

import pytest
from django.utils import timezone

from routing.actions import accept, end_by_agent, refuse, set_status, transfer
from routing.deadlines import pass_on_missed_offers
from routing.models import Assignment, Reception, WorkHours
from routing.tests.ears import ears
from sessions_flow.models import Message
from tests.cast import Vera, sit_down

pytestmark = pytest.mark.usefixtures("desk")
SHORT = {
    "One moment please": "connecting",
    "All agents are busy": "queueing",
    "You are now talking to": "connected",
    "No agent is available": "failed",
    "Our agents are not at work": "off hours",
    "The conversation has ended": "closed",
}


def course(vera):
    """What the visitor's stream said since 转人工: prompts by name, states in brackets, src 26 as seat+ and seat-."""
    words = []
    asked = vera.conversation.messages.filter(text="human").earliest("seq").seq
    for row in vera.conversation.messages.filter(seq__gt=asked, kind=Message.Kind.SYSTEM).order_by("seq"):
        event = row.event or {}
        if event.get("type") == "session.changed":
            words.append(f"[{event['session']['state']}]")
            if row.src == "26":
                words.append("seat+" if "inSeat" in str(row.elem) else "seat-")
        else:
            words.append(next((name for start, name in SHORT.items() if row.text.startswith(start)), f"src {row.src}"))
    return " ".join(words)


class Desk:
    """What happens at the desk in the rows of the table, one word each."""

    def __init__(self, team, settled, settings_of):
        self.team, self.settled, self.settings_of, self.vera = team, settled, settings_of, Vera()

    def ask(self):
        self.vera.post("hello")
        self.settled()
        self.vera.post("human")
        self.settled()

    def act(self, word):
        alice, bob, session = self.team.alice, self.team.bob, self.vera.session
        {
            "accept": lambda: accept(session, self.asked()),
            "refuse": lambda: refuse(session, self.asked()),
            "miss": lambda: pass_on_missed_offers(Assignment.objects.offered().get().due_at),
            "transfer": lambda: transfer(session, alice, to=bob),
            "free": lambda: set_status(alice, "free"),
            "end": lambda: end_by_agent(session, session.agent),
        }[word]()
        self.settled()

    def asked(self):
        return Assignment.objects.offered().get().member


PATHS = {
    # path: (mode, statuses of alice and bob, acts, visitor, alice, bob, records)
    "automatic": ("automatic", "free -", "end",
        "connecting [waiting] connected [serving] seat+ closed src 19 src 9 [ended] seat-",
        "callIn userAccessed sessionEnded", "", "served"),
    "accept": ("manual", "free -", "accept end",
        "connecting [waiting] connected [serving] seat+ closed src 19 src 9 [ended] seat-",
        "callIn userAccessed sessionEnded", "", "served"),
    "miss": ("manual", "free free", "miss accept",
        "connecting [waiting] connected [serving] seat+",
        "callIn autoTransfer", "callIn userAccessed", "missed running"),
    "refuse": ("manual", "free free", "refuse accept",
        "connecting [waiting] connected [serving] seat+",
        "callIn", "callIn userAccessed", "refused running"),
    "miss by all": ("manual", "free -", "miss",
        "connecting [waiting] failed [flow] seat-",
        "callIn autoTransfer", "", "missed failed"),
    "transfer": ("automatic", "free free", "transfer end",
        "connecting [waiting] connected [serving] seat+ connected [serving] seat+ closed src 19 src 9 [ended] seat-",
        "callIn userAccessed transfer", "callIn userAccessed sessionEnded", "transferred served"),
    "queue": ("automatic", "rest -", "free",
        "connecting [waiting] queueing connected [serving] seat+",
        "callIn userAccessed", "", "running"),
    "nobody online": ("automatic", "- -", "", "failed", "", "", "failed"),
    "off hours": ("closed", "free free", "", "off hours", "", "", "failed"),
}  # fmt: skip


@pytest.mark.feature("A4", "A29", "A40", "A42", "A52", "A100", "A106", "M29", "M30", "M31", "M44", "M51")
@pytest.mark.parametrize("path", PATHS)
def test_the_sequence_of(path, team, settled, settings_of):
    mode, statuses, acts, visitor, alice, bob, records = PATHS[path]
    settings_of(Reception, mode="manual" if mode == "manual" else "automatic", offer_rounds=1)
    if mode == "closed":
        settings_of(WorkHours, is_on=True, week=[[] for _ in range(7)])
    for member, status in zip((team.alice, team.bob), statuses.split(), strict=True):
        if status != "-":
            sit_down(member, status=status)
    if path == "transfer":
        type(team.bob.desk).objects.filter(member=team.bob).update(assigned_at=timezone.now())
    desk = Desk(team, settled, settings_of)
    with ears(team.alice, team.bob) as (alice_hears, bob_hears):
        desk.ask()
        for act in acts.split():
            desk.act(act)
    assert course(desk.vera) == visitor
    assert " ".join(alice_hears.events()) == alice
    assert " ".join(bob_hears.events()) == bob
    legs = Assignment.objects.order_by("pk")
    assert " ".join(leg.outcome or "running" for leg in legs) == records
