"""The flow that runs with no configuration: welcome, bot with its card, hand-over (the document's behaviour)."""

from functools import lru_cache
from typing import Any

from sessions_flow.flow.graph import Graph
from sessions_flow.models import FlowVersion

START = "start"  # `Session.node` before the first step
DEFAULT: dict[str, Any] = {
    "format": 1,
    "start": "welcome",
    "nodes": [
        {"id": "welcome", "step": "welcome", "x": 80, "y": 80, "settings": {"next": "bot"}},
        {"id": "bot", "step": "bot.answer", "x": 380, "y": 80, "settings": {}},
    ],
}


@lru_cache(maxsize=128)
def graph_of(version_pk: int | None) -> Graph:
    """Versions never change, so that they are read once a process."""
    version = FlowVersion.objects.filter(pk=version_pk).first() if version_pk else None
    return Graph.of(version.graph if version else DEFAULT)
