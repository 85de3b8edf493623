"""The cast, as rows: vera the visitor, alice the agent, bob of the same group, charlie of another, sofia the admin."""

from dataclasses import dataclass, field

from django.utils import timezone

from accounts.models import Group, Member, Role, Visitor
from routing.models import Desk
from sessions_flow.actions import Post, Sender, locked, open_conversation, post_messages
from sessions_flow.models import Channel, Conversation, Session
from sessions_flow.protocol import elements


def make_member(name: str, role: str = Role.AGENT) -> Member:
    account = f"{name}@example.com"
    return Member.objects.create(account=account, email=account, nickname=name.title(), role=role, password="!")


def sit_down(member: Member, limit: int = 5, status: str = "free") -> Desk:
    now = timezone.now()
    return Desk.objects.create(member=member, status=status, limit=limit, admin_limit=limit, since=now, seen_at=now)


def make_channel() -> Channel:
    return Channel.objects.get_or_create(service_account="@customer_service_account")[0]


@dataclass
class Vera:
    """A visitor and her conversation."""

    language: str = "en"
    visitor: Visitor = field(init=False)
    conversation: Conversation = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.visitor = Visitor.objects.create(language=self.language)
        self.conversation = open_conversation(make_channel(), self.visitor)

    def post(self, said: str, client_id: str | None = None):
        self.count += 1
        elem = elements.text(said)
        client_id = client_id or f"v{self.count}"
        return post_messages([Post(self.conversation.pk, Sender.visitor(self.visitor), elem, client_id)])[0]

    @property
    def session(self) -> Session:
        return Session.objects.filter(conversation=self.conversation).latest("pk")

    def lines(self) -> list[str]:
        """What was said, in order: texts, or the src."""
        return [row.text or row.src for row in self.conversation.messages.said().order_by("seq")]

    def serve(self, member: Member) -> Session:
        """Straight to a human, without the queue."""
        from sessions_flow.actions import connect_agent, start_waiting

        self.post("hello")
        with locked(self.conversation.pk) as held:
            start_waiting(held, held.session, None)
        from routing.assigner import assign_waiting

        assign_waiting()
        session = self.session
        if session.agent_id != member.pk:
            with locked(self.conversation.pk) as held:
                connect_agent(held, held.session, member, None)
        return self.session


def say(member: Member, vera: Vera, said: str, client_id: str = "a1"):
    return post_messages([Post(vera.conversation.pk, Sender.agent(member), elements.text(said), client_id)])[0]


def make_group(name: str, *members: Member) -> Group:
    group = Group.objects.create(name=name)
    group.members.set(members)
    return group
