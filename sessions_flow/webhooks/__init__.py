"""Webhooks out (docs/webhooks.md): events go to an outbox in their own transaction and are delivered by the sweep."""

from sessions_flow.webhooks import delivery, outbox  # noqa: F401 (register their hooks and deadlines)
