"""Why a message is refused. 1015x are the protocol's own codes (conformance, section 1)."""

SESSION_OVER = 10150
BAD_DATA = 10151
DUPLICATE = 10152
INTERNAL = 10153
NO_STAFF = 10154
NOT_YOURS = 10403
NOT_FOUND = 10404
TOO_LATE = 10410
TOO_LARGE = 10413
TOO_FAST = 10429


class ProtocolError(Exception):
    """Refused: `code` is one of the constants, `reason` an English sentence or a lazy translation, `field` names what
    was filled in wrongly where one thing was."""

    def __init__(self, code: int, reason: object, field: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
        self.field = field
