"""Delivery of what was committed: registry of connections, bus between processes, resume by seq.

The database is the truth; everything here may drop anything and be healed from it (trust.md, promise 4).
"""

from sessions_flow.live.publish import publish_after_commit, ring_after_commit, say_online

__all__ = ["publish_after_commit", "ring_after_commit", "say_online"]
