"""What the SDK asks for besides messages: a table of commands. A command reads or writes the database for a person and
returns the fields of its answer. What is not in the table is refused, so that nothing pretends to have been done."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Visitor
from sessions_flow import live
from sessions_flow.actions import VISITOR, mark_read
from sessions_flow.doors.gateway import history
from sessions_flow.doors.gateway.frames import UNSUPPORTED, Body, Refusal
from sessions_flow.doors.gateway.people import Person, channel_of, peers, thread_with
from sessions_flow.doors.gateway.sync import DEVICES
from sessions_flow.doors.gateway.uploads import signed_addresses
from sessions_flow.doors.limits import seconds_to_wait
from sessions_flow.protocol.errors import TOO_FAST

Command = Callable[[Person, Body], Body]
COMMANDS: dict[str, Command] = {
    "openim.getroammsg": history.roaming,
    "openim.get_peer_read_time": history.read_times,
    "recentcontact.page_get": history.conversations,
    "profile.portrait_get_all": history.profiles,
}
# An ability that the UI kit's customer-service plugin asks for, as bit 40 of what the application has bought.
BOUGHT = "1" + "0" * 40

# Answered by these fields alone: lists that are empty here, settings, and what the SDK reports about itself.
STATIC: dict[str, Body] = {
    "im_open_status.wshello": {},
    "openim.ws_msg_push_ack": {},
    "imopenstat.tim_web_report_v2": {},
    "im_open_status.ws_stat_background": {},
    "im_open_status.ws_stat_foreground": {},
    "sns.black_list_get": {"BlackListItem": [], "StartIndex": 0, "CurruentSequence": 0},
    "sns.friend_get": {"UserDataItem": [], "FriendNum": 0, "CompleteFlag": 1, "NextStartIndex": 0},
    "sns.group_get": {"ResultItem": [], "CurrentSequence": 0},
    "sns.pendency_get": {"PendencyItem": [], "UnreadPendencyCount": 0, "StartTime": 0, "CurrentPendencySequence": 0},
    "recentcontact.get_contact_group": {"GroupItem": [], "CompleteFlag": 1, "NextStartIndex": 0},
    "recentcontact.search_contact_group": {"ContactResultItem": []},
    "group_open_http_svc.get_joined_group_list": {"GroupIdList": [], "TotalCount": 0},
    "million_group_open_http_svc.get_joined_group_list": {"GroupIdList": [], "TotalCount": 0},
    "group_open_http_svc.get_pendency": {"PendencyList": [], "UnreadCount": 0, "NextStartTime": 0},
    "im_msg_audit_mgr.get_local_words": {"uint32_code": 0, "rpt_msg_dirty_word": [], "uint64_complete_flag": 1},
    "im_sdk_config_mgr.fetch_config": {"int32_error_code": 0, "str_json_config": "{}", "uint32_expired_time": 86400},
    "im_sdk_config_mgr.fetch_imsdk_purchase_bitsv2": {
        "int32_error_code": 0,
        "str_purchase_bits": BOUGHT,
        "uint32_expired_time": 86400,
    },
}


def command(name: str) -> Callable[[Command], Command]:
    def register(function: Command) -> Command:
        COMMANDS[name] = function
        return function

    return register


def run(person: Person, name: str, body: Body) -> Body:
    """Raises Refusal."""
    if name in STATIC:
        return STATIC[name]
    if name not in COMMANDS:
        raise Refusal(UNSUPPORTED, _("This desk does not do that: %(command)s") % {"command": name})
    return COMMANDS[name](person, body)


@command("openim.msgreaded")
def read(person: Person, body: Body) -> Body:
    """The visitor has read up to a second; the agent is told, and his other devices (A97)."""
    items = _list(_dict(body.get("C2CMsgReaded")).get("C2CMsgReadedItem"))
    for item in items[:20]:
        conversation = thread_with(person, _dict(item).get("To_Account"))
        seconds = history.number(_dict(item), "LastedMsgTime", 0)
        _mark_read(conversation.pk, history.seq_at(conversation, seconds))
    return {}


@command("openim.read_all_unread_msg")
def read_all(person: Person, body: Body) -> Body:
    for conversation in list(person.threads.values()):
        conversation.refresh_from_db(fields=["seq"])
        _mark_read(conversation.pk, conversation.seq)
    return {"C2CReadAllMsg": 1}


def _mark_read(conversation_id: int, seq: int) -> None:
    mark_read(conversation_id, VISITOR, seq)
    live.say_online(conversation_id, DEVICES, {"op": "seen", "seq": seq})


@command("openim.get_c2c_peer_mute_notifications")
def mutes(person: Person, body: Body) -> Body:
    accounts = _list(body.get("Peer_Account"))
    return {"MuteNotificationsList": [{"Peer_Account": name, "Mute_Notifications": 0} for name in accounts[:100]]}


@command("im_open_status.ws_get_user_status")
def statuses(person: Person, body: Body) -> Body:
    """Service accounts are always there."""
    asked = _list(body.get("To_Account"))[:100]
    known = [name for name in asked if name == person.user_id or channel_of(name)]
    strangers = [name for name in asked if name not in known]
    return {
        "UserStatusList": [{"To_Account": name, "Status": 1, "CustomStatus": ""} for name in known],
        "ErrorList": [{"To_Account": name, "ErrorCode": UNSUPPORTED} for name in strangers],
    }


@command("sns.friend_check")
def friends(person: Person, body: Body) -> Body:
    asked = _list(body.get("To_Account"))[:100]
    rows = [{"To_Account": name, "Relation": "CheckResult_Type_NoRelation", "ResultCode": 0} for name in asked]
    return {"InfoItem": rows}


@command("profile.portrait_set")
def introduce(person: Person, body: Body) -> Body:
    """Nickname and face of the visitor; other tags are taken and not kept."""
    tags = {item.get("Tag"): item.get("Value") for item in _list(body.get("ProfileItem")) if isinstance(item, dict)}
    nick, face = tags.get("Tag_Profile_IM_Nick"), tags.get("Tag_Profile_IM_Image")
    changed: dict[str, str] = {}
    if isinstance(nick, str) and nick.strip() and "\0" not in nick:
        changed["nickname"] = nick.strip()[:60]
    if isinstance(face, str) and face.startswith("https://") and len(face) <= 200 and "\0" not in face:
        changed["avatar"] = face
    if changed:
        Visitor.objects.filter(pk=person.visitor.pk).update(**changed)
        for name, value in changed.items():
            setattr(person.visitor, name, value)
    return {}


@command("im_cos_msg.pre_sig")
def upload(person: Person, body: Body) -> Body:
    """The request names no receiver: the file belongs to the conversation that the client used last."""
    if seconds_to_wait("im-upload", person.visitor.openid, settings.UPLOAD_RATE):
        raise Refusal(TOO_FAST, _("Too many files at once. Please try again in a minute."))
    threads = list(person.threads.values())
    conversation = threads[-1] if threads else thread_with(person, _default_account())
    return signed_addresses(conversation, body)


def _default_account() -> str:
    found = peers()
    return found[0].service_account if found else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
