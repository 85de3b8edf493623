"""Rows that the console's search finds, each kind as its own page would list it (M6).

Nothing here reads all sessions or messages: names of visitors, SessionIds and tags have indexes, and the sessions are
those of a bounded number of visitors. What was said is found among the service records."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin.base import when
from accounts.models import Group, Member, Visitor
from chatbot.admin.places import Place
from chatbot.models import Entry, Library
from cs_project.search.places import list_of, navigation
from sessions_flow.models import Session
from workbench.models import Customer, VisitorTag

MOST = 5  # of a kind
MOST_VISITORS = 100  # of whom customers and sessions are looked for
SHORTEST_NAME = 2  # of a visitor; one character has no index
PHONE = re.compile(r"\+?[\d\s()-]{5,}")
NOTHING = "–"


@dataclass(frozen=True)
class Hit:
    title: str
    facts: list[str]
    url: str

    @property
    def line(self) -> str:
        return " · ".join(fact for fact in self.facts if fact and fact != NOTHING)


@dataclass(frozen=True)
class Kind:
    """`more` is the address of the list that has the rest, if there is a rest."""

    title: Any
    icon: str
    hits: list[Hit] = field(default_factory=list)
    more: str = ""


@dataclass
class Asked:
    request: HttpRequest
    words: str

    @cached_property
    def visitors(self) -> dict[int, int]:
        """Of those with such a name or openid, newest first: under which customer each is found now."""
        if len(self.words) < SHORTEST_NAME:
            return {}
        signed = Visitor.objects.filter(user_id__startswith=self.words)
        named = Visitor.objects.known_by(self.words).union(signed).order_by("-pk")
        rows = named.values_list("pk", "merged_into")[:MOST_VISITORS]
        return {pk: merged_into or pk for pk, merged_into in rows}

    def page(self, model: Any) -> Any:
        return admin.site._registry[model]

    def rows(self, model: Any) -> Any:
        """What the page of this person lists."""
        return self.page(model).get_queryset(self.request)

    def listed(self, model: Any, words: str) -> Any:
        """What the page's own search finds."""
        return self.page(model).get_search_results(self.request, self.rows(model), words)[0]


def members(asked: Asked) -> Any:
    words = re.sub(r"[\s()-]", "", asked.words) if PHONE.fullmatch(asked.words) else asked.words
    return asked.listed(Member, words)


def groups(asked: Asked) -> Any:
    return asked.listed(Group, asked.words)


def customers(asked: Asked) -> Any:
    said = asked.words
    spelled = {said, said.upper(), said.lower(), said.capitalize()}  # the index knows whole tags
    tagged = VisitorTag.objects.filter(name__in=spelled).order_by("-pk")
    found = {*asked.visitors.values(), *tagged.values_list("visitor", flat=True)[:MOST_VISITORS]}
    return asked.rows(Customer).filter(pk__in=found).order_by("-pk")


def sessions(asked: Asked) -> Any:
    """The newest ones of these visitors, and by SessionId. The sum keeps the database from walking down the key
    through everybody's sessions until it has met enough of theirs."""
    theirs = Session.objects.filter(conversation__visitor__in=list(asked.visitors)).order_by((F("pk") + 0).desc())
    known = [rows.values_list("pk", flat=True)[: MOST + 1]
             for rows in (theirs, Session.objects.beginning_with(asked.words).order_by())]  # fmt: skip
    return asked.rows(Session).filter(pk__in=[pk for pks in known for pk in pks]).order_by("-opened_at")


def entries(asked: Asked) -> Any:
    return asked.rows(Entry).asking(asked.words).select_related("category")


def member_facts(asked: Asked, member: Member) -> list[str]:
    page = asked.page(Member)
    off = page.state_label(member)[1] if member.forced_off_at else ""
    return [member.get_role_display(), member.staff_no, member.account, member.phone, page.group_names(member), off]


def group_facts(asked: Asked, group: Any) -> list[str]:
    return [ngettext("%(count)s member", "%(count)s members", group.member_count) % {"count": group.member_count}]


def customer_facts(asked: Asked, visitor: Any) -> list[str]:
    page = asked.page(Customer)
    blocked = page.state(visitor)[1] if visitor.blocked_at else ""
    return [visitor.openid, visitor.user_id or "", page.tag_names(visitor), page.last(visitor), blocked]


def session_facts(asked: Asked, session: Session) -> list[str]:
    page = asked.page(Session)
    agent = str(session.agent or "")
    return [page.short_id(session), session.get_state_display(), agent, page.channel(session), when(session.opened_at)]


def entry_facts(asked: Asked, entry: Entry) -> list[str]:
    """The other way to ask it, where that was found."""
    terms = asked.words.casefold().split()
    in_question = all(term in entry.question.casefold() for term in terms)
    alike = next((text for text in entry.similar if any(term in text.casefold() for term in terms)), "")
    library = "" if entry.library == Library.QA else entry.get_library_display()
    return ["" if in_question else alike, library, entry.category.label, "" if entry.is_enabled else _("Disabled")]


Find = Callable[[Asked], Any]
KINDS: tuple[tuple[Any, Find, Callable[[Asked, Any], list[str]]], ...] = (
    (Member, members, member_facts),
    (Group, groups, group_facts),
    (Customer, customers, customer_facts),
    (Session, sessions, session_facts),
    (Entry, entries, entry_facts),
)


def found_rows(request: HttpRequest, words: str) -> Iterator[Kind]:
    """Kinds of which something was found, and which the person may look at."""
    asked = Asked(request, words)
    for model, find, facts_of in KINDS:
        if asked.page(model).has_view_permission(request):
            found = list(find(asked)[: MOST + 1])
            if found:
                yield _kind(asked, model, found, facts_of)


def _kind(asked: Asked, model: Any, found: list[Any], facts_of: Callable[[Asked, Any], list[str]]) -> Kind:
    entry = navigation()[list_of(model)]
    hits = [Hit(title_of(row), facts_of(asked, row), asked.page(model).url("change", row.pk)) for row in found[:MOST]]
    return Kind(entry["title"], entry["icon"], hits, _rest(asked, model, found) if len(found) > MOST else "")


def title_of(row: Any) -> str:
    return row.conversation.visitor.display_name if isinstance(row, Session) else str(row)


def _rest(asked: Asked, model: Any, found: list[Any]) -> str:
    if model is Entry:
        return f"{list_of(model)}?{Place(found[0].library).query(q=asked.words)}"
    return f"{list_of(model)}?{urlencode({'q': asked.words})}"
