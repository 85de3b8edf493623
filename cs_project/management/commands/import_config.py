"""`manage.py import_config FILE [--dry-run]`: what `export_config` wrote, all of it or nothing."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cs_project.config_file import Faulty, import_config


class Command(BaseCommand):
    help = "Reads a configuration. Rows that the file does not name stay. Importing twice changes nothing more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = json.loads(Path(options["file"]).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['file']}: {error}") from None
        try:
            changed = import_config(data, dry_run=options["dry_run"])
        except Faulty as faulty:
            raise CommandError(f"{faulty}\nNothing was changed.") from None
        said = "would change" if options["dry_run"] else "changed"
        self.stdout.write("\n".join(f"{said}: {place}" for place in changed) or "Nothing to change.")
