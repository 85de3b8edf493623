"""Rich answers in the published client, which puts them into its page unsanitised."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from sessions_flow.protocol.markdown import safe_markdown

CLIENT = Path(__file__).parent / "conformance"
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "&lt;img src=x onerror=alert(1)>",
    "a <svg/onload=alert(1)> b",
    "[x](javascript:alert(1))",
    "[x]( JavaScript:alert(1))",
    "[x](\tjavascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[a [b](javascript:x) c](javascript:alert(1))",
    '![x](data:text/html,<script>alert(1)</script> "t")',
    '[x](https://a.example "t\\" onmouseover=alert(1)")',
    '![a" onerror="alert(1)](https://a.example/x.png)',
    "[x]: javascript:alert(1)\n\n[x]",
    "> [x]: javascript:alert(1)\n\n[x]",
    "- [a\\]b]: vbscript:x\n\n[a\\]b]",
    "1. > [x]: data:text/html,x\n\n[x] ![x]",
    "> [x](\n> javascript:alert(1))",
    "> [x]:\n> javascript:alert(1)\n\n[x]",
    "[x](<javascript:alert(1)>)",
    "[x]:\n  java&Tab;script:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "| a |\n|---|\n| [x](javascript:alert(1)) |",
    "`[x](javascript:alert(1))` [y](`javascript:alert(1)`)",
    "[x][y]\n\n[y]: <javascript:alert(1)> 'title'",
    "[x](//evil.example) [y](\\javascript:alert(1)) [z](java\\script:alert(1))",
]


@pytest.mark.feature("F43", "A77")
@pytest.mark.skipif(
    not (CLIENT / "node_modules").exists() or not shutil.which("node"), reason="needs Node (make test installs it)"
)
def test_nothing_hostile_comes_alive(tmp_path):
    """Also cut anywhere: answers that grow are shown in pieces."""
    texts = [safe_markdown(source[:end]) for source in HOSTILE for end in range(1, len(source) + 1)]
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(texts))
    done = subprocess.run(["node", "check_markdown.mjs", str(path)], cwd=CLIENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_the_control_does_come_alive(tmp_path):
    """Without the guard the same check finds them."""
    if not (CLIENT / "node_modules").exists() or not shutil.which("node"):
        pytest.skip("needs Node (make test installs it)")
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(HOSTILE))
    done = subprocess.run(["node", "check_markdown.mjs", str(path)], cwd=CLIENT, capture_output=True, text=True)
    assert done.returncode == 1 and len(done.stdout.splitlines()) >= 12, done.stderr


@pytest.mark.parametrize(
    "source",
    [
        "See [the docs](https://example.com/a?b=1&c=2) and ![a](/files/x)",
        "[x]: https://example.com\n\n[x]",
        "[注]: 内容如下",
        "**a** `b` ~~c~~",
    ],
)
def test_honest_markdown_stays(source):
    assert safe_markdown(source) == source
