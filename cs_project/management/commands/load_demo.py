"""`manage.py load_demo`: the demo data alone, for an installation that is served by other means."""

from typing import Any

from django.core.management.base import BaseCommand

from cs_project.demo import load_demo
from cs_project.management.commands.quickstart import greeting


class Command(BaseCommand):
    help = "Adds the demo channel, members and knowledge base, and prints the addresses and logins."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(greeting(load_demo()))
