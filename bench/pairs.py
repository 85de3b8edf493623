"""Visitors in service with agents, for the load generator.

python -m bench.pairs make       writes MOST pairs and idle visitors into the database
python -m bench.pairs connect    prints one JSON line per connection for $PAIRS, $AGENTS and $IDLE
"""

import json
import os
import sys

import django

MOST, MOST_IDLE = 1000, 5000


def make() -> None:
    from django.utils import timezone

    from accounts.models import Member, Visitor
    from routing.models import Assignment, Desk
    from sessions_flow.models import Channel, Conversation, Session, State

    now = timezone.now()
    channel = Channel.objects.create(service_account="@customer_service_account")
    members = Member.objects.bulk_create(
        Member(account=f"agent{n}@example.com", nickname=f"Agent {n}", password="!") for n in range(MOST)
    )
    Desk.objects.bulk_create(
        Desk(member=member, status="free", since=now, seen_at=now, limit=100) for member in members
    )
    visitors = Visitor.objects.bulk_create(Visitor(language="en") for _ in range(MOST + MOST_IDLE))
    conversations = Conversation.objects.bulk_create(
        Conversation(channel=channel, visitor=visitor) for visitor in visitors
    )
    sessions = Session.objects.bulk_create(
        Session(conversation=conversation, agent=member, state=State.SERVING, opened_at=now, served_at=now)
        for conversation, member in zip(conversations, members, strict=False)
    )
    Assignment.objects.bulk_create(
        Assignment(session=session, member=session.agent, offered_at=now, accepted_at=now) for session in sessions
    )


def connect(pairs: int, agents: int, idle: int) -> None:
    """Agent n serves visitor n."""
    from accounts.models import Member
    from sessions_flow.models import Conversation

    members = list(Member.objects.order_by("pk")[:agents])
    conversations = list(Conversation.objects.select_related("visitor", "channel").order_by("pk")[: MOST + idle])
    for number, member in enumerate(members):
        more = {
            "headers": {"Cookie": f"sessionid={login(member)}"},
            "vars": {"conversation": conversations[number].public_id},
        }
        say("agent", "/ws/workbench/", {"op": "hello"}, '"op":"snapshot"', **more)
    for number, conversation in enumerate([*conversations[:pairs], *conversations[MOST : MOST + idle]]):
        say("visitor" if number < pairs else "idle", "/ws/chat/", hello(conversation), '"op":"welcome"')


def hello(conversation) -> dict:
    from accounts.identity import visitor_token

    token = visitor_token(conversation.visitor.openid)
    known = {"token": token, "last_seq": conversation.seq}  # nothing of earlier rounds is sent again
    return {"op": "hello", "web_app_id": conversation.channel.web_app_id, "language": "en", **known}


def login(member) -> str:
    """A session cookie, as the login page would give."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def say(role: str, path: str, first: dict, ready: str, **more) -> None:
    print(json.dumps({"role": role, "path": path, "frames": [json.dumps(first)], "ready": ready, **more}))


if __name__ == "__main__":
    django.setup()
    if sys.argv[1:] == ["make"]:
        make()
    else:
        connect(*(int(os.environ.get(name, "0")) for name in ("PAIRS", "AGENTS", "IDLE")))
