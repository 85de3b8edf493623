"""userSig: the published maker's are accepted, ours are what the published maker makes, everything else is refused."""

import base64
import json
import os
import subprocess
import sys
import time
import zlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from TLSSigAPIv2 import TLSSigAPIv2

from accounts import usersig
from accounts.usersig import BadSignature, Expired, Malformed, UserSigError, WrongApp, WrongUser
from tests.house import ROOT

pytestmark = pytest.mark.feature("A89", "U9")
APP, KEY = 1400000001, "k" * 64
names = st.text(st.characters(blacklist_categories=["Cc", "Cs"]), min_size=1, max_size=64)


@pytest.fixture(autouse=True, scope="module")
def application():
    from django.test import override_settings

    with override_settings(IM_SDK_APP_ID=APP, IM_SECRET_KEY=KEY):
        yield


def published(user_id, seconds=180 * usersig.DAY, app=APP, key=KEY):
    return TLSSigAPIv2(app, key).gen_sig(user_id, seconds)


def opened(sig):
    raw = base64.b64decode(sig.translate(usersig.FROM_WIRE))
    return json.loads(zlib.decompress(raw))


def packed(said):
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.b64encode(zlib.compress(raw)).decode().translate(usersig.TO_WIRE)


def test_it_works():
    assert usersig.verify(usersig.make("vera"), "vera") == "vera"


@given(names, st.integers(usersig.LEAST_DAYS, usersig.MOST_DAYS))
def test_ours_are_made_as_the_published_ones(user_id, days):
    """The published maker cannot verify, so it makes the same one at the same second."""
    ours = usersig.make(user_id, days)
    made_at = opened(ours)["TLS.time"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: made_at)
        assert opened(published(user_id, days * usersig.DAY)) == opened(ours)


@given(names)
def test_published_ones_are_accepted(user_id):
    assert usersig.verify(published(user_id), user_id) == user_id


@given(st.binary(max_size=200))
def test_a_userbuf_is_tolerated(userbuf):
    sig = TLSSigAPIv2(APP, KEY).gen_sig_with_userbuf("vera", 86400, userbuf)
    assert usersig.verify(sig) == "vera"
    changed = opened(sig) | {"TLS.userbuf": "AAAA" + base64.b64encode(userbuf).decode()}
    with pytest.raises(BadSignature):
        usersig.verify(packed(changed))


def test_each_reason_has_its_class():
    now = time.time()
    cases = [
        (published("vera", app=APP + 1), WrongApp, 70014),
        (published("vera", key="x" * 64), BadSignature, 70009),
        (published("bob"), WrongUser, 70013),
        (published("vera", seconds=-1), Malformed, 70003),
        (usersig.make("vera", 7, now - 7 * usersig.DAY - 1), Expired, 70001),
    ]
    for sig, error, code in cases:
        with pytest.raises(error) as caught:
            usersig.verify(sig, "vera")
        assert caught.value.code == code and str(caught.value)
    assert usersig.verify(usersig.make("vera", 7, now - 7 * usersig.DAY), now=int(now)) == "vera"


JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.lists(st.integers())
FIELDS = st.sampled_from(["ver", "identifier", "sdkappid", "time", "expire", "userbuf", "sig"])


@given(FIELDS, JUNK)
def test_a_changed_field_is_refused(name, junk):
    said = opened(published("vera"))
    key = f"TLS.{name}"
    if said.get(key) == junk or str(said.get(key)) == str(junk):
        return
    with pytest.raises(UserSigError):
        usersig.verify(packed(said | {key: junk}), "vera")


@settings(max_examples=300)
@given(st.integers(0, 400), st.characters())
def test_a_changed_character_is_refused(place, character):
    sig = published("vera")
    place %= len(sig)
    if sig[place] == character or sig[place:].strip("_") == "":
        return
    with pytest.raises(UserSigError):
        changed = sig[:place] + character + sig[place + 1 :]
        if opened_or_none(changed) == opened(sig):
            raise Malformed  # bits that base64 throws away
        usersig.verify(changed)


def opened_or_none(sig):
    try:
        return opened(sig)
    except Exception:
        return None


@pytest.mark.parametrize(
    "junk",
    [
        None, 5, b"bytes", "", "junk", "+/=", "中文", "\ud800", "A" * 5000, packed([]), packed(b"{"), packed(b"\xff"),
        packed(b"[" * 8000), packed({"TLS.ver": "2.0"}), packed(b" " * 9000), packed({})[:-4], packed({}) + "AAAA",
    ],
)  # fmt: skip
def test_junk_is_malformed(junk):
    with pytest.raises(Malformed):
        usersig.verify(junk)


def test_a_bomb_is_not_inflated(monkeypatch):
    """Four kilobytes that would become four megabytes."""
    bomb = packed(b"[" + b" " * 2_000_000)
    assert len(bomb) < usersig.LONGEST_SIG
    monkeypatch.setattr(json, "loads", lambda text: pytest.fail(f"read {len(text)} bytes"))
    with pytest.raises(Malformed):
        usersig.verify(bomb)


def test_a_line_break_cannot_smuggle_another_name():
    """A server that signs any name must not sign vera's by that: her claims would be lines of the name."""
    now = int(time.time())
    claims = f"vera\nTLS.sdkappid:{APP}\nTLS.time:{now}\nTLS.expire:99999\nTLS.userbuf:x"
    stolen = opened(published(claims))
    rest = f"x\nTLS.sdkappid:{APP}\nTLS.time:{stolen['TLS.time']}\nTLS.expire:{stolen['TLS.expire']}"
    said = stolen | {"TLS.identifier": "vera", "TLS.time": now, "TLS.expire": 99999, "TLS.userbuf": rest}
    for forged in (packed(said), published(claims)):
        with pytest.raises(Malformed):
            usersig.verify(forged)


@pytest.mark.parametrize(("user_id", "days"), [("", 180), ("a" * 65, 180), ("a\nb", 180), ("vera", 6), ("vera", 181)])
def test_what_is_not_made(user_id, days):
    with pytest.raises(ValueError, match="expected"):
        usersig.make(user_id, days)


def test_the_command_prints_one():
    out = StringIO()
    call_command("make_usersig", "用户1", "--days", "7", stdout=out)
    sig = out.getvalue().strip()
    assert usersig.verify(sig) == "用户1"
    assert opened(sig)["TLS.expire"] == 7 * usersig.DAY
    with pytest.raises(CommandError, match="7 to 180"):
        call_command("make_usersig", "vera", "--days", "6")


@pytest.mark.feature("A108")
def test_signatures_of_an_existing_application_stay_valid(tmp_path):
    """The application's id and key are given in the environment: what was signed with them before still proves."""
    env = {**os.environ, "IM_SDK_APP_ID": "1400123456", "IM_SECRET_KEY": "old" * 20, "DATA_DIR": str(tmp_path)}
    sig = TLSSigAPIv2(1400123456, "old" * 20).gen_sig("vera", usersig.DAY)
    code = f"from accounts import usersig; print(usersig.verify({sig!r}, 'vera'))"
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-v", "0", "-c", code]
    done = subprocess.run(shell, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.stdout.strip() == "vera", done.stderr
