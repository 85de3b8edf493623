"""`manage.py bot_import FILE`: questions and answers from xlsx or csv, over the code of the console's import."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chatbot.actions.imports import confirm_import, start_checking, upload_sheet, work_on
from chatbot.models import Library, SheetImport
from chatbot.sheets.faults import fault_lines


class Command(BaseCommand):
    help = "Imports questions and answers into the draft. Nothing is imported while a row is bad, unless --good-rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        existing = parser.add_mutually_exclusive_group()
        existing.add_argument("--update", dest="updates", action="store_true", default=True, help="the default")
        existing.add_argument("--skip", dest="updates", action="store_false", help="leave existing questions alone")
        parser.add_argument("--good-rows", action="store_true", help="import the good rows although there are bad ones")
        parser.add_argument("--library", choices=[Library.QA, Library.CHITCHAT], default=Library.QA)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = self._checked(options)
            for line in fault_lines(job):
                self.stderr.write(line)
            if job.to_import and (options["good_rows"] or not job.count("bad")):
                confirm_import(job, good_only=options["good_rows"])
                self._work(job)
        except (OSError, ValidationError) as error:
            raise CommandError("; ".join(getattr(error, "messages", [str(error)]))) from None
        counts = ", ".join(f"{kind} {count}" for kind, count in job.counts.items())
        self.stdout.write(f"{counts}; imported {job.imported}")
        if job.count("bad") and not options["good_rows"]:
            raise CommandError("Nothing was imported: correct the bad rows, or use --good-rows.")

    def _checked(self, options: dict[str, Any]) -> SheetImport:
        path: Path = options["file"]
        with path.open("rb") as file:
            job = upload_sheet(file, path.name, options["library"], None)
        start_checking(job, job.columns, updates=options["updates"], good_only=options["good_rows"])
        self._work(job)
        return job

    def _work(self, job: SheetImport) -> None:
        job.claimed_at = timezone.now()
        SheetImport.objects.filter(pk=job.pk).update(claimed_at=job.claimed_at)
        work_on(job)
        if job.state == SheetImport.State.FAILED:
            raise CommandError(job.failure)
