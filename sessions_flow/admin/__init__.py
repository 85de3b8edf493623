"""Channels, sessions with their transcripts, and the settings of sessions in the console."""

from sessions_flow.admin.api_keys import ApiKeyAdmin
from sessions_flow.admin.channels import ChannelAdmin
from sessions_flow.admin.flows import FlowAdmin
from sessions_flow.admin.left_messages import LeftMessageAdmin
from sessions_flow.admin.sessions import Panel, SessionAdmin, panels
from sessions_flow.admin.settings import (
    ChannelPromptsAdmin,
    ClosingAdmin,
    PromptsAdmin,
    RatingRulesAdmin,
    RetentionAdmin,
    WorkplaceAdmin,
)
from sessions_flow.admin.webhooks import WebhookDeliveryAdmin, WebhookEndpointAdmin

__all__ = [
    "ApiKeyAdmin",
    "ChannelAdmin",
    "ChannelPromptsAdmin",
    "ClosingAdmin",
    "FlowAdmin",
    "LeftMessageAdmin",
    "Panel",
    "PromptsAdmin",
    "RatingRulesAdmin",
    "RetentionAdmin",
    "SessionAdmin",
    "WebhookDeliveryAdmin",
    "WebhookEndpointAdmin",
    "WorkplaceAdmin",
    "panels",
]
