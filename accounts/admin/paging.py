"""Lists of 10, 20 or 50 rows a page (M13), by the parameter `size`; a page far down is found by its ids."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from unfold.views import ChangeList

SIZES = (10, 20, 50)
SIZE = "size"


class IdsFirst(Paginator):
    """Rows that are skipped are skipped in the index: what the list joins and counts is read for its own page only."""

    object_list: Any

    def page(self, number: int | str) -> "Page[Any]":
        number = self.validate_number(number)
        if number == 1:
            return super().page(number)
        bottom = (number - 1) * self.per_page
        ids = list(self.object_list.values_list("pk", flat=True)[bottom : bottom + self.per_page])
        return Page(self.object_list.filter(pk__in=ids), number, self)


class PagedChangeList(ChangeList):
    """`own` are parameters of the page's address that are no lookups: a subclass acts on them."""

    own: tuple[str, ...] = ()
    list_per_page: int

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.size = request.GET.get(SIZE, "")
        super().__init__(request, *args, **kwargs)

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in (SIZE, *self.own)}

    def get_results(self, request: HttpRequest) -> None:
        self.sizes = tuple(sorted({*SIZES, self.list_per_page}))
        if self.size in map(str, SIZES):
            self.list_per_page = int(self.size)
        super().get_results(request)
