"""Rich answers: what admins may write, and what leaves the house."""

import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

from sessions_flow.protocol import markdown

_own_picture = re.compile(r"(\]\(\s*)(/files/answers/)")
_script_address = re.compile(r"\]\(\s*<?\s*(?:javascript|vbscript|data|file):", re.IGNORECASE)
_reader = MarkdownIt("commonmark")


def safe_markdown(source: str) -> str:
    """The same markdown (F43), made safe; our own pictures get the whole address: apps draw answers far from this
    host."""
    return markdown.safe_markdown(_own_picture.sub(rf"\1{settings.PUBLIC_URL}\2", source))


def unsafe_markdown(source: str) -> Any:
    """Why an admin's markdown is refused; None when it is fine."""
    if _script_address.search(source):
        return _("A link must begin with http:// or https://.")
    if any(_has_html(token) for token in _reader.parse(source)):
        return _("HTML and scripts are not allowed in rich text. Use Markdown.")
    return None


def _has_html(token: Any) -> bool:
    inside = token.children or ()
    return token.type in ("html_block", "html_inline") or any(_has_html(child) for child in inside)
