"""Rich answers as they may leave the house: real visitor plugins put our markdown into v-html unsanitised.

Plugins differ in which markdown they know, so nothing is parsed here: raw HTML cannot begin, and every address,
wherever one could stand, either is http(s) or a path of ours, or holds nothing that a browser takes for a scheme.
"""

import re

SAFE = r"(?:https?://|/(?!/))"
# `](address`, also on the next line of a quotation; then definitions, `[name]: address`, inside lists and quotations.
_inline_link = re.compile(rf"(\]\([\s>]*)(?!{SAFE})[^)\s]*", re.IGNORECASE)
_definition = re.compile(rf"(\]:[\s>]*)(?!{SAFE})(?=\S*[:&])[^\s>]\S*", re.IGNORECASE)


def safe_markdown(source: str) -> str:
    """The same markdown (F43) without raw HTML, and with links and pictures to http(s) or our own paths only."""
    plain = source.replace("<", "&lt;")
    return _definition.sub(r"\1#", _inline_link.sub(r"\1#", plain))
