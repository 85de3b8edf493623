"""The published customer-service plugin renders every payload that this server really sends."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.people import ALICE, VisitorPerson, at_work, custom, payload_of

CLIENT = Path(__file__).parent / "conformance"

needs_node = pytest.mark.skipif(
    not (CLIENT / "node_modules").exists() or not shutil.which("node"), reason="needs Node (make test installs it)"
)


def payloads_received(vera: VisitorPerson) -> list[dict]:
    """Every custom payload, stored, modified or online only."""
    found = []
    for frame in vera.frames:
        for entry in [*frame.get("entries", []), frame]:
            event = entry.get("event") or {}
            for holder in (entry, event):
                if payload := payload_of(holder):
                    found.append(payload)
    return found


@pytest.mark.feature("F7", "F8", "F9", "F10", "F17", "F22", "F36", "A3")
@needs_node
def test_every_payload_is_drawn_by_the_real_client(full, tmp_path):
    vera = VisitorPerson(full)
    vera.trigger()
    vera.wait_for_src("29")
    vera.say("客服和工作时间和渠道")  # guided or answered
    vera.say("智能客服是什么")
    vera.wait_for_src("30")
    with at_work(full, ALICE) as alice:
        vera.say("转人工")
        vera.wait_for_state("serving")
        row = alice.wait_for_row(vera.openid)
        alice.must("typing", conversation=row["conversation"], typing=True)
        vera.wait_for_flag("12")
        alice.must("rating.invite", session=row["session"]["id"])
        card = payload_of(vera.wait_for_src("9"))["menuContent"]
        vera.post(custom(src="27"))
        vera.wait_for_state("ended")
        vera.post(custom(src="10", menuSelected={**card["menu"][3], "sessionId": card["sessionId"]}))
        vera.wait_for_entry(lambda entry: (entry.get("event") or {}).get("type") == "message.modified")
    payloads = payloads_received(vera)
    assert {payload["src"] for payload in payloads} >= {"9", "12", "19", "23", "26", "29", "30"}
    messages = tmp_path / "messages.json"
    messages.write_text(json.dumps([{"src": p["src"], "direction": "in", "payload": p} for p in payloads]))
    done = subprocess.run(
        ["node", "check_messages.mjs", str(messages)], cwd=CLIENT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
