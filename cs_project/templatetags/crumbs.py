"""The way to a page of the console, in the words of the navigation (M6)."""

from functools import cache
from typing import Any

from django import template

from cs_project.console import NAVIGATION, UNFOLD

register = template.Library()


@cache
def titles() -> dict[str, Any]:
    """Title by address; the navigation's own word wins."""
    rows = [row for part in (*UNFOLD["TABS"], *NAVIGATION) for row in part["items"]]  # type: ignore[misc]
    return {str(row["link"]): row["title"] for row in rows}


@register.filter
def crumb(part: dict[str, Any]) -> Any:
    return titles().get(str(part.get("link", "")), part["title"])
