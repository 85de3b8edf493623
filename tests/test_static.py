"""What browsers are sent: our scripts without comments and spaces still are scripts, and the chat page is light."""

import gzip
import re
import shutil
import subprocess
from os.path import normpath
from pathlib import Path

import httpx
import pytest

from sessions_flow.doors.pages import MODULES
from tests.house import static_root

STATIC = Path(__file__).parent.parent / "static"
OURS = sorted(path for path in STATIC.rglob("*.js") if "vendor" not in path.parts)
IMPORT = re.compile(r'^(?:import|export)\b[^;(]*?"(\.[^"]+)";', re.MULTILINE)
MOST_BYTES, MOST_LOADER_BYTES = 60_000, 6_000


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(STATIC)))
def test_our_scripts_are_smaller_and_still_scripts(full, path):
    sent = static_root() / path.relative_to(STATIC)
    assert sent.stat().st_size < path.stat().st_size
    if not shutil.which("node") or path.name == "loader.js":
        return
    checked = full.folder / "checked.mjs"
    checked.write_bytes(sent.read_bytes())
    done = subprocess.run(["node", "--check", str(checked)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.feature("M16")
def test_the_first_load_of_the_chat_is_light(full):
    page = httpx.get(full.chat_url).text
    names = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:js|css))"', page))
    assert len(names) > 20
    assert sum(len(gzip.compress(httpx.get(full.url + name).content, 9)) for name in names) < MOST_BYTES


def test_the_page_names_every_script_of_its_start():
    """Named at once they come at once; one that is missing costs a round trip more."""
    needed, todo = set(), [STATIC / "webchat/chat.js"]
    while todo:
        path = todo.pop()
        for name in IMPORT.findall(path.read_text()):
            found = Path(normpath(path.parent / name))
            if found not in needed:
                needed.add(found)
                todo.append(found)
    assert {str(path.relative_to(STATIC)) for path in needed} == set(MODULES)


@pytest.mark.feature("M22")
def test_the_loader_is_a_few_kilobytes_and_cached(full):
    answer = httpx.get(f"{full.url}/web/im/imPublish.js?webAppId={full.web_app_id}")
    assert len(gzip.compress(answer.content, 9)) < MOST_LOADER_BYTES
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers
    unknown = httpx.get(f"{full.url}/web/im/imPublish.js?webAppId={'0' * 32}")
    assert (unknown.status_code, unknown.headers["Content-Type"]) == (404, "text/javascript; charset=utf-8")


def test_what_others_published_is_sent_as_it_is(full):
    name = "vendor/partysocket/ws.js"
    assert (static_root() / name).read_bytes() == (STATIC / name).read_bytes()


@pytest.mark.feature("A102")
def test_nobody_is_asked_for_a_microphone():
    """Chat needs none; a page that asked would frighten visitors."""
    scripts = [path for folder in ("webchat", "workbench", "messages") for path in (STATIC / folder).rglob("*.js")]
    assert len(scripts) > 20
    assert not [path for path in scripts if "mediaDevices" in path.read_text() or "getUserMedia" in path.read_text()]
