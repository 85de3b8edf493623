"""Erases one person: what he said, sent and is known for. What stays is in docs/privacy.md."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import audit
from accounts.models import Visitor
from sessions_flow.actions.erasure import erase_person


class Command(BaseCommand):
    help = "Erases everything that is kept about the visitor with this openid (and those merged into him)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("openid")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        visitor = Visitor.objects.filter(openid=options["openid"], erased_at=None).first()
        if visitor is None:
            raise CommandError(f"There is no visitor with the openid {options['openid']!r}.")
        if not options["yes"] and input(f"Type the openid again to erase {visitor.display_name}: ") != visitor.openid:
            raise CommandError("That is not the openid. Nothing was erased.")
        erased = erase_person(visitor)
        audit.record("customer_erased", Visitor.objects.get(pk=visitor.pk))
        self.stdout.write(f"erased: {erased.visitors} visitors, {erased.messages} messages, {erased.files} files")
