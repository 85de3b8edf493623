"""Rich answers as they may leave the house: real visitor plugins put our markdown into v-html unsanitised."""

import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

_inline_link = re.compile(r"(\]\(\s*)(?!https?://|/(?!/))[^)\s]*", re.IGNORECASE)
_reference = re.compile(r"^(\s*\[[^\]]*\]:\s*)(?!https?://)\S+", re.IGNORECASE | re.MULTILINE)
_own_picture = re.compile(r"(\]\(\s*)(/files/answers/)")
_script_address = re.compile(r"\]\(\s*<?\s*(?:javascript|vbscript|data|file):", re.IGNORECASE)
_reader = MarkdownIt("commonmark")


def safe_markdown(source: str) -> str:
    """The same markdown (F43) without raw HTML, with links and pictures to http(s) or our own paths only.

    Our own pictures get the whole address: apps draw answers far from this host.
    """
    plain = source.replace("<", "&lt;")
    plain = _own_picture.sub(rf"\1{settings.PUBLIC_URL}\2", plain)
    return _reference.sub(r"\1#", _inline_link.sub(r"\1#", plain))


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
