"""Lists of 10, 20 or 50 rows a page (M13), by the parameter `size`."""

from typing import Any

from django.http import HttpRequest
from unfold.views import ChangeList

SIZES = (10, 20, 50)
SIZE = "size"


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
