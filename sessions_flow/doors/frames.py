"""Reading what clients send: small checks that both sockets share. Every function raises ProtocolError."""

import re
from typing import Any

from sessions_flow.access import shown_upload
from sessions_flow.protocol import elements
from sessions_flow.protocol.errors import BAD_DATA, NOT_FOUND, ProtocolError

CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
LARGEST_SEQ = 2**62
LANGUAGES = ("zh-hans", "en")  # the first one for who names none of them


def client_id_of(frame: dict[str, Any]) -> str:
    client_id = frame.get("client_id")
    if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
        raise ProtocolError(BAD_DATA, "client_id: expected 1 to 64 characters of A-Z a-z 0-9 _ -")
    return client_id


def language_of(frame: dict[str, Any]) -> str:
    """The language that a hello asks for; never an error."""
    language = frame.get("language")
    return language if language in LANGUAGES else LANGUAGES[0]


def seq_of(frame: dict[str, Any], key: str) -> int | None:
    """A sequence number, None where it is missing."""
    seq = frame.get(key)
    if seq is None:
        return None
    if isinstance(seq, bool) or not isinstance(seq, int) or not 0 <= seq <= LARGEST_SEQ:
        raise ProtocolError(BAD_DATA, f"{key}: expected a number")
    return seq


def with_upload(conversation_id: int, elem: dict[str, Any]) -> dict[str, Any]:
    """An image or file element as the upload itself describes it; the upload must belong to the conversation."""
    upload = shown_upload(conversation_id, elements.file_id_of(elem))
    if upload is None:
        raise ProtocolError(NOT_FOUND, "elem: this upload does not exist here")
    return upload.as_element()
