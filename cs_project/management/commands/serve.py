"""`manage.py serve`: this process serves pages and sockets; on the embedded default worker and beat too."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cs_project import server


class Command(BaseCommand):
    help = "Serves on HOST and PORT. Without REDIS_URL also runs the worker and beat inside."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        server.tune()
        try:
            server.serve(options["host"], options["port"])
        except server.CannotServe as error:
            raise CommandError(str(error)) from None
