"""The facts of conversations and sessions, a file a noun."""

from sessions_flow.models.api_key import ApiKey, Scope
from sessions_flow.models.channel import Channel
from sessions_flow.models.conversation import Conversation
from sessions_flow.models.flow import Flow, FlowVersion
from sessions_flow.models.form import FormField
from sessions_flow.models.joined import Joined
from sessions_flow.models.left_message import LeftMessage
from sessions_flow.models.message import Message
from sessions_flow.models.open_stream import OpenStream
from sessions_flow.models.rating import Rating
from sessions_flow.models.search import SearchCursor, SearchText
from sessions_flow.models.session import EndedBy, Session, State
from sessions_flow.models.settings import ChannelPrompts, Closing, Prompts, RatingRules, Retention, Workplace
from sessions_flow.models.sweep import Sweep
from sessions_flow.models.upload import Upload
from sessions_flow.models.visit import Visit
from sessions_flow.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiKey",
    "Channel",
    "ChannelPrompts",
    "Closing",
    "Conversation",
    "EndedBy",
    "Flow",
    "FlowVersion",
    "FormField",
    "Joined",
    "LeftMessage",
    "Message",
    "OpenStream",
    "Prompts",
    "Rating",
    "RatingRules",
    "Retention",
    "Scope",
    "SearchCursor",
    "SearchText",
    "Session",
    "State",
    "Sweep",
    "Upload",
    "Visit",
    "WebhookDelivery",
    "WebhookEndpoint",
    "Workplace",
]
