"""`manage.py doctor [--json] [--language en]`: is this installation in order, and what to do where it is not."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from cs_project.doctor import examine

MARKS = {"ok": "✓", "warning": "!", "error": "✗"}


class Command(BaseCommand):
    help = "Checks the installation and says what to do. Exit code 1 when something is broken."
    requires_system_checks: list[str] = []  # it has to run where they fail

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="findings as JSON")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], help="of the advice")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            rows = [
                {"check": check.key, "title": str(check.title), "state": finding.state, "found": finding.found,
                 "advice": finding.advice}
                for check, finding in examine()
            ]  # fmt: skip
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) if options["json"] else as_text(rows))
        if any(row["state"] == "error" for row in rows):
            raise SystemExit(1)


def as_text(rows: list[dict[str, str]]) -> str:
    lines = []
    for row in rows:
        lines.append(f"{MARKS[row['state']]} {row['title']}: {row['found']}")
        if row["advice"]:
            lines.append(f"    → {row['advice']}")
    return "\n".join(lines)
