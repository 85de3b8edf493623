"""Text before tokens: one spelling for what looks the same to a reader."""

import re
import unicodedata
from typing import Literal

Script = Literal["zh", "en"]
SCRIPTS: tuple[Script, ...] = ("zh", "en")

MAX_CHARS = 400
"""Characters of a text that are read; a question is shorter, a pasted letter should not cost seconds."""

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_PUNCTUATION = re.compile(r"[^\w\s]|_")


def fold(text: str) -> str:
    """One width, one case, straight apostrophes, single spaces; at most MAX_CHARS characters."""
    folded = unicodedata.normalize("NFKC", text[:MAX_CHARS]).lower().replace("\u2019", "'")
    return " ".join(folded.split())


def normalise(text: str) -> str:
    """`fold` without punctuation; may be empty."""
    return " ".join(_PUNCTUATION.sub(" ", fold(text)).split())


def key(text: str) -> str:
    """Equal for two texts that are the same question; empty only for blank text."""
    return compact(normalise(text)) or fold(text)


def compact(text: str) -> str:
    """Chinese is written without spaces; other text keeps them."""
    return text.replace(" ", "") if has_han(text) else text


def has_han(text: str) -> bool:
    return _HAN.search(text) is not None


def script_of(text: str) -> Script:
    return "zh" if has_han(text) else "en"
