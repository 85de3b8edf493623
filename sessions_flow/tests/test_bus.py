"""What processes tell each other: the bell of a command that ends at once is heard too."""

import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest
import redis
from django.conf import settings

from sessions_flow.live.bus import channel

ROOT = Path(__file__).parents[2]
RING = """
import django
django.setup()
from sessions_flow.live.publish import publish
publish([["ring", [{number}]]])
"""


def rung(pubsub: redis.client.PubSub, seconds: float) -> set[int]:
    heard, end = set(), time.monotonic() + seconds
    while len(heard) < 3 and time.monotonic() < end:
        message = pubsub.get_message(timeout=0.2)
        for frame in orjson.loads(message["data"])[1] if message else []:
            if frame[0] == "ring" and frame[1]:
                heard |= {-number for number in frame[1] if number < 0}
    return heard


@pytest.mark.skipif(not settings.REDIS_URL, reason="one process, no bus")
@pytest.mark.feature("A87")
def test_a_command_that_ends_at_once_is_heard():
    """Without the wait at its end about every one of them was lost."""
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub(ignore_subscribe_messages=True) as pubsub:
        pubsub.subscribe(channel())
        for number in range(1, 4):
            code = RING.format(number=-number)
            subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
        assert rung(pubsub, 5) == {1, 2, 3}
