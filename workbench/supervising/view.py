"""What goes on right now, as one frame, and what of it is new to somebody who has had the one before."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from sessions_flow.models.session import milliseconds
from workbench.supervising.people import agents_now, queues_now
from workbench.supervising.sessions import Wanted, counts_of, page_of
from workbench.supervising.today import today

View = dict[str, Any]


def view_of(wanted: Wanted, now: datetime | None = None) -> View:
    now = now or timezone.now()
    agents = agents_now(now)
    return {
        "counts": counts_of(now),
        "sessions": page_of(wanted, now),
        "agents": agents,
        "queues": queues_now(agents),
        "today": today(now),
    }


def whole(view: View) -> View:
    return {"op": "monitor", "whole": True, "at": milliseconds(timezone.now()), **view}


def changes(before: View, view: View) -> View | None:
    """The frame for who has `before`: only what differs; None when nothing does. Lists of keyed rows become their order
    (where it changed) and the rows that are new or other."""
    frame: View = {name: view[name] for name in ("counts", "queues", "today") if view[name] != before[name]}
    old, new = before["sessions"], view["sessions"]
    if old != new:
        frame["sessions"] = {**_numbers(new), **_difference(old["rows"], new["rows"], "session")}
    if before["agents"] != view["agents"]:
        frame["agents"] = _difference(before["agents"], view["agents"], "id")
    return {"op": "monitor", "at": milliseconds(timezone.now()), **frame} if frame else None


def _numbers(sessions: View) -> View:
    return {name: sessions[name] for name in ("total", "page", "pages")}


def _difference(old: list[View], new: list[View], key: str) -> View:
    had = {row[key]: row for row in old}
    found: View = {"rows": [row for row in new if had.get(row[key]) != row]}
    order = [row[key] for row in new]
    return found if order == [row[key] for row in old] else {**found, "order": order}
