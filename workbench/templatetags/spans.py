"""Spans of time in templates."""

from django import template

register = template.Library()


@register.filter
def span(seconds: int) -> str:
    """19:46:27 (W49); hours go on beyond 24."""
    hours, rest = divmod(max(0, int(seconds)), 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
