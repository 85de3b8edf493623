"""The small talk that we ship (B17, B18): brought up to date at every start, keeping what admins changed (A74)."""

from typing import Any

from django.db import transaction

from chatbot.models import Category, Entry, Library
from chatbot.presets import topics

SHIPPED = ("question", "similar", "answer")


@transaction.atomic
def load_chitchat() -> int:
    """How many entries were added or changed. Answers that somebody edited, and switches, stay as they are."""
    known = {entry.preset: entry for entry in Entry.objects.of(Library.PRESET)}
    touched = 0
    for topic in topics():
        category, _made = Category.objects.get_or_create(
            preset=topic["code"], defaults={"library": Library.PRESET, "name": topic["names"]["zh-hans"]}
        )
        for row in topic["entries"]:
            touched += _bring_up_to_date(category, row, known.pop(row["code"], None))
    for entry in known.values():  # no longer shipped
        entry.delete()
    return touched


def _bring_up_to_date(category: Category, row: dict[str, Any], entry: Entry | None) -> bool:
    if entry is None:
        Entry.objects.create(category=category, preset=row["code"], **{name: row[name] for name in SHIPPED})
        return True
    wanted = {name: row[name] for name in SHIPPED if not (name == "answer" and entry.is_edited)}
    if entry.category_id == category.pk and all(getattr(entry, name) == value for name, value in wanted.items()):
        return False
    for name, value in {**wanted, "category": category}.items():
        setattr(entry, name, value)
    entry.save()
    return True
