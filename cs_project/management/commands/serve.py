"""`manage.py serve`: this process serves pages and sockets; on the embedded default worker and beat too."""

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from chatbot.actions import load_chitchat
from cs_project import server

logger = logging.getLogger(__name__)


def bring_up_to_date() -> None:
    """The small talk of this version (A74). Without its database the desk starts all the same."""
    try:
        load_chitchat()
    except DatabaseError as error:  # or another process was faster
        logger.warning("preset chit-chat was not brought up to date: %s", error)


class Command(BaseCommand):
    help = "Serves on HOST and PORT. Without REDIS_URL also runs the worker and beat inside."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        server.tune()
        bring_up_to_date()
        try:
            server.serve(options["host"], options["port"])
        except server.CannotServe as error:
            raise CommandError(str(error)) from None
