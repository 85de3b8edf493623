"""The draft, ready to be asked by the test chat. An edit costs as much as the edit: what changed since the index was
built is held beside it (Matcher.changed), until there is so much of it that a new index is built."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from chatbot import background
from chatbot.embeddings import embedder
from chatbot.knowledge import Knowledge, entry_of, is_chitchat, prepared
from chatbot.matching import Matcher
from chatbot.models import Category, Entry
from chatbot.snapshots import Row, draft_settings, draft_snapshot, draft_welcome_rows

OVERLAP = timedelta(seconds=10)  # changes are committed later than they were made
MOST_CHANGES = 200


@dataclass(frozen=True)
class Draft:
    """`base` was indexed; `known` is the draft as it was at `seen_at`, with `changed` ids that differ from the base."""

    base: Knowledge
    known: Knowledge
    changed: frozenset[str]
    seen_at: datetime


_guard = threading.Lock()
_held: Draft | None = None
_rebuilding_until = 0.0


def draft_knowledge() -> Knowledge:
    """The draft as it is now."""
    global _held
    with _guard:
        draft = _held = (_held and _updated(_held, timezone.now())) or _indexed(timezone.now())
    if len(draft.changed) > MOST_CHANGES or _lacks_meaning(draft.known):
        _rebuild_in_background()
    return draft.known


def forget() -> None:
    """The next call reads everything (tests empty the database)."""
    global _held, _rebuilding_until
    with _guard:
        _held, _rebuilding_until = None, 0.0


def _lacks_meaning(known: Knowledge) -> bool:
    return known.settings["embeds"] and known.answers.meaning is None and embedder() is not None


def _indexed(now: datetime, *, fetch: bool = False) -> Draft:
    known = prepared(0, draft_snapshot(), fetch=fetch)
    return Draft(known, known, frozenset(), now)


def _updated(held: Draft, now: datetime) -> Draft | None:
    """With what changed since read anew; None when that does not explain how many entries there are."""
    touched = _touched(held.seen_at - OVERLAP)
    rows = {key: row for key, row in held.known.entries.items() if key not in touched}
    enabled = Entry.objects.enabled()
    rows |= {str(entry.pk): entry.as_snapshot() for entry in enabled.filter(pk__in=touched)}
    if len(rows) != enabled.count():
        return None
    known, changed = held.known, held.changed
    if any(rows.get(key) != known.entries.get(key) for key in touched):
        differ = {key for key in touched if _asked(held.base.entries.get(key)) != _asked(rows.get(key))}
        changed = frozenset(changed - touched | differ)
        answers, chitchat = (_changed(held.base, rows, changed, library) for library in (False, True))
        known = replace(known, entries=rows, answers=answers, chitchat=chitchat)
    known = replace(known, settings=draft_settings(), welcome=draft_welcome_rows())
    return Draft(held.base, known, changed, now)


def _touched(since: datetime) -> set[str]:
    """Ids of the entries that may have changed, deleted ones too."""
    categories = Category.objects.filter(changed_at__gte=since).values("pk")
    touched = Entry.with_deleted.filter(Q(changed_at__gte=since) | Q(category__in=categories))
    return {str(pk) for pk in touched.values_list("pk", flat=True)}


def _asked(row: Row | None) -> object:
    return row and (row["question"], row["similar"], is_chitchat(row))


def _changed(base: Knowledge, rows: dict[str, Row], ids: Iterable[str], of_chitchat: bool) -> Matcher:
    """The base's matcher of a library, with the changed rows put in."""
    matcher = base.chitchat if of_chitchat else base.answers
    here = [rows[key] for key in sorted(ids) if key in rows and is_chitchat(rows[key]) == of_chitchat]
    return matcher.changed(list(ids), [entry_of(row) for row in here])


def _rebuild_in_background() -> None:
    global _rebuilding_until
    with _guard:
        if time.monotonic() < _rebuilding_until:
            return
        _rebuilding_until = time.monotonic() + 60
    background.submit(_rebuild)


def _rebuild() -> None:
    global _held, _rebuilding_until
    draft = _indexed(timezone.now(), fetch=True)
    with _guard:
        _held = draft
        if not _lacks_meaning(draft.known):
            _rebuilding_until = 0.0
