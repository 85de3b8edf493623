"""Which IM message an entry of the stream is. The SDK knows a message by sender, receiver, MsgSeq, MsgRandom and
MsgTime, and shows it under an ID of sender's TinyId, MsgClientTime and MsgRandom: all of them follow from the stored
row, so that push, history, change and recall name the same message on every device."""

import re
from dataclasses import dataclass
from hashlib import blake2s

from sessions_flow.models import Message

CLIENT_ID = re.compile(r"im-(\d{1,10})-(\d{1,10})-(\d{1,10})")
MOST = 2**32


@dataclass(frozen=True, slots=True)
class Numbers:
    seq: int
    random: int
    client_time: int  # Unix seconds


def client_id_of(seq: int, random: int, client_time: int) -> str:
    """What a message from the SDK is stored under: its own numbers, so that sending again stores nothing new."""
    return f"im-{seq}-{random}-{client_time}"


def numbers_of(conversation: str, seq: int, client_id: str | None, seconds: int) -> Numbers:
    """The SDK's own numbers for what it sent; our `seq` and a hash for everything else. `seconds`: when stored."""
    if client_id and (found := CLIENT_ID.fullmatch(client_id)):
        return Numbers(*(int(part) for part in found.groups()))
    return Numbers(seq, _hash(f"{conversation}:{seq}") % 2**31, seconds)


def key_of(numbers: Numbers, seconds: int) -> str:
    """MsgKey, as the SDK builds it itself."""
    return f"{numbers.seq}_{numbers.random}_{seconds}"


def tiny_id(name: str) -> str:
    """A number for an account; the SDK wants one, below 2^53."""
    return str(_hash(name))


def find(conversation_id: int, public_id: str, seq: int, random: int) -> Message | None:
    """The message that a client names by MsgSeq and MsgRandom."""
    messages = Message.objects.filter(conversation_id=conversation_id, event__isnull=True)
    sent_by_sdk = messages.filter(client_id__startswith=f"im-{seq}-{random}-").order_by("-seq").first()
    if sent_by_sdk:
        return sent_by_sdk
    ours = messages.filter(seq=seq).first()
    if ours and numbers_of(public_id, ours.seq, ours.client_id, 0).random == random:
        return ours
    return None


def _hash(name: str) -> int:
    return int.from_bytes(blake2s(name.encode(), digest_size=6).digest(), "big")
