"""Bodies and queries that the REST door takes, checked."""

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.usersig import is_user_id
from sessions_flow.doors.frames import CLIENT_ID, LARGEST_SEQ
from sessions_flow.models import EndedBy, State
from sessions_flow.protocol import elements

MOST_ENTRIES = 200


class TextField(serializers.CharField):
    """A JSON string and nothing that could be written as one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class NumberField(serializers.IntegerField):
    """A JSON number without a fraction."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class ProfileSerializer(serializers.Serializer[Any]):
    """What may be told about a visitor. Only what is named changes; an attribute that is null goes."""

    nickname = TextField(max_length=60, required=False, allow_blank=True)
    language = serializers.ChoiceField([code for code, _name in settings.LANGUAGES], required=False)
    attributes = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        required=False,
        help_text="At most 30; null takes one away",
    )


class NewVisitorSerializer(ProfileSerializer):
    """Anonymous with nothing; signed with `user_id` and `user_sig`; with `user_id` alone for whoever shows a key."""

    user_id = TextField(max_length=64, required=False)
    user_sig = TextField(max_length=4096, required=False)

    def validate_user_id(self, user_id: str) -> str:
        if not is_user_id(user_id):
            raise serializers.ValidationError(_("Expected 1 to 64 characters without control characters."))
        return user_id


ELEMENT: dict[str, Any] = {
    "type": "object",
    "description": "An IM element of docs/wire.md",
    "properties": {
        "MsgType": {"type": "string", "enum": [elements.TEXT, elements.CUSTOM, elements.FACE, *elements.UPLOADED]},
        "MsgContent": {"type": "object"},
    },
    "required": ["MsgType", "MsgContent"],
}


@extend_schema_field(ELEMENT)
class ElementField(serializers.JSONField):
    """Checked by the protocol itself (`elements.checked`)."""


@extend_schema_field({"type": "object", "description": "A src payload: 7, 10, 12, 22, 24, 27 or 28"})
class PayloadField(serializers.DictField):
    """Becomes the JSON string inside a TIMCustomElem."""


class NewMessageSerializer(serializers.Serializer[Any]):
    """Exactly one of `text`, `upload`, `payload`, `elem`."""

    WAYS = ("text", "upload", "payload", "elem")

    client_id = TextField(required=False, validators=[RegexValidator(f"^{CLIENT_ID.pattern}$")])
    text = TextField(max_length=elements.TEXT_LIMIT, required=False, trim_whitespace=False)
    upload = TextField(required=False, validators=[RegexValidator("^[0-9a-f]{32}$")], help_text="`id` of an upload")
    payload = PayloadField(required=False)
    elem = ElementField(required=False)

    def validate_text(self, text: str) -> str:
        if not text.strip():
            self.fields["text"].fail("blank")
        return text

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        ways = [way for way in self.WAYS if way in attrs]
        if len(ways) != 1:
            raise serializers.ValidationError(_("Exactly one of text, upload, payload and elem is expected."))
        return {"client_id": attrs.get("client_id") or uuid.uuid4().hex, "elem": _element(ways[0], attrs[ways[0]])}


def _element(way: str, said: Any) -> Any:
    if way == "text":
        return elements.text(said)
    if way == "upload":
        return {"MsgType": elements.FILE, "MsgContent": {"UUID": said}}
    return elements.custom({"customerServicePlugin": 0, **said}) if way == "payload" else said


class SeqSerializer(serializers.Serializer[Any]):
    seq = NumberField(min_value=0, max_value=LARGEST_SEQ)


class VoteSerializer(serializers.Serializer[Any]):
    up = serializers.BooleanField()


class RatingSerializer(serializers.Serializer[Any]):
    level = NumberField(min_value=1, max_value=5)
    rating = TextField(
        required=False,
        validators=[RegexValidator("^[0-9a-f-]{36}$")],
        help_text="A card's `sessionId`; else the newest",
    )


class PageSerializer(serializers.Serializer[Any]):
    """Which entries: the newest, those before or those after a seq; ascending in any case."""

    before = serializers.IntegerField(min_value=0, max_value=LARGEST_SEQ, required=False)
    after = serializers.IntegerField(min_value=0, max_value=LARGEST_SEQ, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MOST_ENTRIES, default=50)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "before" in attrs and "after" in attrs:
            raise serializers.ValidationError(_("Either before or after, not both."))
        return attrs


class SessionQuerySerializer(serializers.Serializer[Any]):
    """Which sessions; `opened_after` is included, `opened_before` is not."""

    state = serializers.ChoiceField(State.choices, required=False)
    ended_by = serializers.ChoiceField(EndedBy.choices, required=False)
    channel = serializers.CharField(max_length=32, required=False, help_text="webAppId")
    visitor = serializers.CharField(max_length=64, required=False, help_text="openid")
    user_id = serializers.CharField(max_length=64, required=False)
    agent = serializers.CharField(max_length=32, required=False)
    group = serializers.IntegerField(min_value=1, max_value=2**53, required=False)
    rating = serializers.IntegerField(min_value=1, max_value=5, required=False, help_text="Stars")
    opened_after = serializers.DateTimeField(required=False)
    opened_before = serializers.DateTimeField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MOST_ENTRIES, default=50)
    cursor = serializers.CharField(max_length=500, required=False, help_text="Out of next or previous")


class FileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
