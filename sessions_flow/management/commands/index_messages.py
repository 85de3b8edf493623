"""Fills the search index without waiting for the sweep; `--rebuild` empties it first."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from sessions_flow.actions.indexing import index_messages, rebuild_index


class Command(BaseCommand):
    help = "Brings the search index of messages up to date (--rebuild: from nothing)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="forget the index first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            rebuild_index()
        total = 0
        while done := index_messages(timezone.now()):
            total += done
        self.stdout.write(f"{total} messages indexed")
