"""Webhooks of a whole installation: Celery delivers what a visitor set off."""

import time

import pytest

from sessions_flow.tests.test_webhooks import Receiver, checked
from tests.house import full_house, small_house
from tests.people import VisitorPerson

PATIENCE = 30


@pytest.fixture(params=["full", "small"])
def house(request, tmp_path):
    allowed = {"OUTGOING_ALLOWED": "127.0.0.0/8"}
    folder = tmp_path / "houses" / request.param
    with full_house(folder, "webhooks", **allowed) if request.param == "full" else small_house(folder, **allowed) as it:
        yield it


def test_it_works(house):
    receiver = Receiver()
    secret = house.python(
        "from sessions_flow.models import WebhookEndpoint as E; from django.utils import timezone\n"
        f"row = E(name='CRM', url={receiver.url!r}, events=['session.opened', 'message.posted'])\n"
        "print(row.renew(timezone.now())); row.save()"
    )
    house.settle_settings()
    vera = VisitorPerson(house)
    vera.say("hello")
    end = time.monotonic() + PATIENCE
    while not any(body["type"] == "message.posted" for _headers, body, _raw in receiver.got):
        assert time.monotonic() < end, house.log("worker") or house.log()
        time.sleep(0.1)
    vera.close()
    assert receiver.types[0] == "session.opened"
    assert all(checked(headers, raw, secret) for headers, _body, raw in receiver.got)
    receiver.shutdown()
