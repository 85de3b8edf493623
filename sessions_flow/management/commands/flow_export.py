"""`manage.py flow_export [NAME] [--version N]`: a flow as JSON on standard output (docs/flow.md)."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sessions_flow.flow.default import DEFAULT
from sessions_flow.models import Flow


class Command(BaseCommand):
    help = "Prints a flow as JSON: the draft of NAME, or the built-in flow."
    requires_system_checks: list[str] = []  # a flow that this code cannot run can still be carried away

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="the flow's name; none: the built-in flow")
        parser.add_argument("--number", type=int, help="a published version instead of the draft")

    def handle(self, *args: Any, **options: Any) -> None:
        graph = _graph(options["name"], options["number"]) if options["name"] else DEFAULT
        self.stdout.write(json.dumps(graph, ensure_ascii=False, indent=2))


def _graph(name: str, number: int | None) -> Any:
    flow = Flow.objects.filter(name=name).first()
    if flow is None:
        raise CommandError(f"there is no flow named {name!r}; there are: {', '.join(names()) or 'none'}")
    if number is None:
        return flow.draft
    version = flow.versions.filter(number=number).first()
    if version is None:
        raise CommandError(f"flow {name!r} has no version {number}")
    return version.graph


def names() -> list[str]:
    return [repr(name) for name in Flow.objects.values_list("name", flat=True)]
