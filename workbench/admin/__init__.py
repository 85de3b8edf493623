"""The workbench's pages of the console."""

from workbench.admin.keys import CloudKeyAdmin
from workbench.admin.quick import QuickFolderAdmin
from workbench.admin.wrapup import WrapUpCategoryAdmin

__all__ = ["CloudKeyAdmin", "QuickFolderAdmin", "WrapUpCategoryAdmin"]
