"""`manage.py export_config FILE`: channels, settings, groups, flows and shared texts as one file of JSON."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cs_project.config_file import exported


class Command(BaseCommand):
    help = "Writes the configuration (no members, secrets, pictures or records) to FILE, or to the screen for “-”."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        text = json.dumps(exported(), ensure_ascii=False, indent=2) + "\n"
        if options["file"] == "-":
            sys.stdout.write(text)
        else:
            Path(options["file"]).write_text(text, encoding="utf-8")
