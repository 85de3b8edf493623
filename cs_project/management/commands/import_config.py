"""`manage.py import_config FILE [--dry-run]`: what `export_config` wrote, all of it or nothing."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from cs_project.config_file import Faulty, import_config


class Command(BaseCommand):
    help = "Reads a configuration. Rows that the file does not name stay. Importing twice changes nothing more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], help="of the errors")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = json.loads(Path(options["file"]).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise CommandError(f"{options['file']}: {error}") from None
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            self.stdout.write(_imported(data, options["dry_run"]))


def _imported(data: object, is_dry: bool) -> str:
    """What changed, in words; under the command's name in the audit log."""
    try:
        with audit.acting(None, program="manage.py import_config"):
            changed = import_config(data, dry_run=is_dry)
    except Faulty as faulty:
        nothing = _("Nothing was changed.")
        raise CommandError(f"{faulty}\n{nothing}") from None
    said = _("would change: %(place)s") if is_dry else _("changed: %(place)s")
    return "\n".join(said % {"place": place} for place in changed) or _("Nothing to change.")
