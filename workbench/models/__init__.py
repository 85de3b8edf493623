"""What the workbench stores of its own: keys and calls of the cloud API, tickets that open one page once, who may embed
it, quick replies, notes and tags, wrap-ups."""

from workbench.models.cloud import CloudCall, CloudKey, Scope
from workbench.models.embedding import Embedding
from workbench.models.notes import VisitorNote, VisitorTag
from workbench.models.quick import QuickFolder, QuickReply
from workbench.models.ticket import Ticket
from workbench.models.wrapup import WrapUp, WrapUpCategory

__all__ = [
    "CloudCall",
    "CloudKey",
    "Embedding",
    "QuickFolder",
    "QuickReply",
    "Scope",
    "Ticket",
    "VisitorNote",
    "VisitorTag",
    "WrapUp",
    "WrapUpCategory",
]
