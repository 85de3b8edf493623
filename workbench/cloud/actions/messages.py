"""DescribeChatMessages: what was said in a session."""

import json
from typing import Any

from sessions_flow.models import Message, Session
from workbench.cloud.actions.records import session_of_record
from workbench.cloud.errors import MISSING_PARAMETER, RECORD_NOT_EXIST, CloudError
from workbench.cloud.parameters import Parameters
from workbench.cloud.registry import Answer, action
from workbench.models import Scope

EARLY_FIRST, LATE_FIRST = 1, 2


@action("DescribeChatMessages", Scope.RECORDS, "SessionId", "CdrId", "InstanceId", "Limit", "Offset", "Order")
def describe_messages(call: Parameters) -> Answer:
    """A page of a session's messages; recalled ones are left out. Timestamp in milliseconds."""
    limit, offset = call.integer("Limit", 20, least=1, most=100), call.integer("Offset", 0)
    order = call.integer("Order", LATE_FIRST, least=EARLY_FIRST, most=LATE_FIRST)
    said = Message.objects.filter(session=_session(call), recalled_at=None, elem__isnull=False).said()
    page = said.order_by("seq" if order == EARLY_FIRST else "-seq")[offset : offset + limit]
    return {"TotalCount": said.count(), "Messages": [_body(message) for message in page]}


def _session(call: Parameters) -> Session:
    if not call.has("SessionId") and not call.has("CdrId"):
        raise CloudError(MISSING_PARAMETER, "The request is missing a required parameter `SessionId`.")
    name = call.text("SessionId") if call.has("SessionId") else call.text("CdrId")
    session = session_of_record(name)
    if session is None:
        raise CloudError(RECORD_NOT_EXIST, f"There is no session {name}.")
    return session


def _body(message: Message) -> dict[str, Any]:
    elem = message.elem or {}
    content = elem["MsgContent"]
    text = content["Text"] if elem["MsgType"] == "TIMTextElem" else json.dumps(content, ensure_ascii=False)
    return {
        "Timestamp": int(message.created_at.timestamp() * 1000),
        "From": message.sender_id or message.kind,
        "Messages": [{"Type": elem["MsgType"], "Content": text}],
    }
