"""What was said before: roaming history with paging, the list of conversations, unread counters, read times."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from sessions_flow.doors.gateway.frames import Body
from sessions_flow.doors.gateway.messages import Desk, absolute, is_said
from sessions_flow.doors.gateway.numbers import tiny_id
from sessions_flow.doors.gateway.people import Person, channel_of, peers, thread_with
from sessions_flow.models import Channel, Conversation, Message
from sessions_flow.models.session import milliseconds

MOST = 50  # messages in a page; the SDK asks for 15 to 20
LATER = 1  # GetDirection of a page towards now


def said(conversation: Conversation) -> QuerySet[Message]:
    return Message.objects.filter(conversation=conversation).said().select_related("session")


def desk_of(person: Person, conversation: Conversation) -> Desk:
    return Desk(conversation, person.user_id, person.name_of(conversation.channel))


def roaming(person: Person, body: Body) -> Body:
    """A page of at most MaxCnt messages, oldest first. MsgKey goes on where the page before ended."""
    conversation = thread_with(person, body.get("Peer_Account"))
    count = min(max(number(body, "MaxCnt", 15), 1), MOST)
    is_later = body.get("GetDirection") == LATER
    rows = list(_page(said(conversation), body, is_later)[: count + 1])
    page, is_complete = rows[:count], len(rows) <= count
    entries = [row.as_wire() for row in (page if is_later else reversed(page))]
    desk = desk_of(person, conversation)
    edge = page[-1] if page else None
    return {
        "MsgList": [desk.message(entry) for entry in entries if is_said(entry)],
        "MsgCnt": len(entries),
        "Complete": int(is_complete),
        "LastMsgTime": seconds_of(edge.created_at) if edge else 0,
        "MsgKey": str(edge.seq) if edge else "",
    }


def _page(messages: QuerySet[Message], body: Body, is_later: bool) -> QuerySet[Message]:
    """From the MsgKey of the page before, else from a time in whole seconds, else from the newest."""
    key, since = body.get("MsgKey"), number(body, "LastMsgTime", 0)
    if isinstance(key, str) and key.isdecimal() and len(key) < 19:
        messages = messages.filter(**{"seq__gt" if is_later else "seq__lt": int(key)})
    elif since and is_later:
        messages = messages.filter(created_at__gte=instant(since))
    elif since:
        messages = messages.filter(created_at__lt=instant(since) + timedelta(seconds=1))
    return messages.order_by("seq" if is_later else "-seq")


def conversations(person: Person, body: Body) -> Body:
    """The list of conversations: the default service account always (F1), others once something was said."""
    items = []
    for position, channel in enumerate(peers()):
        conversation = person.threads.get(channel.pk)
        if conversation:
            conversation.refresh_from_db(fields=["seq", "agent_read_seq", "visitor_read_seq"])
        if position == 0 or (conversation and conversation.seq):
            items.append(_session_item(person, channel, conversation))
    paging = {"TimeStamp": 0, "StartIndex": 0, "TopTimeStamp": 0, "TopStartIndex": 0}
    return {"SessionItem": items, "CompleteFlag": 1, **paging}


def _session_item(person: Person, channel: Channel, conversation: Conversation | None) -> Body:
    item = {
        "Type": 1,
        "To_Account": person.name_of(channel),
        "C2cNick": channel.name,
        "C2cImage": absolute(channel.avatar_url),
        "MsgTimeStamp": 0,
        "LastMsgFlags": 0,
        "C2cPeerReadTime": 0,
        "MsgRecvOption": 0,
    }
    last = said(conversation).order_by("-seq").first() if conversation else None
    if conversation is None or last is None:
        return item
    desk = desk_of(person, conversation)
    message = desk.message(last.as_wire())
    return {
        **item,
        "MsgTimeStamp": message["MsgTimeStamp"],
        "MsgSeq": message["MsgSeq"],
        "LastC2CMsgFrom_Account": message["From_Account"],
        "LastMsgFlags": 8 if last.recalled_at else 0,
        "LastMsg": {"MsgBody": message["MsgBody"], "CloudCustomData": ""},
        "C2cPeerReadTime": time_of(conversation, conversation.agent_read_seq),
    }


def unread(person: Person) -> list[Body]:
    """Unread messages of each conversation, as the first `getmsg` gives them."""
    counts = []
    for conversation in person.threads.values():
        waiting = said(conversation).filter(seq__gt=conversation.visitor_read_seq, recalled_at=None)
        count = waiting.exclude(kind=Message.Kind.VISITOR).count()
        if count:
            counts.append({"From_Account": person.name_of(conversation.channel), "UnreadCount": min(count, 999)})
    return counts


def read_times(person: Person, body: Body) -> Body:
    """When the other side has read last, for each account asked for."""
    accounts = body.get("To_Account")
    return {"ReadTime": [_read_time(person, account) for account in (accounts if isinstance(accounts, list) else [])]}


def _read_time(person: Person, account: object) -> int:
    channel = channel_of(account)
    conversation = person.threads.get(channel.pk) if channel else None
    if conversation is None:
        return 0
    conversation.refresh_from_db(fields=["agent_read_seq"])
    return time_of(conversation, conversation.agent_read_seq)


def time_of(conversation: Conversation, seq: int) -> int:
    """Unix seconds of the newest entry up to `seq`; 0 without one."""
    rows = Message.objects.filter(conversation=conversation, seq__lte=seq).order_by("-seq")
    instant_of_it = rows.values_list("created_at", flat=True).first()
    return seconds_of(instant_of_it) if instant_of_it else 0


def seq_at(conversation: Conversation, seconds: int) -> int:
    """The newest entry of that second or before; 0 without one."""
    before = instant(seconds) + timedelta(seconds=1)
    rows = Message.objects.filter(conversation=conversation, created_at__lt=before).order_by("-seq")
    return rows.values_list("seq", flat=True).first() or 0


def profile(account: str, nick: str, face: str) -> Body:
    """`portrait_get_all` of one account (M25, M26)."""
    items = [{"Tag": "Tag_Profile_IM_Nick", "Value": nick}, {"Tag": "Tag_Profile_IM_Image", "Value": face}]
    return {
        "To_Account": account,
        "TinyId": tiny_id(account),
        "StandardSequence": 0,
        "CustomSequence": 0,
        "ProfileItem": items,
        "ResultCode": 0,
        "ResultInfo": "",
    }


def profiles(person: Person, body: Body) -> Body:
    asked = body.get("UserItem")
    found = []
    for item in asked[:100] if isinstance(asked, list) else []:
        account = item.get("To_Account") if isinstance(item, dict) else None
        channel = channel_of(account)
        if account == person.user_id:
            found.append(profile(person.user_id, person.visitor.nickname, person.visitor.avatar))
        elif channel:
            found.append(profile(str(account), channel.name, absolute(channel.avatar_url)))
    return {"UserProfileItem": found, "CurrentStandardSequence": 0}


def number(body: Body, key: str, default: int) -> int:
    """A whole number of at most ten digits, else the default."""
    value: Any = body.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**10 else default


def instant(seconds: int) -> datetime:
    """Where that second begins, in stored times: they are told rounded to milliseconds."""
    return datetime.fromtimestamp(min(seconds, 4 * 10**9), UTC) - timedelta(microseconds=500)


def seconds_of(moment: datetime) -> int:
    return (milliseconds(moment) or 0) // 1000
