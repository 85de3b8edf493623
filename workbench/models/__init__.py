"""What the workbench stores of its own: keys and calls of the cloud API, and tickets that open one page once."""

from workbench.models.cloud import CloudCall, CloudKey, Scope
from workbench.models.ticket import Ticket

__all__ = ["CloudCall", "CloudKey", "Scope", "Ticket"]
