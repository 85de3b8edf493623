"""How often one SecretId may call. Without a cache nobody is held up (throttles fail open)."""

from sessions_flow.doors.limits import seconds_to_wait
from workbench.cloud.errors import REQUEST_LIMIT, CloudError

MOST_A_SECOND = 50


def check_rate(secret_id: str) -> None:
    """Raises CloudError above MOST_A_SECOND calls within one second."""
    if seconds_to_wait("cloud", secret_id, MOST_A_SECOND, window=1):
        raise CloudError(REQUEST_LIMIT, f"More than {MOST_A_SECOND} requests in one second. Please slow down.")
