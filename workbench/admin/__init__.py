"""The workbench's pages of the console."""

from workbench.admin.board import BoardAdmin
from workbench.admin.keys import CloudKeyAdmin
from workbench.admin.quick import QuickFolderAdmin
from workbench.admin.wrapup import WrapUpCategoryAdmin

__all__ = ["BoardAdmin", "CloudKeyAdmin", "QuickFolderAdmin", "WrapUpCategoryAdmin"]
