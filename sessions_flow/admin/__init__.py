"""Channels, sessions with their transcripts, and the settings of sessions in the console."""

from sessions_flow.admin.channels import ChannelAdmin
from sessions_flow.admin.sessions import Panel, SessionAdmin, panels
from sessions_flow.admin.settings import ClosingAdmin, PromptsAdmin, RatingRulesAdmin

__all__ = ["ChannelAdmin", "ClosingAdmin", "Panel", "PromptsAdmin", "RatingRulesAdmin", "SessionAdmin", "panels"]
