"""The labelled set: questions whose right entry is known."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from chatbot.models import QUESTION_LENGTH, Entry, LabelledQuestion, Library


@dataclass
class Imported:
    """How many rows were new or changed, and the faults: (row number from 1, reason)."""

    added: int = 0
    changed: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def import_labelled(rows: Iterable[tuple[str, str]]) -> Imported:
    """Rows of (question, standard question of the entry that answers it, or nothing). Good rows are stored, a text
    that is there already gets the new entry, faulty rows are reported."""
    done = Imported()
    entries = {**_by_question(Library.CHITCHAT), **_by_question(Library.QA)}
    known: dict[str, int | None] = dict(LabelledQuestion.objects.values_list("text", "entry_id"))
    for number, (text, expected) in enumerate(rows, 1):
        text, expected = text.strip(), expected.strip()
        fault = _fault(text, expected, entries)
        if fault:
            done.faults.append((number, fault))
            continue
        entry_pk = entries[expected] if expected else None
        done.added += text not in known
        done.changed += text in known and known[text] != entry_pk
        known[text] = entry_pk
        LabelledQuestion.objects.update_or_create(text=text, defaults={"entry_id": entry_pk})
    return done


def _by_question(library: str) -> dict[str, int]:
    return dict(Entry.objects.of(library).values_list("question", "pk"))


def _fault(text: str, expected: str, entries: dict[str, int]) -> str | None:
    if not text:
        return _("The question is missing.")
    if len(text) > QUESTION_LENGTH:
        return _("At most 200 characters.")
    if expected and expected not in entries:
        return _("No entry has this standard question: %(question)s") % {"question": expected}
    return None
