"""The workbench's pages of the console."""

from workbench.admin.keys import CloudKeyAdmin
from workbench.admin.quick import QuickFolderAdmin

__all__ = ["CloudKeyAdmin", "QuickFolderAdmin"]
