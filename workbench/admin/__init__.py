"""The workbench's pages of the console."""

from workbench.admin import whispers  # noqa: F401 (a panel of sessions)
from workbench.admin.board import BoardAdmin
from workbench.admin.customers import CustomerAdmin
from workbench.admin.exports import ExportAdmin
from workbench.admin.keys import CloudKeyAdmin
from workbench.admin.notices import NoticeDeliveryAdmin, NoticeRulesAdmin, RobotAdmin
from workbench.admin.quick import QuickFolderAdmin
from workbench.admin.records import AssignmentAdmin
from workbench.admin.wrapup import WrapUpCategoryAdmin

__all__ = [
    "AssignmentAdmin",
    "BoardAdmin",
    "CloudKeyAdmin",
    "CustomerAdmin",
    "ExportAdmin",
    "NoticeDeliveryAdmin",
    "NoticeRulesAdmin",
    "QuickFolderAdmin",
    "RobotAdmin",
    "WrapUpCategoryAdmin",
]
