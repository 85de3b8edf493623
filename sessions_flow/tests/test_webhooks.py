"""Webhooks out: written with the event, signed, delivered to a real server, tried again, resent by hand."""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from sessions_flow.actions import end_session, locked, rating, streaming
from sessions_flow.actions.post import BOT, Sender
from sessions_flow.models import EndedBy, WebhookDelivery, WebhookEndpoint
from sessions_flow.models.webhook import Event
from sessions_flow.webhooks import delivery
from tests.cast import Vera, make_member, sit_down
from tests.servers import free_port

pytestmark = [pytest.mark.usefixtures("desk", "unhashed_files")]
SHOWN = re.compile(r'id="webhook-secret" type="text" value="(whsec_[^"]+)"')
ENGLISH = {"accept-language": "en"}


class Receiver(ThreadingHTTPServer):
    """A customer's server: keeps what it got, answers `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got, self.status = [], 200
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    @property
    def types(self) -> list[str]:
        return [body["type"] for _headers, body, _raw in self.got]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), json.loads(raw), raw.decode()))
        status = self.server.status(json.loads(raw)) if callable(self.server.status) else self.server.status
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.end_headers()
        self.wfile.write(b"thanks")

    def log_message(self, *_arguments) -> None:
        pass


@pytest.fixture
def receiver(settings):
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8"]
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def endpoint(receiver) -> WebhookEndpoint:
    return listen(receiver.url)


def listen(url: str, *events: str) -> WebhookEndpoint:
    row = WebhookEndpoint(name="CRM", url=url, events=list(events or Event.values))
    row.secret = row.renew(timezone.now())
    row.save()
    return row


def deliver(later: float = 0) -> None:
    """A tick of the sweep, and whatever it set off."""
    for row in WebhookDelivery.objects.filter(due_at__isnull=False):
        WebhookDelivery.objects.filter(pk=row.pk).update(due_at=row.due_at - timedelta(seconds=later))
    WebhookEndpoint.objects.update(rests_until=None)
    delivery.deliver(timezone.now())
    barrier = threading.Barrier(delivery.THREADS + 1)
    for _ in range(delivery.THREADS):
        delivery.pool.submit(barrier.wait, 60)
    barrier.wait(60)


def checked(headers: dict, raw: str, secret: str) -> bool:
    """As a customer would check it (docs/webhooks.md)."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{raw}".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(each, f"v1,{wanted}") for each in headers["webhook-signature"].split())


def test_it_works(endpoint, receiver, settled):
    alice = make_member("alice")
    sit_down(alice)
    vera = Vera()
    session = vera.serve(alice)
    settled()
    with locked(vera.conversation.pk) as held:
        end_session(held, held.session, EndedBy.SEAT)
    card = session.rating
    rating.rate(vera.conversation.pk, {"sessionId": str(card.public_id), "id": "105"})
    deliver()
    told = [kind for kind in receiver.types if kind != "message.posted"]
    assert told == ["session.opened", "session.assigned", "session.ended", "session.rated"]
    headers, _body, raw = receiver.got[0]
    assert checked(headers, raw, endpoint.secret)
    assert not checked(headers, raw.replace("session", "Session"), endpoint.secret)
    by_type = {body["type"]: body["data"] for _headers, body, _raw in receiver.got}
    assert by_type["session.assigned"]["session"]["agent"]["account"] == alice.account
    assert by_type["session.ended"]["session"]["ended_by"] == "seat"
    assert by_type["session.rated"]["rating"]["level"] == 5
    said = [body["data"]["message"] for _h, body, _r in receiver.got if body["type"] == "message.posted"]
    assert said[0]["from"]["kind"] == "visitor" and said[0]["text"] == "hello"
    assert [each["seq"] for each in said] == sorted(each["seq"] for each in said)
    assert not WebhookDelivery.objects.filter(delivered_at=None).exists()


def test_nothing_is_done_while_nobody_listens():
    vera = Vera()
    vera.post("one")
    began = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        for _ in range(20):
            vera.post("two")
    asked = [query for query in queries if "webhook" in query["sql"].lower()]
    assert len(asked) <= 2 + time.monotonic() - began, "who listens is asked once a second"
    assert not WebhookDelivery.objects.exists()


def test_only_what_was_chosen(receiver):
    listen(receiver.url, Event.ENDED)
    vera = Vera()
    vera.post("hello")
    assert not WebhookDelivery.objects.exists()


def test_what_is_rolled_back_is_never_told(endpoint):
    vera = Vera()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        vera.post("hello")
        assert WebhookDelivery.objects.exists()
        raise ZeroDivisionError
    assert not WebhookDelivery.objects.exists()


def test_a_growing_answer_is_told_when_it_is_whole(receiver, settled):
    vera = Vera()
    vera.post("hello")
    settled()
    listen(receiver.url, Event.MESSAGE)
    with locked(vera.conversation.pk) as held:
        stream = streaming.begin_stream(held, Sender(BOT))
    assert not WebhookDelivery.objects.exists()
    streaming.write_stream(stream, ["We are ", "open."])
    told = json.loads(WebhookDelivery.objects.get().body)["data"]["message"]
    chunks = json.loads(told["elem"]["MsgContent"]["Data"])["chunks"]
    assert (told["seq"], "".join(chunks)) == (stream.seq, "We are open.")


def test_a_failure_is_tried_again_later_and_later(endpoint, receiver, settled):
    receiver.status = 500
    Vera().post("hello")
    settled()
    count = WebhookDelivery.objects.count()
    deliver()
    first = WebhookDelivery.objects.order_by("pk").first()
    assert (len(receiver.got), first.attempts, first.status) == (1, 1, 500), "one in trouble is not asked for the rest"
    assert timedelta(seconds=8) < first.due_at - first.tried_at < timedelta(seconds=12)
    deliver(later=20)
    first.refresh_from_db()
    assert timedelta(seconds=28) < first.due_at - first.tried_at < timedelta(seconds=32)
    receiver.status = 204
    deliver(later=60)
    assert WebhookDelivery.objects.filter(delivered_at__isnull=False).count() == count
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.failures) == (None, 0)
    ids = [headers["webhook-id"] for headers, _body, _raw in receiver.got]
    assert ids[0] == ids[1] == ids[2], "the id stays, so that the receiver can tell a repetition"


def test_one_event_that_is_refused_does_not_hold_up_the_others(endpoint, receiver, settled):
    receiver.status = lambda body: 400 if body["type"] == "session.opened" else 200
    Vera().post("hello")
    settled()
    deliver()
    assert WebhookDelivery.objects.filter(delivered_at=None).get().event == "session.opened"


def test_after_the_last_attempt_it_is_given_up(endpoint, receiver, settled):
    receiver.status = 400
    Vera().post("hello")
    settled()
    WebhookDelivery.objects.update(attempts=len(delivery.RETRIES))
    deliver()
    assert not WebhookDelivery.objects.filter(due_at__isnull=False).exists()
    assert not WebhookDelivery.objects.filter(delivered_at__isnull=False).exists()


def test_after_a_day_of_failure_it_is_disabled_and_told(endpoint, receiver, settings, client, settled):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sofia = make_member("sofia", Role.ADMIN)
    receiver.status = 503
    Vera().post("hello")
    settled()
    deliver()
    endpoint.refresh_from_db()
    assert endpoint.is_enabled
    WebhookEndpoint.objects.update(failing_since=timezone.now() - delivery.GIVE_UP - timedelta(minutes=1))
    deliver(later=20)
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled
    assert LogEntry.objects.filter(additional_data__event="webhook_disabled").exists()
    assert mail.outbox[0].to == [sofia.email] and endpoint.url in mail.outbox[0].body
    client.force_login(sofia)
    assert "Disabled after long failure" in client.get(url("endpoint_changelist"), headers=ENGLISH).content.decode()
    seen = len(receiver.got)
    deliver(later=3600)
    assert len(receiver.got) == seen
    data = {"name": "CRM", "url": endpoint.url, "events": list(Event.values), "is_enabled": "on"}
    assert client.post(url("endpoint_change", endpoint.pk), data).status_code == 302
    receiver.status = 200
    deliver(later=3600)
    assert not WebhookDelivery.objects.filter(delivered_at=None).exists(), "what waited is delivered after all"


def test_an_endpoint_that_says_gone_is_disabled_at_once(endpoint, receiver):
    receiver.status = 410
    Vera().post("hello")
    deliver()
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled


def test_private_addresses_and_redirects_are_not_followed(receiver, settings, settled):
    listen(receiver.url)
    receiver.status = 302
    Vera().post("hello")
    settled()
    deliver()
    assert len(receiver.got) == WebhookDelivery.objects.filter(status=302).count()
    settings.OUTGOING_ALLOWED = []
    seen = len(receiver.got)
    deliver(later=60)
    assert len(receiver.got) == seen
    assert "OUTGOING_ALLOWED" in WebhookDelivery.objects.order_by("pk").first().error


def test_a_server_that_is_not_there(settings):
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8"]
    listen(f"http://127.0.0.1:{free_port()}/")
    Vera().post("hello")
    deliver()
    row = WebhookDelivery.objects.order_by("pk").first()
    assert row.status is None and row.error and row.due_at


def test_a_worker_that_died_holds_an_endpoint_for_a_minute_only(endpoint, receiver):
    Vera().post("hello")
    WebhookEndpoint.objects.update(busy_until=timezone.now() + timedelta(seconds=30))
    deliver()
    assert not receiver.got
    WebhookEndpoint.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    deliver()
    assert receiver.got


# --- the console


def url(page: str, *args: object) -> str:
    return reverse(f"admin:sessions_flow_webhook{page}", args=args)


@pytest.fixture
def console(client):
    client.force_login(make_member("sofia", Role.ADMIN))
    return client


def test_the_secret_is_shown_once_and_changed(console, receiver):
    data = {"name": "CRM", "url": receiver.url, "events": [Event.OPENED], "is_enabled": "on"}
    made = console.post(url("endpoint_add"), data)
    old = SHOWN.search(made.content.decode())[1]
    assert "no-store" in made["Cache-Control"]
    row = WebhookEndpoint.objects.get()
    assert old not in row.sealed_secret
    assert old not in console.get(url("endpoint_change", row.pk)).content.decode()
    new = SHOWN.search(console.post(url("endpoint_rotate", row.pk)).content.decode())[1]
    Vera().post("hello")
    deliver()
    headers, _body, raw = receiver.got[0]
    assert checked(headers, raw, new) and checked(headers, raw, old), "for a day both are valid"
    WebhookEndpoint.objects.update(previous_until=timezone.now())
    console.post(url("delivery_resend", WebhookDelivery.objects.get().pk))
    headers, _body, raw = receiver.got[-1]
    assert checked(headers, raw, new) and not checked(headers, raw, old)
    for entry in LogEntry.objects.all():
        assert old not in str(entry.changes) and new not in str(entry.changes)


def test_a_test_is_sent_and_its_answer_shown(console, endpoint, receiver):
    page = console.post(url("endpoint_test", endpoint.pk), follow=True, headers=ENGLISH).content.decode()
    assert receiver.types == ["ping"]
    assert "thanks" in page and "200" in page
    receiver.status = 500
    page = console.post(url("endpoint_test", endpoint.pk), follow=True, headers=ENGLISH).content.decode()
    assert "Not delivered: HTTP status 500" in page


def test_the_log_is_filtered_and_an_event_sent_again(console, endpoint, receiver, settled):
    Vera().post("hello")
    settled()
    deliver()
    count = WebhookDelivery.objects.count()
    listed = console.get(url("delivery_changelist"), {"outcome": "delivered", "endpoint__id__exact": endpoint.pk})
    assert listed.context["cl"].result_count == count
    assert console.get(url("delivery_changelist"), {"outcome": "failed"}).context["cl"].result_count == 0
    row = WebhookDelivery.objects.order_by("pk").first()
    console.post(url("delivery_resend", row.pk))
    assert receiver.got[-1][1] == receiver.got[0][1]


@pytest.mark.parametrize(
    ("field", "value"),
    [("url", "ftp://example.com/"), ("url", "javascript:alert(1)"), ("url", ""), ("events", []), ("events", ["x"]),
     ("name", "")],
)  # fmt: skip
def test_bad_input_is_named_and_changes_nothing(console, field, value):
    data = {"name": "CRM", "url": "https://crm.example.com/", "events": [Event.OPENED], field: value}
    page = console.post(url("endpoint_add"), data)
    assert field in page.context["adminform"].form.errors
    assert not WebhookEndpoint.objects.exists()


def test_agents_stay_outside(client, endpoint):
    client.force_login(make_member("alice"))
    for page in ("endpoint_changelist", "endpoint_add", "delivery_changelist"):
        assert client.get(url(page)).status_code in (302, 403), page
    for page in ("endpoint_rotate", "endpoint_test"):
        assert client.post(url(page, endpoint.pk)).status_code in (302, 403), page
