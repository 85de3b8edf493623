"""Where in the knowledge base a page is: which library, which category, which filter (B5, B11, B12)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.paging import PagedChangeList
from chatbot.models import Branch, Category, Entry, Library, Tree

SEARCHES = {"question": _("Question"), "answer": _("Answer")}  # the fields to search in


@dataclass(frozen=True)
class Place:
    """`category` 0 is the whole library; `state` is on, off or empty."""

    library: str = Library.QA
    category: int = 0
    state: str = ""
    search_in: str = "question"

    @classmethod
    def of(cls, query: QueryDict) -> "Place":
        """Nonsense in an address counts as nothing asked for."""
        library, category, state = query.get("library", ""), query.get("category", ""), query.get("state", "")
        search_in = query.get("in", "")
        return cls(
            library if library in Library.values else Library.QA,
            int(category) if category.isascii() and category.isdecimal() and len(category) < 10 else 0,
            state if state in ("on", "off") else "",
            search_in if search_in in SEARCHES else "question",
        )

    def query(self, **more: Any) -> str:
        return urlencode({"library": self.library, **({"category": self.category} if self.category else {}), **more})

    def url(self) -> str:
        """Of its list of entries."""
        return f"{reverse('admin:chatbot_entry_changelist')}?{self.query()}"

    def entries(self, found: QuerySet[Entry], tree: Tree) -> QuerySet[Entry]:
        found = found.filter(library=self.library)
        if self.category:
            found = found.filter(category__in=tree.below(self.category))
        return found.filter(is_enabled=self.state == "on") if self.state else found


@dataclass(frozen=True)
class Shelf:
    """A library in the tree at the left."""

    library: Library
    tree: Tree

    @property
    def total(self) -> int:
        return sum(branch.total for branch in self.tree.roots)

    @property
    def branches(self) -> list[Branch]:
        return list(self.tree.walk())


def shelves() -> dict[str, Shelf]:
    """The three libraries with their sizes, in two queries."""
    counts = Entry.objects.order_by().values_list("category").annotate(Count("pk"))
    sizes = dict(counts)
    categories: dict[str, list[Category]] = {library: [] for library in Library.values}
    for category in Category.objects.all():
        categories[category.library].append(category)
    return {library.value: Shelf(library, Tree(categories[library], sizes)) for library in Library}


class EntryList(PagedChangeList):
    root_queryset: QuerySet[Entry]
    own = ("library", "category", "state", "in")

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Entry]:
        self.place, self.shelves = Place.of(request.GET), shelves()
        self.shelf = self.shelves[self.place.library]
        branch = self.shelf.tree.branches.get(self.place.category)
        self.category = branch.category if branch else None
        self.root_queryset = self.place.entries(self.root_queryset, self.shelf.tree)
        found: QuerySet[Entry] = super().get_queryset(request, exclude_parameters)
        return found
