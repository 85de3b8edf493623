"""`manage.py make_usersig USER [--days N]`: prints a userSig, for trying things out and for scripts (A89)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import usersig


class Command(BaseCommand):
    help = "Prints a userSig of USER, signed with IM_SDK_APP_ID and IM_SECRET_KEY."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="the userID")
        parser.add_argument("--days", type=int, default=usersig.MOST_DAYS, help="how long it is valid: 7 to 180")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(usersig.make(options["user"], options["days"]))
        except ValueError as error:
            raise CommandError(str(error)) from None
