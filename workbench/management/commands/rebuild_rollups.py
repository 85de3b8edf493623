"""`manage.py rebuild_rollups`: counts the data board's numbers anew from the raw rows."""

from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workbench.boards.rolling import rebuild


def day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise ArgumentTypeError(f"{said!r} is not a day such as 2026-11-24") from error


class Command(BaseCommand):
    help = "Counts the data board anew (docs/boards.md). Safe at any time; do not name days whose rows were erased."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", type=day, dest="first", help="first day; default: of the first session")
        parser.add_argument("--to", type=day, dest="last", help="last day; default: today")

    def handle(self, *args: Any, first: date | None, last: date | None, **options: Any) -> None:
        now = timezone.now()
        if first and last and first > last:
            raise CommandError("--from is after --to")
        self.stdout.write(f"{rebuild(first, last, now)} days counted")
