"""What we ship: sample questions (B14) and small talk (B17), as data."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def topics() -> list[dict[str, Any]]:
    """The categories of the preset chit-chat library: {code, names by language, entries}."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "chitchat" / "topics.json").read_text(encoding="utf-8"))
    return found


def category_name(code: str, language: str) -> str:
    """Empty for what we no longer ship."""
    names: dict[str, str] = next((topic["names"] for topic in topics() if topic["code"] == code), {})
    return str(names.get(language) or names.get("en", ""))
