"""Reads the parameters of a cloud API call: each method names the parameter in its error, as the published API does."""

from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.cloud.errors import INVALID_PARAMETER, INVALID_VALUE, MISSING_PARAMETER, CloudError

LONGEST_TEXT = 500
LATEST = 2**33  # seconds


class Parameters:
    """A JSON object. `null` counts as missing; a wrong type is InvalidParameter, a bad value InvalidParameterValue."""

    def __init__(self, values: dict[str, Any], path: str = "") -> None:
        self.values, self.path = {key: value for key, value in values.items() if value is not None}, path

    def has(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str | None = None, most: int = LONGEST_TEXT) -> str:
        """Without a default the parameter is required, and must not be empty."""
        value = self._value(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, "a string")
        if "\x00" in value or len(value) > most or (default is None and not value.strip()):
            raise self.invalid(name, f"expected 1 to {most} characters")
        return value.strip()

    def integer(self, name: str, default: int | None = None, least: int = 0, most: int = 2**53) -> int:
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "an integer")
        if not least <= value <= most:
            raise self.invalid(name, f"expected {least} to {most}")
        return value

    def instant(self, name: str) -> datetime:
        """Sent in seconds since 1970."""
        return datetime.fromtimestamp(self.integer(name, most=LATEST), UTC)

    def span(self, most_days: int) -> tuple[datetime, datetime]:
        """From StartTimestamp to EndTimestamp, both included."""
        start, end = self.instant("StartTimestamp"), self.instant("EndTimestamp")
        if not start <= end <= start + timedelta(days=most_days):
            raise self.invalid(
                "EndTimestamp", f"expected an instant after StartTimestamp, at most {most_days} days later"
            )
        return start, end

    def flag(self, name: str, default: bool) -> bool:
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, "a boolean")
        return value

    def texts(self, name: str, most: int, default: list[str] | None = None) -> list[str]:
        """A list of strings; required without a default."""
        values = self._list(name, most, default)
        if not all(isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT for value in values):
            raise self._wrong(name, "a list of strings")
        return values

    def integers(self, name: str, most: int, default: list[int] | None = None) -> list[int]:
        values = self._list(name, most, default)
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            raise self._wrong(name, "a list of integers")
        return values

    def objects(self, name: str, most: int) -> list["Parameters"]:
        values = self._list(name, most, None)
        if not all(isinstance(value, dict) for value in values):
            raise self._wrong(name, "a list of objects")
        return [Parameters(value, f"{self.path}{name}.{number}.") for number, value in enumerate(values)]

    def invalid(self, name: str, reason: str) -> CloudError:
        return CloudError(INVALID_VALUE, f"The value of `{self.path}{name}` is not valid: {reason}.")

    def _value(self, name: str, default: object) -> Any:
        if name not in self.values and default is None:
            raise CloudError(MISSING_PARAMETER, f"The request is missing a required parameter `{self.path}{name}`.")
        return self.values.get(name, default)

    def _list(self, name: str, most: int, default: list[Any] | None) -> list[Any]:
        values = self._value(name, default)
        if not isinstance(values, list):
            raise self._wrong(name, "a list")
        if len(values) > most:
            raise self.invalid(name, f"at most {most} items")
        return values

    def _wrong(self, name: str, expected: str) -> CloudError:
        return CloudError(INVALID_PARAMETER, f"The type of `{self.path}{name}` is wrong: expected {expected}.")
