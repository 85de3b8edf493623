"""`manage.py flow_import FILE --name NAME [--publish] [--for-all]`: a flow from JSON, validated as the editor does."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sessions_flow.flow import drafts
from sessions_flow.flow.wellformed import Malformed
from sessions_flow.models import Flow


class Command(BaseCommand):
    help = "Stores a flow from JSON as the draft of NAME; with --publish new sessions run it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a JSON file, or - for standard input")
        parser.add_argument("--name", required=True, help="the flow's name; one that exists gets a new draft")
        parser.add_argument("--publish", action="store_true", help="publish it when it has no problems")
        parser.add_argument("--for-all", action="store_true", help="run it in every channel without a flow of its own")

    def handle(self, *args: Any, **options: Any) -> None:
        flow = _stored(options["name"], _read(options["file"]))
        told = drafts.review(flow.draft)
        for problem in told:
            self.stderr.write(f"warning: {problem}" if problem.is_warning else str(problem))
        found = [problem for problem in told if not problem.is_warning]
        if not options["publish"]:
            self.stdout.write(f"draft of {flow.name!r} stored, {len(found)} problems")
            return
        if found:
            raise CommandError(f"not published: {len(found)} problems (the draft is stored)")
        version = drafts.publish(flow, flow.revision, "flow_import", None)
        if options["for_all"]:
            drafts.use_in(flow, flow.channels.values_list("pk", flat=True), True)
        self.stdout.write(f"{flow.name!r} is published as version {version.number}")


def _read(name: str) -> Any:
    try:
        return json.loads(sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{name}: {error}") from None


def _stored(name: str, graph: Any) -> Flow:
    found = list(Flow.objects.filter(name=name))
    if len(found) > 1:
        raise CommandError(f"{len(found)} flows are named {name!r}: rename one in the console first")
    flow = found[0] if found else None
    try:
        if flow is None:
            return drafts.create_flow(name, graph, None)
        return drafts.save_draft(flow, graph, flow.revision, None)
    except Malformed as malformed:
        raise CommandError(str(malformed)) from None
