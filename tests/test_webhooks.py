"""Webhooks of a whole installation: Celery delivers what a visitor set off."""

import pytest

from sessions_flow.tests.test_webhooks import Receiver, checked
from tests.house import house_of
from tests.people import VisitorPerson
from tests.waiting import until


@pytest.fixture(params=["full", "small"])
def house(request, tmp_path):
    with house_of(request.param, tmp_path / "houses", "webhooks", OUTGOING_ALLOWED="127.0.0.0/8") as it:
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
    until(lambda: "message.posted" in receiver.types, told=lambda: house.log("worker") or house.log())
    vera.close()
    assert receiver.types[0] == "session.opened"
    assert all(checked(headers, raw, secret) for headers, _body, raw in receiver.got)
    receiver.shutdown()
