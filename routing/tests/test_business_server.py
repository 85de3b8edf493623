"""业务服务器分配, domain C: a real server process answers, and misbehaves. C1 to C22, A8, A9, A29 to A32."""

import hashlib
import hmac
import json
import socket
import subprocess
import sys
import time
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as conf
from django.utils import timezone

from accounts import outgoing
from routing.actions import set_status
from routing.deadlines import decide_without_the_server
from routing.models import Assignment, CallbackCall, Distribution, Waiting
from sessions_flow.models import Message, State
from tests.cast import Vera, sit_down
from tests.servers import free_port

pytestmark = pytest.mark.usefixtures("desk")
SCRIPT = Path(__file__).parent / "business_server.py"
OK = {"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""}
LATEST = 4.0  # seconds until the visitor was told


class Server:
    def __init__(self, folder, *certificate):
        self.port, self.log = free_port(), folder / f"business-{time.monotonic_ns()}.log"
        self.log.touch()
        self.scheme = "https" if certificate else "http"
        command = [sys.executable, str(SCRIPT), str(self.port), str(self.log), *map(str, certificate)]
        self.process = subprocess.Popen(command)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("the business server did not start")

    def url(self, path, answer=None):
        query = f"?answer={quote(json.dumps(answer))}" if answer is not None else ""
        return f"{self.scheme}://127.0.0.1:{self.port}/{path}{query}"

    def requests(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(tmp_path):
    running = Server(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def ask(server, settings, settings_of, settled):
    """Sets the server up to answer so, and lets vera ask for a human. Returns her when it is decided."""
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8"]

    def run(path, answer=None, **rules):
        settings_of(Distribution, strategy="server", callback_url=server.url(path, answer), **rules)
        vera = Vera()
        vera.post("hello")
        settled()
        vera.post("human")
        end = time.monotonic() + 15
        while Waiting.objects.filter(session=vera.session, asking_until__isnull=False).exists() or (
            vera.session.waiting_since is None and not refused(vera)
        ):
            assert time.monotonic() < end, "not decided"
            time.sleep(0.05)
        settled()
        return vera

    return run


def refused(vera):
    return vera.conversation.messages.filter(text__startswith="No agent is available").exists()


def told_after(vera):
    """Seconds from asking to the last system line, by stored timestamps."""
    last = Message.objects.filter(conversation=vera.conversation, kind="system").latest("seq").created_at
    return (last - vera.session.waiting_since).total_seconds()


@pytest.mark.feature(
    "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12", "C13", "C14", "C20", "A9"
)
@pytest.mark.feature("M36", "C18", "C22")
def test_it_works(team, ask, server):
    """The request is the document's to the letter; the answer's group serves."""
    team.sit_down()
    vera = ask("say", {**OK, "AgentGroupId": team.support.pk})
    assert (vera.session.agent, vera.session.group) == (team.charlie, team.support)
    (request,) = server.requests()
    assert request["method"] == "POST"
    assert request["raw_query"].endswith(
        f"&SdkAppid={conf.IM_SDK_APP_ID}&CallbackCommand=ChatBot.OnAssignAgent&contenttype=json"
        "&ClientIP=127.0.0.1&OptPlatform=Web"
    )
    body = json.loads(request["body"])
    since = vera.session.waiting_since
    assert body == {
        "CallbackCommand": "ChatBot.OnAssignAgent",
        "SessionId": str(vera.session.session_id),
        "ClientUserId": vera.visitor.openid,
        "EventTime": round(since.timestamp() * 1000),
    }
    assert "x-desk-signature" not in request["headers"]
    call = CallbackCall.objects.get()
    assert (call.status, call.error, call.decision) == (200, "", "group: support")
    assert json.loads(call.answer)["AgentGroupId"] == team.support.pk


@pytest.mark.feature("C19", "A31", "C22")
def test_one_of_the_list_serves_by_the_idle_rule_and_the_list_wins(team, ask):
    team.sit_down()
    served = []
    for _ in range(3):
        answer = {**OK, "AgentIdList": ["bob@example.com", "alice@example.com"], "AgentGroupId": team.support.pk}
        served.append(ask("say", answer).session.agent)
    assert served == [team.alice, team.bob, team.alice]


@pytest.mark.feature("A30")
def test_a_busy_list_queues_for_these_agents_only(team, ask, settled):
    sit_down(team.alice, status="notReady")
    sit_down(team.bob)
    vera = ask("say", {**OK, "AgentIdList": ["alice@example.com"]})
    assert vera.session.state == State.WAITING
    assert any("number 1" in line for line in vera.lines())
    set_status(team.alice, "free")
    settled()
    assert vera.session.agent == team.alice


@pytest.mark.feature("A30")
@pytest.mark.parametrize(
    ("answer", "served", "decision"),
    [
        (OK, True, "automatic distribution"),
        ({**OK, "AgentIdList": []}, True, "automatic distribution"),
        ({**OK, "AgentIdList": ["nobody@example.com"]}, True, "automatic distribution"),
        ({**OK, "AgentGroupId": 987654}, True, "automatic distribution"),
        ({**OK, "AgentIdList": ["nobody@example.com", "bob@example.com"]}, True, "agents: bob@example.com"),
        ({**OK, "AgentIdList": ["charlie@example.com"]}, False, "offline"),
    ],
    ids=["nobody named", "empty list", "unknown agent", "unknown group", "one known", "all offline"],
)
def test_whom_the_answer_names(team, ask, answer, served, decision):
    team.sit_down("alice", "bob")
    vera = ask("say", answer)
    assert (vera.session.state == State.SERVING) is served
    assert decision in CallbackCall.objects.get().decision
    if not served:
        assert refused(vera)
        assert Assignment.objects.get().outcome == "failed"


@pytest.mark.feature("A30")
def test_a_group_of_which_nobody_is_at_work_fails(team, ask):
    team.sit_down("alice")
    vera = ask("say", {**OK, "AgentGroupId": team.support.pk})
    assert vera.session.state == State.FLOW and refused(vera)


@pytest.mark.feature("A29", "C15", "C16", "C17", "A8")
@pytest.mark.parametrize(
    ("path", "answer", "error"),
    [
        ("silent", None, "no answer within"),
        ("drip-body", None, "no answer within"),
        ("drip-head", None, "no answer within"),
        ("500", None, "HTTP status 500"),
        ("huge", None, "larger than 64 KiB"),
        ("bad-json", None, "not JSON"),
        ("redirect", None, "HTTP status 302"),
        ("say", [1], "not a JSON object"),
        ("say", {"ActionStatus": "FAIL", "ErrorCode": 1, "ErrorInfo": "no staff"}, "no staff"),
        ("say", {**OK, "ErrorCode": 70001}, "70001"),
        ("say", {"ErrorCode": 0}, "ActionStatus None"),
    ],
    ids=[
        "timeout",
        "slow drip",
        "slow head",
        "500",
        "1 GB",
        "bad JSON",
        "redirect",
        "array",
        "FAIL",
        "code",
        "missing",
    ],
)
def test_every_failure_is_told_within_4_seconds(team, ask, server, path, answer, error):
    """By automatic distribution; the log says why; a redirect is never followed."""
    team.sit_down("alice")
    vera = ask(path, answer)
    assert vera.session.agent == team.alice
    assert told_after(vera) < LATEST
    end = time.monotonic() + 10
    while not CallbackCall.objects.filter(error__contains=error).exists():
        assert time.monotonic() < end, list(CallbackCall.objects.values_list("error", flat=True))
        time.sleep(0.05)
    assert all(request["path"] != "/trap" for request in server.requests())


@pytest.mark.feature("A29", "M31")
@pytest.mark.parametrize("path", ["silent", "bad-json"])
def test_where_it_is_set_up_so_a_failure_is_a_failed_hand_over(team, ask, path):
    team.sit_down("alice")
    vera = ask(path, is_automatic_on_failure=False)
    assert vera.session.state == State.FLOW and refused(vera)
    assert told_after(vera) < LATEST


@pytest.mark.feature("A29")
def test_asked_again_once_with_the_same_session(team, ask, server):
    team.sit_down()
    vera = ask("flaky", {**OK, "AgentGroupId": team.support.pk})
    assert vera.session.agent == team.charlie
    sessions = [json.loads(request["body"])["SessionId"] for request in server.requests()]
    assert sessions == [str(vera.session.session_id)] * 2
    calls = CallbackCall.objects.order_by("pk")
    assert [(call.status, call.decision) for call in calls] == [(500, "asked again"), (200, "group: support")]


@pytest.mark.feature("A29")
def test_a_process_that_dies_while_asking_strands_nobody(team, settled):
    """The deadline is a row: until then nobody is given to anybody, then the sweep decides."""
    sit_down(team.alice, status="notReady")
    vera = Vera()
    vera.post("hello")
    settled()
    vera.post("human")
    settled()
    due = timezone.now() + timedelta(seconds=3)
    Waiting.objects.update(asking_until=due)
    set_status(team.alice, "free")
    settled()
    assert vera.session.state == State.WAITING
    assert decide_without_the_server(due - timedelta(milliseconds=1)) == 0
    assert decide_without_the_server(due) == 1
    settled()
    assert vera.session.agent == team.alice
    assert CallbackCall.objects.get().error == "no answer in time"


@pytest.mark.feature("A32")
def test_a_shared_secret_signs_the_request(team, ask, server):
    team.sit_down("alice")
    ask("say", OK, callback_secret="s3cret")
    (request,) = server.requests()
    expected = "sha256=" + hmac.new(b"s3cret", request["body"].encode(), hashlib.sha256).hexdigest()
    assert request["headers"]["x-desk-signature"] == expected


@pytest.mark.feature("A32", "C21")
def test_private_addresses_are_refused_unless_the_operator_lists_them(settings):
    settings.OUTGOING_ALLOWED = []
    hostile = ["127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "::1", "fe80::1", "::ffff:127.0.0.1",
               "64:ff9b::7f00:1", "100.64.0.1", "224.0.0.1", "192.168.1.1", "fc00::1"]  # fmt: skip
    assert not any(outgoing.is_allowed("evil.example", ip_address(each), 443) for each in hostile)
    assert outgoing.is_allowed("example.com", ip_address("93.184.216.34"), 443)
    settings.OUTGOING_ALLOWED = ["10.0.0.0/8", "crm.internal"]
    assert outgoing.is_allowed("x", ip_address("10.1.2.3"), 443)
    assert outgoing.is_allowed("crm.internal", ip_address("192.168.1.1"), 443)
    assert not outgoing.is_allowed("x", ip_address("192.168.1.1"), 443)


@pytest.mark.feature("A32")
def test_loopback_is_not_asked_without_permission(team, server, settings, settings_of, settled):
    settings.OUTGOING_ALLOWED = []
    team.sit_down("alice")
    settings_of(Distribution, strategy="server", callback_url=server.url("say", OK))
    vera = Vera()
    vera.post("hello")
    settled()
    vera.post("human")
    end = time.monotonic() + 10
    while not CallbackCall.objects.exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    settled()
    assert server.requests() == []
    assert "private" in CallbackCall.objects.get().error
    assert vera.session.agent == team.alice


@pytest.mark.feature("C4")
def test_over_https_with_the_operators_certificates(team, ask, tmp_path, settings, settings_of, settled):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    secure = Server(tmp_path, certificate, key)
    team.sit_down("alice")
    try:
        for ca, error in (("", "CERTIFICATE_VERIFY_FAILED"), (str(certificate), "")):
            settings.OUTGOING_CA_FILE = ca
            outgoing._certificates.cache_clear()
            settings_of(Distribution, strategy="server", callback_url=secure.url("say", OK))
            vera = Vera()
            vera.post("hello")
            settled()
            vera.post("human")
            end = time.monotonic() + 10
            while vera.session.agent != team.alice or not CallbackCall.objects.filter(session=vera.session).exists():
                assert time.monotonic() < end
                time.sleep(0.05)
            assert error in CallbackCall.objects.filter(session=vera.session).latest("pk").error
    finally:
        secure.stop()
        outgoing._certificates.cache_clear()


@pytest.mark.feature("C2")
def test_another_strategy_or_no_address_asks_nobody(team, server, settings, settings_of, settled):
    settings.OUTGOING_ALLOWED = ["127.0.0.1"]
    team.sit_down("alice")
    for rules in (
        {"strategy": "automatic", "callback_url": server.url("say", OK)},
        {"strategy": "server", "callback_url": ""},
    ):
        settings_of(Distribution, **rules)
        vera = Vera()
        vera.post("hello")
        settled()
        vera.post("human")
        settled()
        assert vera.session.agent == team.alice
    assert server.requests() == []
