"""Why a call of the cloud API fails: the codes that the published SDKs know. Travels with HTTP 200."""

SIGNATURE_FAILURE = "AuthFailure.SignatureFailure"
SIGNATURE_EXPIRE = "AuthFailure.SignatureExpire"
SECRET_ID_NOT_FOUND = "AuthFailure.SecretIdNotFound"  # noqa: S105 (a code)
UNAUTHORIZED = "UnauthorizedOperation"
NO_SUCH_VERSION = "NoSuchVersion"
INVALID_ACTION = "InvalidAction"
INVALID_PARAMETER = "InvalidParameter"
INVALID_VALUE = "InvalidParameterValue"
MISSING_PARAMETER = "MissingParameter"
UNKNOWN_PARAMETER = "UnknownParameter"
ACCOUNT_NOT_EXIST = "InvalidParameterValue.AccountNotExist"
INSTANCE_NOT_EXIST = "InvalidParameterValue.InstanceNotExist"
GROUP_ERROR = "InvalidParameterValue.SkillGroupError"
GROUP_EXIST = "InvalidParameterValue.SkillGroupExist"
RECORD_NOT_EXIST = "InvalidParameterValue.RecordNotExist"
DUPLICATED_ACCOUNT = "FailedOperation.DuplicatedAccount"
STATE_FORBIDS = "FailedOperation.CurStateNotAllowModify"
DENIED = "FailedOperation.PermissionDenied"
FAILED = "FailedOperation"
LIMIT = "LimitExceeded.OutOfCountLimit"
REQUEST_LIMIT = "RequestLimitExceeded"
REQUEST_SIZE = "RequestSizeLimitExceeded"
INTERNAL = "InternalError"
DATABASE = "InternalError.DBError"
PHONE_INVALID = "InvalidParameterValue.PhoneNumInvalid"
PHONE_TAKEN = "InvalidParameterValue.PhoneNumIsBoundOtherAccount"


class CloudError(Exception):
    """`code` is one of the above, `message` an English sentence, as the SDKs print it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message
