"""manage.py bot_rollback VERSION: visitors talk to an old release again."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatbot.actions import roll_back
from chatbot.models import Release


class Command(BaseCommand):
    help = "Publish the snapshot of an old release again; the draft stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", help="as the list of releases shows it, V2024…")

    def handle(self, *args: Any, version: str, **options: Any) -> None:
        release = Release.objects.filter(version=version).first()
        if release is None:
            raise CommandError(f"there is no release {version}")
        try:
            back = roll_back(release)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        if back.state != Release.State.PUBLISHED:
            raise CommandError(f"{back.version} failed: {back.failure}")
        self.stdout.write(f"{back.version} is in force: what {version} was")
