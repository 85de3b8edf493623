"""manage.py bot_publish: the draft becomes what visitors talk to."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatbot.actions import publish
from chatbot.models import Release


class Command(BaseCommand):
    help = "Publish the draft of the knowledge base and the bot's settings."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--note", default="", help="what changed (200 characters)")

    def handle(self, *args: Any, note: str, **options: Any) -> None:
        if len(note) > Release._meta.get_field("note").max_length:  # type: ignore[operator]
            raise CommandError("--note: at most 200 characters")
        try:
            release = publish(note)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        if release.state != Release.State.PUBLISHED:
            raise CommandError(f"{release.version} failed: {release.failure}")
        self.stdout.write(f"{release.version} is in force, {len(release.snapshot['entries'])} entries")
