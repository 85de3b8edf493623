"""Hears what a member's connections are told, by standing in the registry as one of them."""

from contextlib import contextmanager

import orjson

from accounts.models import Member
from sessions_flow.live.registry import registry


class SameThread:
    """An event loop that does at once what it is asked to do soon."""

    def call_soon_threadsafe(self, function, *args):
        function(*args)


class Ear:
    def __init__(self):
        self.heard: list[dict] = []

    def on_tell(self, json):
        self.heard.append(orjson.loads(json))

    def on_ring(self):
        pass

    on_drop = on_ring

    def events(self) -> list[str]:
        """Names of the session events, without the statuses."""
        return [frame["event"] for frame in self.heard if frame["event"] != "statusChanged"]


@contextmanager
def ears(*members: Member):
    """One ear per member."""
    before, registry.loop = registry.loop, SameThread()
    made = [Ear() for _ in members]
    for member, ear in zip(members, made, strict=True):
        registry.enter(member.pk, ear)
    try:
        yield made if len(made) > 1 else made[0]
    finally:
        for member, ear in zip(members, made, strict=True):
            registry.leave(member.pk, ear)
        registry.loop = before
