"""manage.py bot_eval SET: how well the bot answers questions whose right answer is known."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatbot.drafted import draft_knowledge
from chatbot.judging import Judged, Summary, judge, read_labelled, stored_questions, summary
from chatbot.knowledge import Knowledge
from chatbot.released import knowledge


class Command(BaseCommand):
    help = "Judge the draft (or the release in force) with a labelled set; exit 1 below --least-accuracy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("set", help='a .csv or JSON-lines file with text and expected, or "stored"')
        parser.add_argument("--released", action="store_true", help="judge the release in force, not the draft")
        parser.add_argument("--least-accuracy", type=float, default=0.0, metavar="SHARE", help="from 0 to 1")

    def handle(self, *args: Any, **options: Any) -> None:
        known = knowledge() if options["released"] else draft_knowledge()
        judged = self._judged(options["set"], known)
        for item in judged:
            if not item.is_right:
                self.stdout.write(self._line(item, known))
        found = summary(judged)
        self.stdout.write(self._totals(found))
        if found.accuracy is not None and found.accuracy < options["least_accuracy"]:
            raise CommandError(f"accuracy {found.accuracy:.3f} is below {options['least_accuracy']}")

    def _judged(self, name: str, known: Knowledge) -> list[Judged]:
        if name == "stored":
            return judge(known, stored_questions())
        try:
            return judge(known, read_labelled(Path(name), known))
        except (OSError, ValueError) as wrong:
            raise CommandError(f"{name}: {wrong}") from wrong

    def _line(self, item: Judged, known: Knowledge) -> str:
        expected, best = (known.entries[key]["question"] if key in known.entries else "-" for key in _ids(item))
        return f"{item.score:.2f} {item.rule:9} {item.text!r}: expected {expected!r}, found {best!r}"

    def _totals(self, found: Summary) -> str:
        shares = ("accuracy", "precision", "coverage")
        told = (f"{name} {_percent(getattr(found, name))}" for name in shares)
        return f"{found.right} of {found.asked} right; " + ", ".join(told)


def _ids(item: Judged) -> tuple[str, str]:
    return item.expected or "", item.best or ""


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
