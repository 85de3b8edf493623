"""业务服务器分配: the waiting row is stored and the visitor told first; then the server is asked, without any lock, by
a small pool of threads; its answer is applied under the locks (docs/decisions). A row not decided in time is decided by
the sweep: nobody waits for a server that does not answer (A29)."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Group, Member
from routing import bell
from routing.actions import give_up
from routing.business import Answer, Attempt, Question, ask
from routing.lock import assignment_lock
from routing.models import CallbackCall, Desk, Distribution, Waiting
from routing.queueing import still_waiting
from sessions_flow import live
from sessions_flow.actions import locked
from sessions_flow.live.database import guarded
from sessions_flow.models import Session
from sessions_flow.models.session import milliseconds
from sessions_flow.models.settings import current

logger = logging.getLogger(__name__)
DECIDE_SECONDS = 3.3  # after that the sweep decides; the visitor is told within 4 s
BATCH = 200
pool = ThreadPoolExecutor(8, thread_name_prefix="business-server")


def due(session: Session, now: datetime) -> datetime | None:
    """When the answer must be there; None where nobody is to be asked (C2, C3)."""
    rules = current(Distribution)
    is_active = rules.strategy == Distribution.Strategy.SERVER and rules.callback_url
    return now + timedelta(seconds=DECIDE_SECONDS) if is_active and session.group_id is None else None


def ask_after_commit(row_pk: int) -> None:
    transaction.on_commit(lambda: pool.submit(_run, row_pk), robust=True)


def _run(row_pk: int) -> None:
    try:
        guarded(ask_and_decide, row_pk)
    except Exception:
        logger.exception("the business server could not be asked, the sweep decides")


def ask_and_decide(row_pk: int) -> None:
    asked = Waiting.objects.filter(pk=row_pk, asking_until__isnull=False)
    waiting = asked.select_related("session__conversation__visitor").first()
    if waiting is None:
        return
    question = _question(waiting)
    at = timezone.now()
    attempts = ask(question)
    decision = decide(row_pk, waiting.session.conversation_id, attempts[-1].answer, timezone.now())
    _log(waiting.session, question, attempts, decision, at)


def _question(row: Waiting) -> Question:
    rules, visitor = current(Distribution), row.session.conversation.visitor
    return Question(
        url=rules.callback_url,
        sdk_app_id=settings.IM_SDK_APP_ID,
        session_id=str(row.session.session_id),
        visitor_id=visitor.user_id or visitor.openid,
        event_time=milliseconds(row.session.waiting_since) or 0,
        secret=rules.callback_secret,
    )


def _log(session: Session, question: Question, attempts: list[Attempt], decision: str, at: datetime) -> None:
    for attempt in attempts:
        CallbackCall.objects.create(
            session=session,
            at=at,
            url=question.address(),
            request=question.body(),
            status=attempt.status,
            answer=attempt.body.replace("\0", ""),
            error=attempt.error,
            milliseconds=attempt.milliseconds,
            decision=decision if attempt is attempts[-1] else "asked again",
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the session waits from now on. `is_failure`: 转人工失败."""

    words: str
    group: Group | None = None
    candidates: list[int] | None = None
    is_failure: bool = False


def choose(answer: Answer | None) -> Choice:
    """A29 to A31."""
    if answer is None:
        fails = not current(Distribution).is_automatic_on_failure
        return Choice("hand-over failed" if fails else "automatic distribution", is_failure=fails)
    if answer.agents:
        known = list(Member.objects.present().filter(account__in=answer.agents).order_by("pk"))
        if known:
            is_away = not Desk.objects.logged_in().filter(member__in=known).exists()
            names = ", ".join(member.account for member in known)[:200]
            words = f"all named agents are offline: {names}" if is_away else f"agents: {names}"
            return Choice(words, candidates=[member.pk for member in known], is_failure=is_away)
    elif answer.group is not None:
        group = Group.objects.present().filter(pk=answer.group).first()
        if group is not None:
            is_away = not Desk.objects.logged_in().of_group(group.pk).exists()
            words = f"nobody of the group is at work: {group}" if is_away else f"group: {group}"
            return Choice(words, group=group, is_failure=is_away)
    return Choice("nobody known was named: automatic distribution")


def decide(row_pk: int, conversation_id: int, answer: Answer | None, now: datetime) -> str:
    """Applies the answer, if nobody decided before. Returns what was done, in words for the log."""
    with assignment_lock([conversation_id]), locked(conversation_id, now) as held:
        row = still_waiting(Waiting.objects.filter(pk=row_pk, asking_until__isnull=False).first(), held)
        if row is None:
            return "too late: decided before, or the visitor left"
        choice, session = choose(answer), row.session
        row.asking_until = None
        if choice.is_failure:
            give_up(held, row)
            return choice.words
        row.group, row.candidates = choice.group, choice.candidates
        row.save(update_fields=["group", "candidates", "asking_until"])
        session.group = choice.group
        session.save(update_fields=["group"])
        live.ring_after_commit(None)
        bell.ring_after_commit()
    return choice.words


def overdue(now: datetime) -> list[Waiting]:
    """Rows whose answer is not there in time."""
    late = Waiting.objects.filter(asking_until__lte=now).select_related("session__conversation__visitor")
    return list(late[:BATCH])


def decide_late(row: Waiting, now: datetime) -> str:
    question = _question(row)
    decision = decide(row.pk, row.session.conversation_id, None, now)
    _log(row.session, question, [Attempt(error="no answer in time")], decision, now)
    return decision
