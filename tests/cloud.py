"""A business server that calls the cloud API with the published SDKs, unchanged but for endpoint and protocol."""

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from tencentcloud.ccc.v20200210 import models
from tencentcloud.ccc.v20200210.ccc_client import CccClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

APP = 1600000001
NODE_CLIENT = Path(__file__).parent / "conformance" / "cloud_client.mjs"


class Caller:
    """A business server with a key pair."""

    def __init__(self, house, secret_id: str = "", secret_key: str = "") -> None:
        if not secret_id:
            code = "from django.conf import settings as s; print(s.CLOUD_SECRET_ID, s.CLOUD_SECRET_KEY)"
            secret_id, secret_key = house.python(code).split()
        self.house, self.secret_id, self.secret_key = house, secret_id, secret_key
        profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=f"127.0.0.1:{house.port}"))
        self.client = CccClient(Credential(secret_id, secret_key), "ap-singapore", profile)

    def call(self, action: str, **parameters):
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps({"SdkAppId": APP, **parameters}))
        return json.loads(getattr(self.client, action)(request).to_json_string())

    @contextmanager
    def refused(self, code: str):
        with pytest.raises(TencentCloudSDKException) as error:
            yield
        assert error.value.get_code() == code, error.value

    def node(self, action: str, **parameters) -> dict:
        """The same through the published Node client."""
        job = {"endpoint": f"127.0.0.1:{self.house.port}", "secretId": self.secret_id, "secretKey": self.secret_key}
        job |= {"action": action, "parameters": {"SdkAppId": APP, **parameters}}
        done = subprocess.run(["node", NODE_CLIENT, json.dumps(job)], capture_output=True, text=True, timeout=60)
        return json.loads(done.stdout.splitlines()[-1])
