"""What can happen to the bot's knowledge."""

from chatbot.actions.categories import delete_category, move_category, rename_category, switch_category
from chatbot.actions.entries import delete_entries, move_entries, restore_entries, switch_entries
from chatbot.actions.presets import load_chitchat
from chatbot.actions.publishing import SETTINGS, publish, version_of

__all__ = [
    "SETTINGS",
    "delete_category",
    "delete_entries",
    "load_chitchat",
    "move_category",
    "move_entries",
    "publish",
    "rename_category",
    "restore_entries",
    "switch_category",
    "switch_entries",
    "version_of",
]
