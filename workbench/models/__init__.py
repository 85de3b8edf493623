"""What the workbench stores of its own: keys and calls of the cloud API, tickets that open one page once, who may embed
it, quick replies, notes and tags, wrap-ups, what colleagues write to each other, rollups, notices, exports."""

from workbench.models.cloud import CloudCall, CloudKey, Scope
from workbench.models.customer import Customer
from workbench.models.embedding import Embedding
from workbench.models.export import Export
from workbench.models.internal import InternalChat, InternalMessage, InternalPlace
from workbench.models.notes import NoteMention, VisitorNote, VisitorTag
from workbench.models.notices import Event, Notice, NoticeDelivery, NoticeRules
from workbench.models.push import PushSubscription
from workbench.models.quick import QuickFolder, QuickReply
from workbench.models.robot import NoticeChoice, Robot
from workbench.models.rollup import ALL, KEYS, NONE, SUMS, Rolling, Rollup, Span
from workbench.models.ticket import Ticket
from workbench.models.whisper import Whisper
from workbench.models.wrapup import WrapUp, WrapUpCategory

__all__ = [
    "ALL",
    "KEYS",
    "NONE",
    "SUMS",
    "CloudCall",
    "CloudKey",
    "Customer",
    "Embedding",
    "Event",
    "Export",
    "InternalChat",
    "InternalMessage",
    "InternalPlace",
    "NoteMention",
    "Notice",
    "NoticeChoice",
    "NoticeDelivery",
    "NoticeRules",
    "PushSubscription",
    "QuickFolder",
    "QuickReply",
    "Robot",
    "Rolling",
    "Rollup",
    "Scope",
    "Span",
    "Ticket",
    "VisitorNote",
    "VisitorTag",
    "Whisper",
    "WrapUp",
    "WrapUpCategory",
]
