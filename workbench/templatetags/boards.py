"""Sorting links of the boards' tables."""

from django import template
from django.http import QueryDict
from django.utils.safestring import SafeString

from workbench.boards.tables import Table

register = template.Library()


@register.simple_tag
def sort_query(query: str, table: Table, column: str) -> str:
    """The page's address sorted by this column: the largest first, a second time the smallest; names from A to Z."""
    chosen = QueryDict(query, mutable=True)
    down = "" if column == "name" else "-"
    other = "-" if column == "name" else ""
    chosen[f"{table.name}_by"] = f"{other if table.by == f'{down}{column}' else down}{column}"
    return f"{chosen.urlencode()}#table-{table.name}"


@register.simple_tag
def sorted_by(table: Table, column: str) -> str:
    if table.by.removeprefix("-") != column:
        return ""
    return SafeString(f'aria-sort="{"descending" if table.by.startswith("-") else "ascending"}"')
