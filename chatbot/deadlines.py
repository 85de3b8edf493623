"""What becomes due for the bot."""

from datetime import datetime

from chatbot.actions.imports import claim_import, erase_old_imports, work_on
from chatbot.actions.questions import erase_old_questions
from chatbot.actions.releases import complete_unfinished
from chatbot.background import is_free_for_long, submit_long
from chatbot.counts import count_if_due
from sessions_flow.deadlines import deadline


@deadline("bot.publishing", every_seconds=1)
def publishing(now: datetime) -> int:
    return complete_unfinished(now)


@deadline("bot.imports", every_seconds=1)
def imports(now: datetime) -> int:
    """One at a time in a process: the worker's sweep must not wait for it."""
    job = claim_import(now) if is_free_for_long() else None
    if job is None:
        return 0
    submit_long(work_on, job)
    return 1


@deadline("bot.imports.old", every_seconds=3600, may_wait=True)
def old_imports(now: datetime) -> int:
    return erase_old_imports(now)


@deadline("bot.counts", every_seconds=5, may_wait=True)
def counts(now: datetime) -> int:
    return count_if_due(now)


@deadline("bot.questions.old", every_seconds=60, may_wait=True)
def old_questions(now: datetime) -> int:
    """Also on a desk where nobody asks any more."""
    return erase_old_questions(now)
