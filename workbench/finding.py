"""Search within one conversation, as far as the agent may read it."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Member
from sessions_flow.access import messages_for_member
from sessions_flow.models.session import milliseconds
from workbench.dossier import conversation_of
from workbench.words import words

Frame = dict[str, Any]
MOST = 50
LONGEST = 100
AROUND = 60  # characters shown around the words


def found(member: Member, frame: Frame) -> Frame:
    """`matches`, newest first: `seq`, `at`, who, and the words with what stands around them."""
    wanted = words(frame, "words", _("The search"), LONGEST)
    rows = messages_for_member(member, conversation_of(member, frame)).said()  # type: ignore[attr-defined]
    rows = rows.filter(text__icontains=wanted).order_by("-seq")[: MOST + 1]
    matches = [_match(row, wanted) for row in rows]
    return {"matches": matches[:MOST], "has_more": len(matches) > MOST}


def _match(row: Any, wanted: str) -> Frame:
    at = max(0, row.text.lower().find(wanted.lower()) - AROUND // 2)
    shown = " ".join(row.text[at : at + len(wanted) + AROUND].split())
    sender = row.as_wire()["from"]
    return {
        "seq": row.seq,
        "at": milliseconds(row.created_at),
        "kind": sender["kind"],
        "by": sender["name"],
        "text": shown,
    }
