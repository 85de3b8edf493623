"""What visitors asked: recorded, voted on, and made into knowledge."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from chatbot.answering import Reply
from chatbot.matching.text import key as key_of
from chatbot.models import ANSWER_LENGTH, MOST_SIMILAR, QUESTION_LENGTH, Category, Counting, Entry, Question, Strategy
from chatbot.models.learning import TEXT_LENGTH
from chatbot.rules import ANSWERING

MOST_ERASED = 5000  # rows at a time


def record_question(session_pk: int, release_id: int, language: str, text: str, reply: Reply, seqs: list[int]) -> None:
    """Called in the transaction that answers. A question that was dismissed before stays dismissed."""
    verdict, key = reply.finding.verdict, key_of(text)[:TEXT_LENGTH]
    best = verdict.entry_ids[0] if verdict.entry_ids else reply.finding.answer.id
    Question.objects.create(
        session_id=session_pk,
        release_id=release_id or None,
        text=text[:TEXT_LENGTH],
        key=key,
        language=language,
        rule=verdict.rule,
        entry_pk=int(best) if best else None,
        score=verdict.score,
        answer_seq=seqs[0] if seqs else None,
        state=_first_state(verdict.rule, key),
        asked_at=timezone.now(),
    )


def note_worded(session_pk: int, text: str) -> None:
    """The newest question of the session got a worded answer. It stays open: the base has no answer of its own."""
    newest = Question.objects.filter(session_id=session_pk, text=text[:TEXT_LENGTH]).order_by("-pk").values("pk")[:1]
    Question.objects.filter(pk__in=newest, rule=Question.Rule.GUIDE).update(rule=Question.Rule.GENERATED)


def _first_state(rule: str, key: str) -> Question.State:
    if rule in ANSWERING:
        return Question.State.ANSWERED
    is_dismissed = Question.objects.filter(key=key, state=Question.State.DISMISSED).exists()
    return Question.State.DISMISSED if is_dismissed else Question.State.OPEN


def failures_in(session_pk: int, most: int) -> int:
    """Questions in a row that ended in the fallback, up to now; counts no further than `most`."""
    newest = Question.objects.filter(session_id=session_pk).order_by("-pk").values_list("rule", flat=True)[:most]
    count = 0
    for rule in newest:
        if rule != Question.Rule.FALLBACK:
            break
        count += 1
    return count


def vote_on_answer(conversation_id: int, seq: int, is_up: bool) -> None:
    """The visitor's thumb; the last one counts. A disliked answer is to be looked at."""
    found = Question.objects.filter(session__conversation_id=conversation_id, answer_seq=seq)
    found.update(vote=1 if is_up else -1, voted_at=timezone.now())
    answered, to_look_at = Question.State.ANSWERED, Question.State.OPEN
    before, after = (to_look_at, answered) if is_up else (answered, to_look_at)
    found.filter(state=before, rule__in=ANSWERING).update(state=after)


@transaction.atomic
def add_as_similar(keys: Collection[str], entry: Entry, member: Member | None = None) -> int:
    """The wordings become similar questions of the entry. Returns how many were new to it.
    Raises ValidationError when the entry cannot hold them."""
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    known = {key_of(text) for text in (entry.question, *entry.similar)}
    new = [text for text in _wordings(keys) if key_of(text) not in known]
    if len(entry.similar) + len(new) > MOST_SIMILAR:
        raise ValidationError({"similar": _("At most 100 questions of 200 characters.")})
    entry.similar = [*entry.similar, *new]
    entry.changed_by = member
    entry.full_clean()
    entry.save()
    _settle(keys, Question.State.ADDED)
    return len(new)


@transaction.atomic
def add_as_entry(
    keys: Collection[str], category: Category, answer: str, *, is_rich: bool = False, member: Member | None = None
) -> Entry:
    """A new entry: the most frequent wording is the standard question, the others are similar to it.
    Raises ValidationError as the entry's own form would."""
    wordings = _wordings(keys)
    if len(answer) > ANSWER_LENGTH:
        raise ValidationError({"answer": _("At most 5000 characters.")})
    if not wordings:
        raise ValidationError({"question": _("These questions are gone, or too long for an entry.")})
    entry = Entry(
        category=category,
        library=category.library,
        question=wordings[0],
        similar=wordings[1 : MOST_SIMILAR + 1],
        answer=answer,
        is_rich=is_rich,
        changed_by=member,
    )
    entry.full_clean()
    entry.save()
    _settle(keys, Question.State.ADDED)
    return entry


def dismiss(keys: Collection[str]) -> int:
    """They are not listed any more, nor when they are asked again. Returns how many there were."""
    return _settle(keys, Question.State.DISMISSED)


def erase_old_questions(now: datetime) -> int:
    """The retention setting; counts per day stay: nothing goes before it was counted. Returns how many were erased."""
    counted_at = Counting.get_solo().counted_at
    if counted_at is None:
        return 0
    bound = min(counted_at, now - timedelta(days=Strategy.get_solo().keep_questions_days))
    old = Question.objects.filter(asked_at__lt=bound).order_by("asked_at").values("pk")[:MOST_ERASED]
    return Question.objects.filter(pk__in=old).delete()[0]


def _wordings(keys: Collection[str]) -> Sequence[str]:
    """One text a key, the most frequent first; those too long for an entry are left out."""
    found = Question.objects.open().filter(key__in=list(keys)).values("key")
    rows = found.annotate(count=Count("pk"), text=Max("text")).order_by("-count", "key").values_list("text", flat=True)
    return [text.strip() for text in rows if len(text.strip()) <= QUESTION_LENGTH]


def _settle(keys: Collection[str], state: Question.State) -> int:
    return Question.objects.filter(~Q(state=Question.State.ANSWERED), key__in=list(keys)).update(state=state)
