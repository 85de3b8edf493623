"""Answers for the agent to send: what the released knowledge base has for the visitor's last question."""

from typing import Any

from accounts.models import Member
from chatbot.released import knowledge
from sessions_flow.access import messages_for_member
from sessions_flow.actions import VISITOR
from workbench.dossier import conversation_of

Frame = dict[str, Any]
MOST = 3
LIKELY = 0.15  # below this chance an answer is more in the way than of help
LOOKED_AT = 20  # the visitor's last messages, until one is a text


def suggested(member: Member, frame: Frame) -> Frame:
    """`question`: the visitor's last text; `answers`: the likeliest entries, best first, none where nothing fits."""
    question = _question(member, frame)
    return {"question": question, "answers": _answers(question) if question else []}


def _question(member: Member, frame: Frame) -> str:
    rows = messages_for_member(member, conversation_of(member, frame)).said()  # type: ignore[attr-defined]
    texts = rows.filter(kind=VISITOR).order_by("-seq").values_list("text", flat=True)[:LOOKED_AT]
    return next((text for text in texts if text), "")


def _answers(question: str) -> list[Frame]:
    known = knowledge()
    top = known.ask(question).answer.top[:MOST]
    rows = [(known.entries[entry_id], chance) for entry_id, chance in top if chance >= LIKELY]
    return [{"question": row["question"], "answer": row["answer"], "score": round(chance, 2)} for row, chance in rows]
