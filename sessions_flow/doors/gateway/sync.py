"""Where a client stands. The cookie of `getmsg` says how far it was told of each conversation, so that after a
reconnect exactly the rest is pushed, over the same way as what is new (promise 4)."""

import json
from typing import Any

import orjson

from sessions_flow import hooks
from sessions_flow.doors.gateway.people import Person, know, threads_of
from sessions_flow.live.publish import after_commit
from sessions_flow.models import Conversation, Session

LONGEST_COOKIE = 16_000
DEVICES = "devices"  # to whom frames go that only this door's connections understand
Places = dict[int, int]  # conversation id: seq of the last entry told


def cookie_of(person: Person, told: Places) -> str:
    seqs = {thread.public_id: told[thread.pk] for thread in person.threads.values() if thread.pk in told}
    names = {thread.public_id: person.names[pk] for pk, thread in person.threads.items() if pk in person.names}
    return json.dumps({"seqs": seqs, "names": names}, separators=(",", ":"))


def start_places(person: Person, cookie: object) -> Places:
    """After which entry each conversation goes on: where the cookie says, from the beginning for one that was opened
    after it, and for a client without a cookie from now on (it fetches history itself)."""
    newest = dict(Conversation.objects.filter(visitor=person.visitor).values_list("pk", "seq"))
    seqs, names = _read(cookie)
    places: Places = {}
    for pk, thread in person.threads.items():
        now = newest.get(thread.pk, 0)
        places[thread.pk] = min(seqs.get(thread.public_id, 0), now) if seqs is not None else now
        if thread.public_id in names:
            person.names[pk] = names[thread.public_id]
    return places


def _read(cookie: object) -> tuple[dict[str, int] | None, dict[str, str]]:
    """Ours come back as they went; whatever else arrives counts as none."""
    try:
        said: Any = json.loads(cookie) if isinstance(cookie, str) and len(cookie) <= LONGEST_COOKIE else None
        seqs, names = said["seqs"], said["names"]
        whole = {str(key): int(seq) for key, seq in seqs.items() if 0 <= int(seq) < 2**62}
        return whole, {str(key): str(name)[:64] for key, name in names.items()}
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError, OverflowError):
        return None, {}


@hooks.session_opened.register
def tell_other_devices(session: Session) -> None:
    """A conversation may have begun after a device logged in, on another one or in the web chat: it is told over the
    conversations that it follows already."""
    opened = Conversation.objects.filter(pk=session.conversation_id, visitor__user_id__isnull=False)
    others = Conversation.objects.filter(visitor__in=opened.values("visitor")).exclude(pk=session.conversation_id)
    frame = orjson.dumps({"op": "opened", "id": session.conversation_id, "seq": session.flow_seq}).decode()
    after_commit([["online", pk, DEVICES, frame] for pk in others.values_list("pk", flat=True)[:100]])


def add_thread(person: Person, conversation_id: int) -> bool:
    """False for one that is known, or not his."""
    if any(thread.pk == conversation_id for thread in person.threads.values()):
        return False
    found = threads_of(person.visitor).filter(pk=conversation_id).first()
    if found:
        know(person, found)
    return found is not None
