"""What the REST door answers, in the schema's words; docs/wire.md has the meaning."""

from typing import Any

from rest_framework import serializers

from sessions_flow.doors.rest.serializers import ElementField
from sessions_flow.models import EndedBy, Session, State


class PersonSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["visitor", "agent", "bot", "system"])
    id = serializers.CharField()
    name = serializers.CharField()


class EntrySerializer(serializers.Serializer[Any]):
    """One row of a conversation's stream."""

    seq = serializers.IntegerField()
    session = serializers.CharField(allow_null=True)
    at = serializers.IntegerField(help_text="Unix milliseconds")
    client_id = serializers.CharField()
    elem = ElementField(allow_null=True)
    event = serializers.DictField(required=False)
    recalled = serializers.BooleanField(required=False)

    def get_fields(self) -> Any:
        """`from` is no name that Python allows."""
        return {**super().get_fields(), "from": PersonSerializer()}


class EntriesSerializer(serializers.Serializer[Any]):
    entries = EntrySerializer(many=True)
    has_more = serializers.BooleanField()


class AgentSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    staff_no = serializers.CharField()
    avatar = serializers.CharField()


class GroupSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class SessionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(State.choices)
    agent = AgentSerializer(allow_null=True)
    group = GroupSerializer(allow_null=True)
    opened_at = serializers.IntegerField(help_text="Unix milliseconds")
    served_at = serializers.IntegerField(allow_null=True)
    ended_at = serializers.IntegerField(allow_null=True)
    ended_by = serializers.ChoiceField([*EndedBy.choices, ("", "")])
    rateable = serializers.BooleanField()


class PlaceSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField(allow_null=True, help_text="From 1; null for who does not wait")
    ahead = serializers.IntegerField(allow_null=True)


class ConversationSerializer(serializers.Serializer[Any]):
    session = SessionSerializer(allow_null=True)
    last_seq = serializers.IntegerField()
    read_seq = serializers.IntegerField(help_text="How far the agent has read")
    own_read_seq = serializers.IntegerField()
    queue = PlaceSerializer()
    menuSendRuleFlag = serializers.IntegerField(help_text="Who may start a rating (src 23)")


class VisitorSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="openid: public, proves nothing")
    user_id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    language = serializers.CharField()
    attributes = serializers.DictField()


class ChannelSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    avatar = serializers.CharField()
    accent = serializers.CharField()


class WelcomeSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Authorization: Bearer … of everything below the channel")
    file_ticket = serializers.CharField(help_text="?ticket=… of file addresses, valid 24 hours")
    visitor = VisitorSerializer()
    channel = ChannelSerializer()
    conversation = ConversationSerializer()


class SentSerializer(serializers.Serializer[Any]):
    """`entry` for what was stored, `online` for the answers to a flag."""

    entry = EntrySerializer(allow_null=True)
    online = serializers.ListField(child=ElementField(), required=False)


class UploadedSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    elem = ElementField()


class ErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    reason = serializers.CharField()


class ErrorsSerializer(serializers.Serializer[Any]):
    code = serializers.IntegerField(required=False, help_text="1015x of the message protocol")
    entry = EntrySerializer(required=False, help_text="409: what the client_id stored the first time")

    def get_fields(self) -> Any:
        """`errors` is taken by the serializer itself."""
        return {"errors": ErrorSerializer(many=True), **super().get_fields()}


class SessionRowSerializer(SessionSerializer):
    """A session as business servers see it."""

    channel = serializers.CharField(source="conversation.channel.web_app_id")
    visitor = VisitorSerializer()
    variables = serializers.DictField()
    rating = serializers.IntegerField(allow_null=True, help_text="1 to 5 stars")

    def to_representation(self, instance: Session) -> dict[str, Any]:
        conversation, rating = instance.conversation, getattr(instance, "rating", None)
        return {
            **instance.as_wire(),
            "channel": conversation.channel.web_app_id,
            "visitor": visitor_as_wire(conversation.visitor),
            "variables": instance.variables,
            "rating": rating.level if rating else None,
        }


class SessionPageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = SessionRowSerializer(many=True)


def visitor_as_wire(visitor: Any) -> dict[str, Any]:
    return {
        "id": visitor.openid,
        "user_id": visitor.user_id,
        "name": visitor.display_name,
        "language": visitor.language,
        "attributes": visitor.attributes,
    }
