"""The data board at size: bench/board.py [--sessions 100000] [--rounds 200] [--only postgresql|sqlite].

Makes up a desk of 30 days (tests/generated.py) in a database of its own, counts it (`rebuild_rollups`), and asks for
the board as an admin's browser does, without the network: every range and filter in turn. Prints the page's times
against the goal, and what a sweep costs. PostgreSQL is started from the programs on this machine.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MUST_MS, AIM_MS = 200, 80
BOARD = "/admin/workbench/rollup/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--only", choices=["postgresql", "sqlite"])
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.inside, options.sessions, options.rounds)
        return
    for kind in ("postgresql", "sqlite"):
        if options.only in (None, kind):
            run(kind, options)


def run(kind: str, options: argparse.Namespace) -> None:
    """In a process of its own, which reads its settings once."""
    from tests.servers import start_postgres, stop

    with tempfile.TemporaryDirectory(prefix="desk-board-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        url = start_postgres(folder / "postgres")[0] if kind == "postgresql" else ""
        (folder / "data").mkdir()
        env = {**os.environ, "DATABASE_URL": url, "REDIS_URL": "", "DATA_DIR": str(folder / "data")}
        arguments = ["--inside", kind, "--sessions", str(options.sessions), "--rounds", str(options.rounds)]
        try:
            subprocess.run([sys.executable, __file__, *arguments], env=env, check=True)
        finally:
            stop()


def measure(kind: str, sessions: int, rounds: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "cs_project.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    past = took("made up", lambda: fill(sessions))
    from sessions_flow.models import Message, Session
    from tests.generated import analyze
    from workbench.boards.rolling import rebuild, roll
    from workbench.models import Rolling, Rollup

    print(f"{kind}: {Session.objects.count():,} sessions, {Message.objects.count():,} messages in {past.days} days")
    took("rebuild_rollups", lambda: rebuild(None, None, past.now))
    print(f"  rows of rollups: {Rollup.objects.count():,}")
    roll(past.now)
    Rolling.objects.update(is_complete=True)
    took("a sweep, nothing new", lambda: roll(past.now))
    past.now += timedelta(minutes=1)
    took("a sweep, the present hour", lambda: roll(past.now))
    analyze()
    report(rounds)


def fill(sessions: int) -> Any:
    from django.utils import timezone

    from tests.generated import Past

    past = Past(random.Random(1), timezone.now(), 30)
    past.populate(agents=50, groups=5, channels=3)
    past.fill(sessions)
    return past


def took(what: str, act: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    found = act()
    print(f"  {what}: {time.perf_counter() - began:.2f} s", flush=True)
    return found


def choices() -> Iterator[dict[str, Any]]:
    from accounts.models import Group, Member
    from sessions_flow.models import Channel

    channel, group, agent = Channel.objects.first(), Group.objects.first(), Member.objects.filter(role="agent").last()
    keys = ({}, {"channel": channel.pk}, {"group": group.pk}, {"agent": agent.pk})  # type: ignore[union-attr]
    for span in ("today", "yesterday", "7", "30"):
        for chosen in keys:
            yield {"range": span, **chosen}


def report(rounds: int) -> None:
    from django.conf import settings
    from django.test import Client

    from accounts.actions import create_super_admin
    from accounts.models import Member

    settings.ALLOWED_HOSTS = ["*"]
    create_super_admin("bench-pass-123")
    client = Client()
    client.force_login(Member.objects.get(role="super_admin"))
    asked = list(choices())
    for each in asked:
        client.get(BOARD, each)
    times: list[float] = []
    worked = time.process_time()
    by_range: dict[str, list[float]] = {}
    for number in range(rounds):
        chosen = asked[number % len(asked)]
        began = time.perf_counter()
        answer = client.get(BOARD, chosen)
        span = 1000 * (time.perf_counter() - began)
        if answer.status_code != 200 or b"data-measure" not in answer.content:
            raise SystemExit(f"{chosen}: {answer.status_code}")
        times.append(span)
        by_range.setdefault(chosen["range"], []).append(span)
    for name, spans in by_range.items():
        print(f"  {name:>9}: median {statistics.median(spans):.0f} ms, 95 of 100 {percentile(spans):.0f} ms")
    p95, cpu = percentile(times), 1000 * (time.process_time() - worked) / rounds
    verdict = "aim" if p95 <= AIM_MS else "must" if p95 <= MUST_MS else "MISSED"
    print(f"  all: median {statistics.median(times):.0f} ms, 95 of 100 {p95:.0f} ms ({verdict})")
    print(f"  processor time of a page: {cpu:.0f} ms")


def percentile(spans: list[float]) -> float:
    return sorted(spans)[int(0.95 * (len(spans) - 1))]


if __name__ == "__main__":
    main()
