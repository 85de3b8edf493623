"""What can happen to the bot's knowledge, its releases, and what it learns."""

from chatbot.actions.categories import delete_category, move_category, rename_category, switch_category
from chatbot.actions.entries import delete_entries, move_entries, restore_entries, switch_entries
from chatbot.actions.imports import cancel_import, confirm_import, start_checking, upload_sheet
from chatbot.actions.presets import load_chitchat
from chatbot.actions.releases import begin_publishing, complete, publish, roll_back

__all__ = [
    "begin_publishing",
    "cancel_import",
    "complete",
    "confirm_import",
    "delete_category",
    "delete_entries",
    "load_chitchat",
    "move_category",
    "move_entries",
    "publish",
    "rename_category",
    "restore_entries",
    "roll_back",
    "start_checking",
    "switch_category",
    "switch_entries",
    "upload_sheet",
]
