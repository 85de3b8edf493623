"""Keeping the search index up to date, behind the posts: W48, A99."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from sessions_flow.models import Message, SearchCursor, SearchText
from sessions_flow.models.search import not_indexed

BATCH = 500
SETTLED = timedelta(seconds=15)  # longer than a post's transaction: what has a smaller number may be committed later


def index_messages(now: datetime) -> int:
    """Indexes the next batch. Returns how many messages; 0 also while somebody else is at it."""
    SearchCursor.get_solo()
    with transaction.atomic():
        cursor = SearchCursor.objects.select_for_update(skip_locked=True).first()
        if cursor is None:
            return 0
        rows = list(not_indexed(cursor.message_pk).values_list("pk", "session_id", "text", "created_at")[:BATCH])
        SearchText.objects.index((pk, session, text) for pk, session, text, _at in rows)
        settled = _settled(cursor.message_pk, [(pk, at) for pk, _session, _text, at in rows], now - SETTLED)
        if settled > cursor.message_pk:
            SearchCursor.objects.filter(pk=cursor.pk).update(message_pk=settled)
    return len(rows)


def rebuild_index() -> None:
    """Empties it; `index_messages` fills it again."""
    with transaction.atomic():
        SearchText.objects.all()._raw_delete(SearchText.objects.db)
        SearchCursor.objects.update(message_pk=0)


def _settled(reached: int, rows: list[tuple[int, datetime]], before: datetime) -> int:
    """Up to where nothing can be committed any more and all is indexed."""
    if len(rows) == BATCH:
        return max((pk for pk, at in rows if at < before), default=reached)
    old = Message.objects.filter(pk__gt=reached, created_at__lt=before).aggregate(last=Max("pk"))["last"]
    return old or reached
