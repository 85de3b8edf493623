"""The bigram index of what was said: words of two Chinese characters (退款) are found among a million messages.

PostgreSQL keeps a GIN index of integer arrays. SQLite keeps an FTS5 table beside the rows, filled by triggers: they are
lost when Django rebuilds this table, so a migration that changes it makes them again (migration 0010).
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any
from zlib import crc32

from django.db import models
from django.db.models import Exists, OuterRef
from solo.models import SingletonModel

from sessions_flow.models.message import Message
from sessions_flow.models.session import Session

FTS = "sessions_flow_searchfts"


def grams_of(text: str) -> list[int]:
    """Numbers (31 bits) of its pairs of neighbouring characters, and of single ones that are not ASCII; ascending."""
    runs = text.casefold().split()
    found = {pair for run in runs for pair in map("".join, pairwise(run))}
    found.update(character for run in runs if not run.isascii() for character in run if not character.isascii())
    return sorted(map(_number, found))


def grams_of_term(term: str) -> list[int]:
    """Those that a text has which contains the term: its pairs, or its one character. Lower case, without spaces."""
    if len(term) > 1:
        return [_number(pair) for pair in map("".join, pairwise(term))]
    return [] if term.isascii() else [_number(term)]


def _number(gram: str) -> int:
    return crc32(gram.encode("utf-8", "replace")) >> 1


class GramsField(models.Field):
    """`integer[]` on PostgreSQL; on SQLite a text of numbers, as FTS5 wants it."""

    def db_type(self, connection: Any) -> str:
        return "integer[]" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if connection.vendor == "postgresql" else " ".join(map(str, value))


@GramsField.register_lookup
class Having(models.Lookup):
    """`grams__having=[1, 2]`: all of them."""

    lookup_name = "having"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [self.lhs.output_field.get_db_prep_value(value, connection)]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        params = self.process_rhs(compiler, connection)[1]
        lhs = self.process_lhs(compiler, connection)[0]
        if connection.vendor == "postgresql":
            return f"{lhs} @> %s::integer[]", params
        key = lhs.replace('"grams"', '"message_id"')
        return f"{key} IN (SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s)", params  # noqa: S608 (a constant)


class SearchTextQuerySet(models.QuerySet["SearchText"]):
    def saying(self, words: str) -> "SearchTextQuerySet":
        """Of messages that contain each of the words, parted by spaces. A single ASCII character finds nothing."""
        terms = words.casefold().split()
        grams = {gram for term in terms for gram in grams_of_term(term)}
        if not grams:
            return self.none()
        found = self.filter(grams__having=sorted(grams))
        for term in terms:
            if len(term) > 2 or not grams_of_term(term):  # others are their gram
                found = found.filter(message__text__icontains=term)
        return found

    def index(self, rows: Iterable[tuple[int, int, str]]) -> int:
        """Of (message, session, text). Returns how many. One that is there already is replaced."""
        texts = [SearchText(message_id=pk, session_id=session, grams=grams_of(text)) for pk, session, text in rows]
        SearchText.objects.bulk_create(texts, update_conflicts=True, unique_fields=["message"], update_fields=["grams"])
        return len(texts)


class SearchText(models.Model):
    """One message that can be found. It follows in a sweep: posting writes nothing here."""

    message = models.OneToOneField(
        Message, models.CASCADE, primary_key=True, related_name="search_text", db_constraint=False
    )
    session = models.ForeignKey(Session, models.CASCADE, related_name="+", db_constraint=False)
    grams = GramsField()

    objects = SearchTextQuerySet.as_manager()

    def __str__(self) -> str:
        return f"#{self.message_id}"


class SearchCursor(SingletonModel):
    """Every message up to here is in the index if it belongs there."""

    message_pk = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"indexed up to #{self.message_pk}"


def not_indexed(after: int) -> "models.QuerySet[Message]":
    """Messages with words in a session that the index lacks, oldest first."""
    has_one = Exists(SearchText.objects.filter(message=OuterRef("pk")))
    found = Message.objects.filter(pk__gt=after, session__isnull=False).exclude(text="")
    return found.filter(~has_one).order_by("pk")
