"""Short messages leave by the back end of the environment, or say why not."""

import hashlib
import hmac
import json
import os
import subprocess
import sys

import pytest

from accounts import sms
from tests.house import ROOT
from tests.sms_box import sms_box

PHONE = "+8613800138000"


@pytest.fixture
def box(settings):
    with sms_box() as box:
        settings.SMS_BACKEND, settings.SMS_WEBHOOK_URL = "webhook", box.url
        settings.OUTGOING_ALLOWED, settings.SMS_WEBHOOK_SECRET = ["127.0.0.1"], "s3cret"
        yield box


@pytest.mark.feature("A82")
def test_it_works(box):
    sms.send_code(PHONE, "123456", 5)
    sent = box.wait_for(PHONE)
    assert (sent["kind"], sent["values"]) == ("code", ["123456", "5"])
    assert "123456" in sent["text"] and "5 分钟" in sent["text"]
    raw = box.received[0]
    assert raw["headers"]["X-Desk-Signature"] == hmac.digest(b"s3cret", raw["body"].encode(), hashlib.sha256).hex()


def test_a_provider_that_refuses_is_told(box):
    box.answer = (503, b"down")
    with pytest.raises(sms.SmsFailed, match="503"):
        sms.send_text(PHONE, "hello")


def test_private_addresses_are_the_operators_to_allow(box, settings):
    settings.OUTGOING_ALLOWED = []
    with pytest.raises(sms.SmsFailed, match="private"):
        sms.send_text(PHONE, "hello")
    assert not box.received


@pytest.mark.feature("A82", "A118")
def test_there_is_none_by_default(settings):
    assert settings.SMS_BACKEND == "" and not sms.is_set_up()
    with pytest.raises(sms.SmsFailed):
        sms.send_code(PHONE, "123456", 5)


@pytest.mark.feature("A82")
def test_in_development_it_stands_in_the_log(settings, caplog):
    settings.SMS_BACKEND = "log"
    sms.send_code(PHONE, "654321", 5)
    assert "654321" in caplog.text


def test_a_back_end_of_ones_own(settings, caplog):
    settings.SMS_BACKEND = "accounts.sms.log"
    sms.send_text(PHONE, "hello")
    assert "hello" in caplog.text


@pytest.mark.parametrize("value", ["webhook", "pigeon"])
def test_a_bad_setting_stops_the_start(value, tmp_path):
    env = {**os.environ, "SMS_BACKEND": value, "DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode and "SMS_" in done.stderr.splitlines()[-1]


class TestTencent:
    @pytest.fixture
    def box(self, settings):
        with sms_box() as box:
            settings.SMS_BACKEND, settings.OUTGOING_ALLOWED = "tencent", ["127.0.0.1"]
            settings.SMS_TENCENT_URL = box.url.removesuffix("/sms")
            settings.SMS_TENCENT_SECRET_ID, settings.SMS_TENCENT_SECRET_KEY = "AKIDtest", "secret"
            settings.SMS_TENCENT_APP_ID, settings.SMS_TENCENT_SIGN = "1400006666", "云联络"
            settings.SMS_TENCENT_TEMPLATE = "449739"
            box.answer = (200, json.dumps({"Response": {"SendStatusSet": [{"Code": "Ok"}], "RequestId": "1"}}).encode())
            yield box

    def test_the_signature_is_one_that_the_published_sdks_would_make(self, box):
        """Our own door checks TC3 as Tencent does; its check is tested with the published SDKs."""
        import time

        from workbench.cloud.tc3 import SignedRequest, prove

        sms.send_code(PHONE, "123456", 5)
        [got] = box.received
        headers = {name.lower(): value for name, value in got["headers"].items()}
        proof = prove(
            SignedRequest("POST", got["path"], "", headers, got["body"].encode()),
            {"AKIDtest": "secret"}.get, time.time(),
        )  # fmt: skip
        assert proof.secret_id == "AKIDtest"
        body = json.loads(got["body"])
        assert (body["PhoneNumberSet"], body["TemplateParamSet"]) == ([PHONE], ["123456", "5"])

    @pytest.mark.parametrize(
        "answer",
        [
            {"Response": {"Error": {"Code": "AuthFailure", "Message": "no"}}},
            {"Response": {"SendStatusSet": [{"Code": "LimitExceeded", "Message": "no"}]}},
            {"Response": {}}, [], "?",
        ],
    )  # fmt: skip
    def test_a_refusal_is_told(self, box, answer):
        box.answer = (200, json.dumps(answer).encode())
        with pytest.raises(sms.SmsFailed):
            sms.send_code(PHONE, "123456", 5)

    def test_without_a_template_no_notice(self, box):
        with pytest.raises(sms.SmsFailed, match="template"):
            sms.send_text(PHONE, "hello")
