"""The one assignment lock (docs/decisions/0002)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from sessions_flow.models.stream import lock

ASSIGNMENT_LOCK = 0x0DE5C  # any constant: the key of PostgreSQL's advisory lock


@contextmanager
def assignment_lock(conversation_ids: Iterable[int] = ()) -> Iterator[None]:
    """A transaction that alone may place sessions, and holds these conversations, by ascending id.

    SQLite's write lock is the assignment lock already.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ASSIGNMENT_LOCK])
        ids = list(conversation_ids)
        if ids:
            lock(ids)
        yield
