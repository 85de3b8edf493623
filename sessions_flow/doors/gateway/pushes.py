"""Entries of the stream as events of a push, in their order."""

import time
from collections.abc import Iterable
from itertools import count
from secrets import randbits
from typing import Any

from sessions_flow.doors.gateway.frames import Body
from sessions_flow.doors.gateway.messages import Desk, change_event, is_said, messages_event, recall_event
from sessions_flow.doors.gateway.numbers import client_id_of
from sessions_flow.models import Message

Entry = dict[str, Any]
_numbers = count(1)


def targets_of(entries: Iterable[Entry]) -> set[int]:
    """The entries that these ones change."""
    return {entry["event"]["target"] for entry in entries if "target" in entry.get("event", {})}


def entries_at(conversation_id: int, seqs: set[int]) -> dict[int, Entry]:
    rows = Message.objects.filter(conversation_id=conversation_id, seq__in=seqs).select_related("session")
    return {row.seq: row.as_wire() for row in rows}


def events_of(desk: Desk, entries: list[Entry], targets: dict[int, Entry]) -> list[Body]:
    """Messages that follow one another share an event. Of several flags, such as src 26, the last one is the state."""
    flags = [entry["seq"] for entry in entries if "event" in entry and entry["elem"] is not None]
    events: list[Body] = []
    gathered: list[Body] = []
    for entry in entries:
        message = None if entry["seq"] in flags[:-1] else _message(desk, entry)
        if message:
            gathered.append(message)
            continue
        if gathered:
            events.append(messages_event(gathered))
            gathered = []
        events += _change(desk, entry, targets)
    return [*events, messages_event(gathered)] if gathered else events


def _message(desk: Desk, entry: Entry) -> Body | None:
    if is_said(entry):
        return desk.message(entry)
    if entry["elem"] is not None:  # an event's own element is a flag such as src 26: for who is here now
        return desk.online_only(entry)
    return None


def _change(desk: Desk, entry: Entry, targets: dict[int, Entry]) -> list[Body]:
    event = entry.get("event") or {}
    target = targets.get(event.get("target", 0))
    if target is None:
        return []
    if event["type"] == "message.modified":
        return [change_event(desk.changed(target, event["elem"], entry["seq"]))]
    if event["type"] == "message.recalled":
        return [recall_event(desk.recalled(target))]
    return []


def passing(elem: Body) -> Entry:
    """An entry that was never stored, from the desk: numbers of its own, known to nobody else."""
    now = time.time()
    number = next(_numbers) % 2**31
    return {
        "seq": number,
        "at": int(now * 1000),
        "from": {"kind": "system", "id": "", "name": ""},
        "client_id": client_id_of(number, randbits(31), int(now)),
        "elem": elem,
    }
