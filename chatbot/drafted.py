"""The draft, ready to be asked by the test chat; prepared again when it was changed."""

import threading

from chatbot.knowledge import Knowledge, prepared
from chatbot.snapshots import digest_of, draft_snapshot

_guard = threading.Lock()
_held: tuple[str, Knowledge] | None = None


def draft_knowledge() -> Knowledge:
    """The draft as it is now."""
    global _held
    snapshot = draft_snapshot()
    digest = digest_of(snapshot)
    with _guard:
        if _held is None or _held[0] != digest:
            _held = digest, prepared(0, snapshot)
        return _held[1]
