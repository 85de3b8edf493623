"""Every payload that the server sent to any person of any test, shown to the published plugin when all have run.

Each process of a test run notes what its people receive; the first one, which the workers inherit their environment
from, lets the plugin draw it all at the end (the hooks are in the root's conftest).
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

CLIENT = Path(__file__).parent / "conformance"
CHANGING = re.compile(r'"(sessionId|expireTime)": ?("[^"]*"|\d+)')  # what makes two of a kind differ
_noted: set[str] = set()


def can_check() -> bool:
    return (CLIENT / "node_modules").exists() and bool(shutil.which("node"))


def payloads_in(frame: dict) -> Iterator[dict]:
    """Custom payloads that the house or an agent sent: stored, modified, or for those online only."""
    for entry in [*frame.get("entries", []), frame]:
        if entry.get("from", {}).get("kind") == "visitor":
            continue
        event = entry.get("event")  # of a stored entry; frames may have a name of that key
        for elem in (entry.get("elem"), event.get("elem") if isinstance(event, dict) else None):
            if elem and elem.get("MsgType") == "TIMCustomElem":
                yield json.loads(elem["MsgContent"]["Data"])


def note(frame: dict) -> None:
    """One of a kind is enough."""
    for payload in payloads_in(frame):
        said = json.dumps(payload, ensure_ascii=False, sort_keys=True)
        kind = CHANGING.sub("", said)
        if kind not in _noted:
            _noted.add(kind)
            with _folder().joinpath(f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
                file.write(said + "\n")


def everything() -> list[dict]:
    """What all processes of this run noted."""
    lines = (line for path in sorted(_folder().glob("*.jsonl")) for line in path.read_text("utf-8").splitlines())
    return [json.loads(line) for line in dict.fromkeys(lines)]


def check(payloads: list[dict]) -> str:
    """What the published plugin has against them; empty when it draws and answers them all."""
    path = _folder() / f"check-{os.getpid()}.json"
    path.write_text(json.dumps([{"src": row.get("src"), "direction": "in", "payload": row} for row in payloads]))
    command = ["node", "check_messages.mjs", str(path)]
    done = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, timeout=300)
    if not done.returncode:
        return ""
    found = re.findall(r"^FAIL.*(?:\n     -.*)+", done.stdout, re.MULTILINE)
    return "\n".join(found) or f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def _folder() -> Path:
    folder = Path(os.environ["PAYLOADS_DIR"])
    folder.mkdir(exist_ok=True)
    return folder
