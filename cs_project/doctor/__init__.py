"""Is this installation in order? Each check looks at one part and says what it found, and what to do about it."""

from cs_project.doctor import machine, setup, work  # noqa: F401 (they register their checks)
from cs_project.doctor.findings import CHECKS, Finding, State, examine

__all__ = ["CHECKS", "Finding", "State", "examine"]
