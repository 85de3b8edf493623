"""内部会话 over the workbench's socket (W21, A94): with one colleague (`m:<member id>`) or a group of one's own
(`g:<group id>`). Nobody else can read it, admins neither."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Group, Member
from routing.models import Desk, Status
from sessions_flow.doors.frames import client_id_of, seq_of
from sessions_flow.live.publish import tell_member_after_commit
from sessions_flow.models.session import milliseconds
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench.models import InternalChat, InternalMessage, InternalPlace
from workbench.models.internal import LONGEST_TEXT
from workbench.words import words

Frame = dict[str, Any]
PAGE = 50
MOST_ROOMS = 1000
PREVIEW = 100


@dataclass(frozen=True)
class Room:
    """Whom a member talks to: a colleague or a group of his."""

    member: Member
    peer: Member | None = None
    group: Group | None = None

    @property
    def key(self) -> str:
        if self.peer is None:
            return f"g:{self.group.pk if self.group else 0}"
        low, high = sorted((self.member.pk, self.peer.pk))
        return f"m:{low}:{high}"

    def name_for(self, reader: Member) -> str:
        """What the chat is called on the reader's page."""
        if self.peer is None:
            return f"g:{self.group.pk if self.group else 0}"
        return f"m:{(self.peer if reader.pk == self.member.pk else self.member).public_id}"

    def readers(self) -> list[Member]:
        if self.group is not None:
            return list(Member.objects.present().filter(groups_served=self.group))
        return [self.member, self.peer] if self.peer else [self.member]


def unread_of(member: Member) -> int:
    """Messages that he has not read, in all his chats."""
    mine = Q(chat__group=None) | Q(chat__group__in=_groups_of(member))
    places = InternalPlace.objects.filter(mine, member=member, chat__seq__gt=F("read_seq"))
    return places.aggregate(n=Sum(F("chat__seq") - F("read_seq")))["n"] or 0


def listed(member: Member, frame: Frame) -> Frame:
    """Everybody he may write to, whoever wrote last first."""
    colleagues = Member.objects.present().exclude(pk=member.pk).order_by("nickname")[:MOST_ROOMS]
    rooms = [Room(member, group=group) for group in _groups_of(member).order_by("name")]
    rooms += [Room(member, peer=colleague) for colleague in colleagues]
    statuses = {desk.member_id: desk.shown_status for desk in Desk.objects.logged_in()}
    chats = _chats_of(member)
    places = dict(InternalPlace.objects.filter(member=member).values_list("chat_id", "read_seq"))
    others = InternalPlace.objects.filter(chat__in=[c.pk for c in chats.values()], chat__group=None)
    read = dict(others.exclude(member=member).values_list("chat_id", "read_seq"))
    rows = []
    for room in rooms:
        chat = chats.get(room.key)
        place = places.get(chat.pk, chat.seq) if chat else 0
        peer_read = read.get(chat.pk, 0) if chat else 0
        status = statuses.get(room.peer.pk, Status.OFFLINE.value) if room.peer else ""
        rows.append(_row(room, chat, place, peer_read, status))
    return {"chats": sorted(rows, key=lambda row: -(row["last_at"] or 0))}


def _chats_of(member: Member) -> dict[str, InternalChat]:
    mine = Q(group__in=_groups_of(member)) | Q(places__member=member)
    return {chat.key: chat for chat in InternalChat.objects.filter(mine).distinct()}


def _row(room: Room, chat: InternalChat | None, place: int, peer_read: int, status: str) -> Frame:
    who = room.peer
    return {
        "chat": room.name_for(room.member),
        "name": who.nickname if who else str(room.group),
        "account": who.account if who else "",
        "avatar": who.avatar if who else "",
        "status": status,
        "seq": chat.seq if chat else 0,
        "unread": chat.seq - place if chat else 0,
        "peer_read_seq": peer_read,
        "preview": chat.preview if chat else "",
        "last_at": milliseconds(chat.last_at) if chat else None,
    }


def history(member: Member, frame: Frame) -> Frame:
    """At most PAGE messages before `before`, ascending."""
    rows = InternalMessage.objects.filter(chat__key=_room(member, frame).key).select_related("member")
    before = seq_of(frame, "before")
    found = list((rows.filter(seq__lt=before) if before else rows).order_by("-seq")[: PAGE + 1])
    return {"entries": [row.as_wire() for row in reversed(found[:PAGE])], "has_more": len(found) > PAGE}


def post(member: Member, frame: Frame) -> Frame:
    """Stored once per client id, told to everybody in the chat."""
    room = _room(member, frame)
    if room.peer is not None and room.peer.deleted_at is not None:
        raise ProtocolError(errors.NOT_YOURS, _("This colleague has left the team."))
    text = words(frame, "text", _("The message"), LONGEST_TEXT)
    client_id = client_id_of(frame)
    with transaction.atomic():
        chat = _locked(room)
        before = chat.messages.filter(member=member, client_id=client_id).first()
        return {"seq": (before or _store(room, chat, text, client_id)).seq}


def _locked(room: Room) -> InternalChat:
    InternalChat.objects.get_or_create(key=room.key, defaults={"group": room.group})
    return InternalChat.objects.select_for_update().get(key=room.key)


def _store(room: Room, chat: InternalChat, text: str, client_id: str) -> InternalMessage:
    chat.seq += 1
    chat.preview, chat.last_at = " ".join(text.split())[:PREVIEW], timezone.now()
    chat.save()
    message = InternalMessage.objects.create(
        chat=chat, seq=chat.seq, member=room.member, client_id=client_id, text=text, at=chat.last_at
    )
    readers = room.readers()
    places = [InternalPlace(chat=chat, member=reader, read_seq=chat.seq - 1) for reader in readers]
    InternalPlace.objects.bulk_create(places, ignore_conflicts=True)
    InternalPlace.objects.filter(chat=chat, member=room.member).update(read_seq=chat.seq)
    for reader in readers:
        told = {"op": "internal", "chat": room.name_for(reader), "message": message.as_wire()}
        tell_member_after_commit(reader.pk, told)
    return message


def read(member: Member, frame: Frame) -> None:
    """Everything up to `seq` was seen; the colleague sees that."""
    room, seq = _room(member, frame), seq_of(frame, "seq") or 0
    places = InternalPlace.objects.filter(member=member, chat__key=room.key, read_seq__lt=seq, chat__seq__gte=seq)
    if places.update(read_seq=seq):
        for reader in (member, room.peer):
            if reader is not None:
                told = {"op": "internal.read", "chat": room.name_for(reader), "by": member.public_id, "seq": seq}
                tell_member_after_commit(reader.pk, told)


def _room(member: Member, frame: Frame) -> Room:
    """The one that the frame names. Raises ProtocolError; groups of others do not exist for him."""
    kind, _colon, name = str(frame.get("chat")).partition(":")
    if kind == "m" and (peer := Member.objects.exclude(pk=member.pk).filter(public_id=name[:32]).first()):
        return Room(member, peer=peer)
    is_number = name.isascii() and name.isdecimal() and len(name) < 10
    if kind == "g" and is_number and (group := _groups_of(member).filter(pk=int(name)).first()):
        return Room(member, group=group)
    raise ProtocolError(errors.NOT_FOUND, _("This chat does not exist."))


def _groups_of(member: Member) -> QuerySet[Group]:
    return member.groups_served.filter(removed_at=None)
