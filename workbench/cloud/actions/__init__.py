"""Every action, a file a noun. Importing this package registers them."""

from workbench.cloud.actions import groups, logins, messages, records, staff, statuses
from workbench.cloud.registry import actions

__all__ = ["actions", "groups", "logins", "messages", "records", "staff", "statuses"]
