"""Signatures as the published Python client makes them, without a network: its own signing code is asked."""

import json
import time
from dataclasses import replace

import pytest
from tencentcloud.ccc.v20200210.ccc_client import CccClient
from tencentcloud.common.common_client import CommonClient  # noqa: F401 (the package is whole)
from tencentcloud.common.credential import Credential
from tencentcloud.common.http.request import RequestInternal
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from workbench.cloud import errors
from workbench.cloud.errors import CloudError
from workbench.cloud.tc3 import SignedRequest, prove

KEYS = {"AKIDtest": "a secret key"}
BODY = {"SdkAppId": 1600000001, "SeatUserId": "alice@example.com"}


def signed(secret_key: str = "a secret key", secret_id: str = "AKIDtest", host: str = "desk.example.com:8443"):
    """What the published client would send."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=host))
    client = CccClient(Credential(secret_id, secret_key), "ap-singapore", profile)
    request = RequestInternal(host, "POST", "/", {"Content-Type": "application/json", "Host": host})
    client._build_req_with_tc3_signature("CreateSDKLoginToken", BODY, request, {})
    body = request.data if isinstance(request.data, bytes) else request.data.encode()
    headers = {name.lower(): str(value) for name, value in request.header.items()}
    return SignedRequest("POST", "/", "", headers, body)


def refusal(request: SignedRequest, now: float | None = None) -> str:
    with pytest.raises(CloudError) as refused:
        prove(request, KEYS.get, time.time() if now is None else now)
    return refused.value.code


@pytest.mark.feature("A91", "S4")
def test_it_works():
    request = signed()
    assert json.loads(request.body) == BODY
    assert prove(request, KEYS.get, time.time()).secret_id == "AKIDtest"


def test_a_wrong_key_or_an_unknown_id_is_refused():
    assert refusal(signed(secret_key="another")) == errors.SIGNATURE_FAILURE
    assert refusal(signed(secret_id="AKIDnobody")) == errors.SECRET_ID_NOT_FOUND


@pytest.mark.parametrize("seconds", [-301, 301])
def test_the_time_window_is_five_minutes(seconds):
    request = signed()
    assert refusal(request, float(request.headers["x-tc-timestamp"]) + seconds) == errors.SIGNATURE_EXPIRE


def test_the_host_may_be_signed_without_its_port():
    """As the Node client does, which sends it all the same."""
    without = signed(host="desk.example.com")
    sent = replace(without, headers={**without.headers, "host": "desk.example.com:8443"})
    assert prove(sent, KEYS.get, time.time())
    other = replace(without, headers={**without.headers, "host": "evil.example.com"})
    assert refusal(other) == errors.SIGNATURE_FAILURE


@pytest.mark.parametrize(
    "change",
    [
        lambda request: replace(request, body=request.body.replace(b"alice", b"sofia")),
        lambda request: replace(request, path="/cloud/"),
        lambda request: replace(request, headers={**request.headers, "authorization": "Bearer 1"}),
        lambda request: replace(request, headers={**request.headers, "content-type": "text/plain"}),
        lambda request: replace(request, headers={**request.headers, "x-tc-content-sha256": "UNSIGNED-PAYLOAD"}),
        lambda request: replace(
            request,
            headers={
                **request.headers,
                "authorization": request.headers["authorization"].replace("content-type;host", "host"),
            },
        ),
    ],
)
def test_what_was_changed_under_way_is_refused(change):
    assert refusal(change(signed())) == errors.SIGNATURE_FAILURE
