"""The live view of supervisors at OPEN running sessions and 1,000 agents: bench/monitor.py (PostgreSQL; a minute).

Times are what one look costs the server: the whole view, filtered and not, and its parts. A supervisor's page asks for
at most one in a second.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
OPEN, ENDED, AGENTS, ROUNDS = int(os.environ.get("OPEN", "10000")), 100_000, 1_000, 20

FILL = """
INSERT INTO sessions_flow_conversation (public_id, seq, note_seq, visitor_read_seq, agent_read_seq, unread, preview,
    visitor_online, created_at, channel_id, visitor_id, visitor_at, agent_at, last_at)
  SELECT md5(id::text), 5, 0, 0, 0, id %% 3, '请问什么时候发货', id %% 2 = 0, now(), %(channel)s, id,
    now() - (id %% 600) * interval '1 s', now() - (id %% 700) * interval '1 s', now() FROM accounts_visitor;
INSERT INTO sessions_flow_session (session_id, conversation_id, state, node, is_asking, flow_seq, variables,
    flow_memory, agent_id, opened_at, waiting_since, served_at, ended_at, ended_by)
  SELECT gen_random_uuid(), c.id, 'ended', 'start', false, 0, '{}', '{}', %(agent)s + c.id %% %(agents)s,
    now() - interval '1 day', now() - interval '1 day', now() - interval '1 day', now() - interval '23 hours', 'seat'
  FROM generate_series(1, %(ended)s / %(open)s) turn, sessions_flow_conversation c;
INSERT INTO sessions_flow_session (session_id, conversation_id, state, node, is_asking, flow_seq, variables,
    flow_memory, agent_id, opened_at, waiting_since, served_at, ended_by)
  SELECT gen_random_uuid(), c.id, (array['serving','serving','serving','waiting','flow'])[c.id %% 5 + 1], 'start',
    false, 0, '{}', '{}', CASE WHEN c.id %% 5 < 3 THEN %(agent)s + c.id %% %(agents)s END,
    now() - (c.id %% 900) * interval '1 s',
    CASE WHEN c.id %% 5 < 4 THEN now() - (c.id %% 900) * interval '1 s' END,
    CASE WHEN c.id %% 5 < 3 THEN now() - (c.id %% 800) * interval '1 s' END, ''
  FROM sessions_flow_conversation c;
INSERT INTO routing_assignment (session_id, member_id, group_name, offered_at, accepted_at, ended_at, outcome, origin,
    note)
  SELECT id, agent_id, '', served_at, served_at, ended_at, CASE WHEN ended_at IS NULL THEN '' ELSE 'served' END,
    'assigned', '' FROM sessions_flow_session WHERE served_at IS NOT NULL;
INSERT INTO routing_waiting (session_id, since, priority, excluded, rounds, is_offered, note, told_place, was_online)
  SELECT id, waiting_since, 0, '[]', 0, false, '', 0, false FROM sessions_flow_session WHERE state = 'waiting';
INSERT INTO sessions_flow_message (conversation_id, session_id, seq, kind, sender_id, sender_name, elem, text, src,
    created_at)
  SELECT s.conversation_id, s.id, n, CASE WHEN n %% 2 = 1 THEN 'visitor' ELSE 'agent' END, '', '', '{}', '', '', now()
  FROM sessions_flow_session s, generate_series(1, 20) n WHERE s.ended_at IS NULL;
ANALYZE;
"""


def fill() -> None:
    from django.db import connection
    from django.utils import timezone

    from accounts.models import Member, Visitor
    from routing.models import Desk
    from sessions_flow.models import Channel

    channel = Channel.objects.create(service_account="@bench")
    members = Member.objects.bulk_create(Member(account=f"a{n}@example.com", nickname=f"a{n}") for n in range(AGENTS))
    now = timezone.now()
    Desk.objects.bulk_create(
        Desk(member=each, status="free", limit=10, load=7, since=now, seen_at=now) for each in members
    )
    Visitor.objects.bulk_create((Visitor(nickname=f"用户{n}" if n % 3 else "") for n in range(OPEN)), 5000)
    facts = {"channel": channel.pk, "agent": members[0].pk, "agents": AGENTS, "ended": ENDED, "open": OPEN}
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, facts)


def looks() -> dict[str, Callable[[], Any]]:
    from django.utils import timezone

    from workbench.supervising import today
    from workbench.supervising.people import agents_now, queues_now
    from workbench.supervising.sessions import Wanted, counts_of, page_of
    from workbench.supervising.view import changes, view_of

    now, late = timezone.now(), timezone.now() + timedelta(seconds=1)
    before, agents = view_of(Wanted()), agents_now()
    return {
        "whole view": lambda: view_of(Wanted()),
        "whole view, at risk only": lambda: view_of(Wanted(is_at_risk=True)),
        "whole view, searched by name": lambda: view_of(Wanted(words="用户77")),
        "a page of sessions": lambda: page_of(Wanted(), now),
        "the last page": lambda: page_of(Wanted(page=10_000), now),
        "counts": lambda: counts_of(late),
        "agents": lambda: agents_now(now),
        "queues": lambda: queues_now(agents),
        "figures of the day, every 10 s": lambda: (today.forget(), today.today()),
        "what is new": lambda: changes(before, before),
    }


def measure() -> None:
    for name, look in looks().items():
        look()
        spent = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            look()
            spent.append(1000 * (time.perf_counter() - began))
        print(f"{name:34} median {statistics.median(spent):7.1f} ms   most {max(spent):7.1f} ms")


def main() -> None:
    from tests.servers import provide, stop

    provide()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cs_project.settings")
    import django
    from django.core.management import call_command

    django.setup()
    try:
        call_command("migrate", verbosity=0)
        fill()
        print(f"{OPEN} running sessions, {ENDED} ended ones, {AGENTS} agents")
        measure()
    finally:
        stop()


if __name__ == "__main__":
    main()
