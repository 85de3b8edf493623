"""The OpenAPI schema says what the door does: no warnings, schemathesis finds nothing, the docs' lines run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.house import small_house
from tests.people import text_of
from tests.rest import RestVisitor
from tests.test_rest_access import make_key

DOCS = Path(__file__).parent.parent / "docs" / "rest.md"
SEED = os.environ.get("SCHEMATHESIS_SEED", "20261124")
EXAMPLES = 8  # of every operation, beside the systematic ones


@pytest.fixture(scope="module")
def unlimited(tmp_path_factory):
    """A desk of its own: what is sent here would end in 429."""
    no_limits = {name: "0" for name in ("API_KEY_RATE", "API_VISITOR_RATE", "API_ADDRESS_RATE", "UPLOAD_RATE")}
    with small_house(tmp_path_factory.mktemp("unlimited") / "house", **no_limits) as house:
        yield house


def test_the_schema_has_no_warnings(unlimited, tmp_path):
    unlimited.manage("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


@pytest.mark.feature("U14")
def test_the_docs_name_every_address(unlimited):
    served = httpx.get(f"{unlimited.url}/api/schema/?format=json").json()
    channel = "/api/v1/channels/{web_app_id}/"
    paths = {path.removeprefix(channel) for path in served["paths"] if path.startswith(channel)} - {""}
    named = set(re.findall(r"`(?:GET|POST|PATCH) ((?:visitor|conversation)[^\s`?]*)", DOCS.read_text()))
    assert {name.replace("<seq>", "{seq}") for name in named} == paths


CONFIG = """
[[operations]]
include-path-regex = "/channels/"
headers = {{ Authorization = "Bearer {token}" }}
parameters = {{ "path.web_app_id" = "{app}", "query.wait" = 0 }}

[[operations]]
include-path-regex = "/sessions/"
headers = {{ "X-Api-Key" = "{key}" }}
parameters = {{ "path.session_id" = "{session}" }}
"""


@pytest.mark.feature("U14", "U16")
def test_schemathesis_finds_nothing(unlimited, tmp_path):
    """As a visitor and as a business server, what the schema allows and what it forbids: no server error, and every
    answer as described. `positive_data_acceptance` is left out: a schema cannot say "exactly one of these"."""
    vera, key = RestVisitor(unlimited), make_key(unlimited, "visitors", "sessions.read", "sessions.close")
    config = tmp_path / "schemathesis.toml"
    session = vera.say("你好")["session"]
    config.write_text(CONFIG.format(token=vera.token, app=unlimited.web_app_id, key=key, session=session))
    command = [
        "schemathesis", "--config-file", str(config), "run", f"{unlimited.url}/api/schema/?format=json",
        "--exclude-path-regex", "/events/$", "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES),
        "--seed", SEED, "--checks", "all", "--exclude-checks", "positive_data_acceptance", "--no-shrink",
        "--generation-database", "none", "--max-time", "50",
    ]  # fmt: skip
    command[0] = str(Path(sys.executable).with_name("schemathesis"))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    print(f"seed {SEED}; SCHEMATHESIS_SEED chooses another")
    assert done.returncode == 0, done.stdout[-15000:] + done.stderr[-2000:]
    assert "Tested: 20" in done.stdout, done.stdout[-1500:]
    assert "Traceback" not in unlimited.log() and "ERROR" not in unlimited.log(), unlimited.log()[-3000:]


@pytest.mark.feature("U14")
def test_the_walk_with_curl_works_as_printed(unlimited, tmp_path):
    script = DOCS.read_text().split("```sh\n")[1].split("```")[0]
    env = {**os.environ, "DESK": unlimited.url, "APP": unlimited.web_app_id}
    done = subprocess.run(["bash", "-euc", script], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    decoder, rest, answers = json.JSONDecoder(), done.stdout, []
    while rest.startswith("{"):
        answer, end = decoder.raw_decode(rest)
        answers.append(answer)
        rest = rest[end:].lstrip()
    sent, polled, upload, human, state, page = answers
    assert text_of(sent["entry"]) == "你好" and polled["entries"] and "TIMFileElem" in json.dumps(upload)
    assert text_of(human["entry"]) == "转人工服务" and state["last_seq"] >= human["entry"]["seq"]
    assert len(page["entries"]) == 5 and page["has_more"]
    assert rest.startswith("retry:") and 'data: {"op":"entries"' in rest
