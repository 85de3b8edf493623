"""The way to a page of the console, in the words of the navigation (M6)."""

from functools import cache
from typing import Any

from django import template
from django.db.models import Model
from django.utils.text import capfirst

from cs_project.console import NAVIGATION, UNFOLD

register = template.Library()


@cache
def titles() -> dict[str, Any]:
    """Title by address; the navigation's own word wins."""
    rows = [row for part in (*UNFOLD["TABS"], *NAVIGATION) for row in part["items"]]  # type: ignore[misc]
    return {str(row["link"]): row["title"] for row in rows}


@register.filter
def crumb(part: dict[str, Any]) -> Any:
    """A page's title begins large; a row keeps the name it has."""
    title = titles().get(str(part.get("link", "")), part["title"])
    return title if isinstance(title, Model) else capfirst(title)
