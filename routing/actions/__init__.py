"""What can happen to desks, offers and the legs of sessions. Locks: docs/decisions/0002."""

from routing.actions.desks import (
    arrive,
    change_status,
    desk_of,
    go_offline,
    is_displaced,
    lose,
    lower_limit,
    set_status,
    stop_wrapping_up,
    take_seat,
    wake_by_push,
    wrap_up,
)
from routing.actions.legs import complete, end_legs, give_sessions_back, record_failure, record_nobody
from routing.actions.offers import accept, give_up, miss, refuse
from routing.actions.starting import start
from routing.actions.supervising import force_status, requeue
from routing.actions.transfer import assign, claim, end_by_agent, take_over, transfer

__all__ = [
    "accept",
    "arrive",
    "assign",
    "change_status",
    "claim",
    "complete",
    "desk_of",
    "end_by_agent",
    "end_legs",
    "force_status",
    "give_sessions_back",
    "give_up",
    "go_offline",
    "is_displaced",
    "lose",
    "lower_limit",
    "miss",
    "record_failure",
    "record_nobody",
    "refuse",
    "requeue",
    "set_status",
    "start",
    "stop_wrapping_up",
    "take_over",
    "take_seat",
    "transfer",
    "wake_by_push",
    "wrap_up",
]
