"""Deletes what is older than the retention settings say; at night the desk does it by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from sessions_flow.actions.purging import purge, would_purge


class Command(BaseCommand):
    help = "Deletes messages, files, records and logs that are older than the retention settings say."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how much is due")

    def handle(self, *args: Any, **options: Any) -> None:
        done = would_purge(timezone.now()) if options["dry_run"] else purge(timezone.now())
        for name, count in done.items():
            self.stdout.write(f"{name}: {count}")
        if not done:
            self.stdout.write("Everything is kept: no retention is set.")
