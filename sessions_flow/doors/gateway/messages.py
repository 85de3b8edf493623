"""Entries of the stream as IM messages, notices and changes."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.identity import file_ticket
from sessions_flow.doors.gateway.frames import CHANGES, MESSAGES, NOTICES, Body
from sessions_flow.doors.gateway.numbers import Numbers, key_of, numbers_of, tiny_id
from sessions_flow.models import Conversation, Message
from sessions_flow.protocol import elements

RECALLED = 2  # IsPlaceMsg of a message that was recalled
EMPTY: Body = {"MsgType": elements.TEXT, "MsgContent": {"Text": ""}}  # the SDK skips messages without elements


@dataclass(frozen=True, slots=True)
class Desk:
    """One conversation as one client sees it: with the service account under the name that he uses."""

    conversation: Conversation
    user_id: str
    account: str

    @property
    def nick(self) -> str:
        return self.conversation.channel.name  # the visitor talks to the channel, whoever answers (M25, M26)

    @property
    def face(self) -> str:
        return absolute(self.conversation.channel.avatar_url)

    def numbers(self, entry: dict[str, Any]) -> Numbers:
        return numbers_of(self.conversation.public_id, entry["seq"], entry["client_id"], entry["at"] // 1000)

    def ends(self, entry: dict[str, Any]) -> Body:
        """From and to."""
        mine = entry["from"]["kind"] == Message.Kind.VISITOR
        sender, receiver = (self.user_id, self.account) if mine else (self.account, self.user_id)
        return {"From_Account": sender, "To_Account": receiver}

    def tiny_id(self, entry: dict[str, Any]) -> str:
        mine = entry["from"]["kind"] == Message.Kind.VISITOR
        return tiny_id(self.user_id if mine else self.conversation.channel.service_account)

    def message(self, entry: dict[str, Any]) -> Body:
        """A stored message. A recalled one keeps its place and says nothing."""
        numbers, mine = self.numbers(entry), entry["from"]["kind"] == Message.Kind.VISITOR
        elem = self.shown(entry["elem"]) if entry["elem"] else EMPTY
        return {
            **self.ends(entry),
            "MsgSeq": numbers.seq,
            "MsgRandom": numbers.random,
            "MsgTimeStamp": entry["at"] // 1000,
            "MsgClientTime": numbers.client_time,
            "MsgVersion": 0,
            "MsgKey": key_of(numbers, entry["at"] // 1000),
            "TinyId": self.tiny_id(entry),
            "IsPlaceMsg": RECALLED if entry.get("recalled") else 0,
            "From_AccountNick": self.conversation.visitor.nickname if mine else self.nick,
            "From_AccountHeadurl": self.conversation.visitor.avatar if mine else self.face,
            "CloudCustomData": "",
            "MsgBody": [elem],
        }

    def online_only(self, entry: dict[str, Any]) -> Body:
        """A message for who is here now: MsgLifeTime 0 is the SDK's `onlineUserOnly` (F12)."""
        return {**self.message(entry), "MsgLifeTime": 0}

    def changed(self, target: dict[str, Any], elem: Body, version: int) -> Body:
        """F21, F25, F32: the message `target` now has this element. The version must grow with each change."""
        return {
            **self._name(target),
            "MsgVersion": version,
            "MsgBody": [self.shown(elem)],
            "CloudCustomData": "",
        }

    def _name(self, target: dict[str, Any]) -> Body:
        """Which stored message is meant."""
        numbers = self.numbers(target)
        return {
            **self.ends(target),
            "MsgSeq": numbers.seq,
            "MsgRandom": numbers.random,
            "MsgTime": target["at"] // 1000,
        }

    def recalled(self, target: dict[str, Any]) -> Body:
        return {
            **self._name(target),
            "MsgClientTime": self.numbers(target).client_time,
            "TinyId": self.tiny_id(target),
            "RevokerInfo": {"Revoker_Account": self.ends(target)["From_Account"], "Reason": ""},
        }

    def shown(self, elem: Body) -> Body:
        """Files get absolute links with a ticket: the SDK's page is another site and has no login of ours."""
        kind, content = elem["MsgType"], elem["MsgContent"]
        if kind == elements.IMAGE:
            sizes = content["ImageInfoArray"]
            original, small = self._linked(sizes[0], "URL"), self._linked(sizes[-1], "URL")
            array = [{**original, "Type": 1}, {**small, "Type": 2}, {**small, "Type": 3}]
            return {"MsgType": kind, "MsgContent": {**content, "ImageInfoArray": array}}
        for key in ("Url", "VideoUrl"):
            if key in content:
                return {"MsgType": kind, "MsgContent": self._linked(content, key)}
        return elem

    def _linked(self, holder: Body, key: str) -> Body:
        return {**holder, key: f"{absolute(holder[key])}?ticket={file_ticket(self.conversation.visitor.openid)}"}


def absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}" if path.startswith("/") else path


def is_said(entry: dict[str, Any]) -> bool:
    """A message to be listed, recalled or not; events only change others."""
    return "event" not in entry and (entry["elem"] is not None or entry.get("recalled", False))


def messages_event(messages: list[Body]) -> Body:
    return {"Event": MESSAGES, "C2cMsgArray": messages}


def change_event(change: Body) -> Body:
    return {"Event": CHANGES, "C2cMsgModNotifys": [change]}


def recall_event(notice: Body) -> Body:
    return {
        "Event": NOTICES,
        "C2cNotifyMsgArray": [{"WithdrawC2cMsgNotify": {"C2cWithdrawInfoArray": [notice]}}],
    }


def read_event(account: str, seconds: int) -> Body:
    """The other side has read up to then (A97)."""
    receipt = {"To_Account": account, "UinPairReadArray": [{"To_Account": account, "LastReadTime": seconds}]}
    return {"Event": NOTICES, "C2cNotifyMsgArray": [{"C2cReadedReceipt": receipt}]}


def seen_event(account: str, seconds: int) -> Body:
    """Another device of the same person has read up to then."""
    seen = {"UinPairReadArray": [{"From_Account": account, "LastReadTime": seconds}]}
    return {"Event": NOTICES, "C2cNotifyMsgArray": [{"ReadC2cMsgNotify": seen}]}
