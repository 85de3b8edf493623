"""What supervisors do (docs/wire.md): by `op`, a function of member and frame to the result's fields.

Who asks is looked up again in each: a demoted admin is refused at once, whatever his page still shows."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Group, Member
from routing import actions
from sessions_flow.actions import join, part
from sessions_flow.models import Channel, Session, State
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench.acts import Act, agent_of, group_of, session_of, whispered, whispers
from workbench.colleagues import colleagues_of

Frame = dict[str, Any]


def supervisor(member: Member) -> Member:
    """Who he is now. Raises ProtocolError for whoever may not supervise."""
    found: Member | None = Member.objects.filter(pk=member.pk).first()
    if found is None or not found.is_staff:
        raise ProtocolError(errors.NOT_YOURS, _("Only admins may do this."))
    return found


def guarded(act: Act) -> Act:
    return lambda member, frame: act(supervisor(member), frame)


def _of_session(act: Callable[[Session, Member], object]) -> Act:
    def run(member: Member, frame: Frame) -> None:
        act(session_of(member, frame), member)

    return run


def _take_over(member: Member, frame: Frame) -> None:
    actions.take_over(session_of(member, frame), member, comes_to_work=True)


def give(member: Member, frame: Frame) -> Frame:
    """To an agent or a group, whether it waits or is served. `done`: an agent asked to accept it has not yet."""
    session, to, group = session_of(member, frame), agent_of(frame.get("agent")), group_of(frame.get("group"))
    if session.state == State.SERVING:
        return {"done": actions.transfer(session, member, to=to, group=group, note=str(frame.get("note") or ""))}
    if to is not None:
        actions.assign(session, member, to)
    elif group is not None:
        actions.requeue(session, member, group)
    else:
        raise ProtocolError(errors.BAD_DATA, _("Choose an agent or a group."))
    return {"done": True}


def _status(member: Member, frame: Frame) -> None:
    agent = agent_of(frame.get("agent"))
    if agent is None:
        raise ProtocolError(errors.BAD_DATA, _("Choose an agent."))
    actions.force_status(agent, member, str(frame.get("status")), str(frame.get("reason") or ""))


def _filters(member: Member, frame: Frame) -> Frame:
    """What the list can be filtered by."""
    groups = Group.objects.present().order_by("name").values_list("pk", "name")
    agents = Member.objects.present().filter(~Q(desk=None)).order_by("nickname").values_list("public_id", "nickname")
    channels = Channel.objects.order_by("pk").values_list("pk", "name")
    return {
        "groups": [{"id": pk, "name": name} for pk, name in groups],
        "agents": [{"id": public_id, "name": name} for public_id, name in agents],
        "channels": [{"id": pk, "name": name} for pk, name in channels],
    }


SUPERVISING: dict[str, Act] = {
    op: guarded(act)
    for op, act in {
        "filters": _filters,
        "colleagues": lambda member, frame: colleagues_of(member),
        "whisper": whispered,
        "whispers": whispers,
        "session.join": _of_session(join),
        "session.part": _of_session(part),
        "session.take_over": _take_over,
        "session.give": give,
        "session.end": _of_session(actions.end_by_agent),
        "agent.status": _status,
    }.items()
}
