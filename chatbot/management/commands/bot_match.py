"""manage.py bot_match KB.jsonl: match the queries of standard input, one a line."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chatbot.matching import Matcher
from chatbot.matching.protocol import answer_lines, read_entries


class Command(BaseCommand):
    help = "Answer each line of standard input with the best entry of a JSON-lines knowledge base."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("knowledge_base", type=Path)

    def handle(self, *args: Any, knowledge_base: Path, **options: Any) -> None:
        for stream in (sys.stdin, sys.stdout):
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        answer_lines(Matcher(read_entries(knowledge_base)), sys.stdin, sys.stdout)
