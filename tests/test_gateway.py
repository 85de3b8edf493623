"""The IM gateway, driven by the published SDK `@tencentcloud/chat` 3.6.6, unmodified."""

import pytest

from tests.people import ALICE, at_work
from tests.sdk import (
    ACCOUNT,
    MODIFIED,
    devices,
    needs_node,
    payload_of,
)

pytestmark = needs_node


@pytest.mark.feature("F1", "F2", "F7", "F12", "F15", "F21", "M24", "A16", "U8", "U14")
def test_it_works(house):
    with devices(house, f"vera-{house.port}") as vera:
        vera.wait_for("onConversationListUpdated", lambda row: row["conversationID"] == f"C2C{ACCOUNT}")
        vera.ask("introduce", profile={"nick": vera.user})
        vera.send("7")
        rules = vera.wait_for_src("23")
        assert rules["onlineOnly"] and payload_of(rules)["content"]["menuSendRuleFlag"] in range(8)
        seat = payload_of(vera.wait_for_src("26"))["content"]
        assert seat == {"command": "updateSeatStatus", "content": "outSeat"}
        assert payload_of(vera.wait_for_src("29"))["subtype"] == "welcome_msg"
        with at_work(house, ALICE) as alice:
            said = vera.say("转人工服务")
            assert (said["flow"], said["status"]) == ("out", "success")
            vera.wait_for_src("26", lambda payload: payload["content"]["content"] == "inSeat")
            row = row_of(alice, vera.user)
            vera.say("你好,请问几点下班?")
            alice.wait_for_text(row["conversation"], "几点下班")
            alice.say(row["conversation"], "晚上九点")
            assert vera.wait_for_text("晚上九点")["from"] == ACCOUNT
            alice.must("rating.invite", session=row["session"]["id"])
            card = payload_of(vera.wait_for_src("9"))["menuContent"]
            assert "selected" not in card
            vera.send("10", menuSelected={**card["menu"][3], "sessionId": card["sessionId"]})
            changed = vera.wait_for(MODIFIED, lambda message: payload_of(message)["src"] == "9")
            assert payload_of(changed)["menuContent"]["selected"] == card["menu"][3]
            vera.send("27")
            vera.wait_for_src("19")


def row_of(alice, name, where="serving"):
    """The visitor's row on one of the agent's lists."""

    def has_it(frame):
        return frame["op"] == "snapshot" and any(row["visitor"]["name"] == name for row in frame[where])

    frame = next((frame for frame in reversed(alice.frames) if frame["op"] == "snapshot"), None)
    if frame is None or not has_it(frame):
        frame = alice.wait_for(has_it)
    return next(row for row in frame[where] if row["visitor"]["name"] == name)
