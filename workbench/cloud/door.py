"""`POST /` with X-TC-Action (and the same under /cloud/): proves, reads, acts, answers in the published envelope.

Errors travel with HTTP 200 and exactly `application/json`: with any other status, or a charset, the published SDKs
report a transport fault, or none at all (S5, A91).
"""

import json
import logging
import time
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts import audit
from workbench.cloud import errors, keys, tc3
from workbench.cloud.actions import actions
from workbench.cloud.errors import CloudError
from workbench.cloud.parameters import Parameters
from workbench.cloud.throttle import check_rate

logger = logging.getLogger(__name__)
VERSION = "2020-02-10"


@csrf_exempt
@never_cache
def cloud(request: HttpRequest) -> HttpResponse:
    """The whole cloud API. The TC3 signature is the proof; cookies mean nothing here."""
    number = str(uuid4())
    try:
        answer = _answer(request)
    except CloudError as error:
        answer = _failure(error.code, error.message)
    except DatabaseError:
        logger.exception("cloud API call %s", number)
        answer = _failure(errors.DATABASE, "The database does not answer. Please try again.")
    except Exception:
        logger.exception("cloud API call %s", number)
        answer = _failure(errors.INTERNAL, f"An internal error has occurred. RequestId: {number}.")
    return JsonResponse({"Response": {**answer, "RequestId": number}}, json_dumps_params={"ensure_ascii": False})


@csrf_exempt
def root(request: HttpRequest) -> HttpResponse:
    """The published SDKs call `/`; people who come there go to the workbench."""
    if "X-TC-Action" in request.headers:
        return cloud(request)
    return HttpResponseRedirect(reverse("workbench:home"))


def _failure(code: str, message: str) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": message}}


def _answer(request: HttpRequest) -> dict[str, Any]:
    proof = tc3.prove(_signed(request), keys.secret_of, time.time())
    check_rate(proof.secret_id)
    name = request.headers.get("X-TC-Action", "")[:100]
    if request.headers.get("X-TC-Version") != VERSION:
        raise CloudError(errors.NO_SUCH_VERSION, f"The request version does not exist: expected {VERSION}.")
    action = actions.get(name)
    if action is None:
        raise CloudError(errors.INVALID_ACTION, f"The request action={name} is invalid or not found.")
    keys.allow(proof, action)
    parameters = _parameters(request)
    _check_application(parameters)
    unknown = parameters.values.keys() - action.parameters - {"SdkAppId"}
    if unknown:
        raise CloudError(errors.UNKNOWN_PARAMETER, f"The parameter `{min(unknown)}` is not recognized.")
    keys.use_once(proof, request.headers.get("X-TC-TraceId", ""), timezone.now())
    with audit.acting(None, request.META.get("REMOTE_ADDR") or "", f"SecretId {proof.secret_id}"):
        return action.run(parameters)


def _signed(request: HttpRequest) -> tc3.SignedRequest:
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        body = request.body
    except RequestDataTooBig:
        raise CloudError(errors.REQUEST_SIZE, "The request is larger than 2 MB.") from None
    return tc3.SignedRequest(str(request.method), request.path, request.META.get("QUERY_STRING", ""), headers, body)


def _parameters(request: HttpRequest) -> Parameters:
    if request.method != "POST" or request.headers.get("Content-Type", "").partition(";")[0] != "application/json":
        raise CloudError(errors.INVALID_PARAMETER, "Send the parameters as JSON with POST.")
    try:
        values = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise CloudError(errors.INVALID_PARAMETER, "The body is not JSON.") from None
    if not isinstance(values, dict):
        raise CloudError(errors.INVALID_PARAMETER, "The body is not a JSON object.")
    return Parameters(values)


def _check_application(parameters: Parameters) -> None:
    if parameters.integer("SdkAppId") != settings.IM_SDK_APP_ID:
        raise CloudError(errors.INSTANCE_NOT_EXIST, "SdkAppId names another application.")
