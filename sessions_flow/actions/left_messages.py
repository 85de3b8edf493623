"""留言 (A117): left by a visitor when nobody served; queued when hours open, or claimed by an agent; closed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Group, Member
from sessions_flow import hooks, live
from sessions_flow.actions.post import Post, Sender, Stored, post_messages
from sessions_flow.actions.sessions import Locked, announce, locked, open_for_agent, start_waiting, tell
from sessions_flow.models import Channel, FormField, LeftMessage, Session, State
from sessions_flow.protocol import elements, errors
from sessions_flow.protocol.errors import ProtocolError

LONGEST_TEXT, LONGEST_CONTACT = 2000, 200
OFFERED, TAKEN = "form.offered", "form.taken"  # events: the visitor's page offers the form, or no more


def leave(
    conversation_id: int, client_id: str, text: str, contact: str, answers: object = None, now: datetime | None = None
) -> LeftMessage:
    """Stores it and says it in the conversation, once per client id. Raises ProtocolError, naming the field."""
    with locked(conversation_id, now) as held, translation.override(held.language or None):
        if before := LeftMessage.objects.filter(conversation=held.conversation, client_id=client_id).first():
            return before
        if held.conversation.channel.message_form == Channel.MessageForm.NEVER:
            raise ProtocolError(errors.NOT_YOURS, _("Messages cannot be left here."))
        if held.session and held.session.state == State.SERVING:
            raise ProtocolError(errors.DUPLICATE, _("An agent is with you: just write."))
        said = _filled(text, "text", LONGEST_TEXT)
        reach = _filled(contact, "contact", LONGEST_CONTACT)
        given = _answers(held.conversation.channel, answers)
        return _store(held, client_id, said, reach, given)


def _store(held: Locked, client_id: str, text: str, contact: str, answers: Mapping[str, str]) -> LeftMessage:
    told = {_("Contact"): contact, **answers}
    lines = [text, *(_("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in told.items())]
    sender = Sender.visitor(held.conversation.visitor)
    post = Post(held.conversation.pk, sender, elements.text("\n".join(lines)), client_id)
    result = post_messages([post], held.now)[0]
    if not isinstance(result, Stored):
        raise ProtocolError(result.code, result.reason)
    session = Session.objects.running().get(conversation=held.conversation)
    session.flow_seq = result.seq  # it is for people, no question to the bot
    session.save(update_fields=["flow_seq"])
    left = LeftMessage.objects.create(
        conversation=held.conversation, session=session, group=session.group, client_id=client_id, seq=result.seq,
        text=text, contact=contact, fields=dict(answers), created_at=held.now,
    )  # fmt: skip
    saved = elements.text(_("Your message was saved. We will get back to you as soon as somebody is here."))
    announce(held, {"type": TAKEN}, saved)
    live.ring_after_commit(None)  # agents' lists of left messages
    return left


def _filled(value: object, field: str, most: int) -> str:
    said = value.strip().replace("\x00", "") if isinstance(value, str) else ""
    if not said:
        raise ProtocolError(errors.BAD_DATA, _("Please fill in this field."), field)
    if len(said) > most:
        raise ProtocolError(errors.BAD_DATA, _("At most %(most)s characters.") % {"most": most}, field)
    return said


def _answers(channel: Channel, answers: object) -> dict[str, str]:
    return checked_answers(channel.form_fields.filter(place__in=FormField.WITH_MESSAGE), answers)


def checked_answers(fields: Any, answers: object) -> dict[str, str]:
    """The answers to these fields by label, without empty ones. Raises ProtocolError, naming the field."""
    given = answers if isinstance(answers, dict) else {}
    found: dict[str, str] = {}
    for field in fields:
        try:
            said = field.checked(given.get(field.label))
        except ValidationError as error:
            raise ProtocolError(errors.BAD_DATA, error.messages[0], field.label) from None
        if said:
            found[field.label] = said
    return found


def queue_left_message(left: LeftMessage, group: Group | None = None, now: datetime | None = None) -> bool:
    """Hours are open: the visitor's session waits for an agent, whether he is here or not. False when somebody was
    faster, or an agent serves him already."""
    with locked(left.conversation_id, now) as held:
        new = LeftMessage.objects.filter(pk=left.pk, state=LeftMessage.State.NEW)
        if not new.update(state=LeftMessage.State.QUEUED, queued_at=held.now):
            return False
        session = held.session or open_for_agent(held)  # should it come back without one, the flow begins as ever
        if session.state == State.FLOW:
            start_waiting(held, session, group or left.group)
        LeftMessage.objects.filter(pk=left.pk).update(session=session)
        live.ring_after_commit(None)
    return True


def claim(left: LeftMessage, member: Member, now: datetime | None = None) -> bool:
    """An agent takes it upon himself. False when somebody has it already."""
    moment = now or timezone.now()
    taken = LeftMessage.objects.filter(pk=left.pk, state__in=[LeftMessage.State.NEW, LeftMessage.State.QUEUED])
    return _rung(taken.update(state=LeftMessage.State.CLAIMED, member=member, claimed_at=moment))


def close(left: LeftMessage, member: Member, now: datetime | None = None) -> bool:
    """Dealt with. False when it was closed before, or is another agent's."""
    still_open = LeftMessage.objects.filter(pk=left.pk).exclude(state=LeftMessage.State.CLOSED)
    if not member.is_admin:
        still_open = still_open.filter(Q(member=member) | Q(member=None))
    moment = now or timezone.now()
    return _rung(still_open.update(state=LeftMessage.State.CLOSED, member=left.member or member, closed_at=moment))


def _rung(changed: int) -> bool:
    """Whether something changed; then agents' lists are told."""
    if changed:
        live.ring_after_commit(None)
    return bool(changed)


@hooks.session_ended.register
def served_messages_are_closed(session: Session) -> None:
    """An agent served the session that the message had waited for."""
    if not session.met_routing:
        return
    waiting = LeftMessage.objects.filter(
        session=session, state__in=[LeftMessage.State.QUEUED, LeftMessage.State.CLAIMED]
    )
    if session.served_at:
        waiting.update(state=LeftMessage.State.CLOSED, member=session.agent, closed_at=session.ended_at)
    else:  # the queue was left without an agent: it waits again
        waiting.filter(state=LeftMessage.State.QUEUED).update(state=LeftMessage.State.NEW, queued_at=None)


def refuse_human(held: Locked, text: str, *, offers_form: bool) -> None:
    """Nobody serves now: says so and, where the channel has it, that a message may be left."""
    can_leave = offers_form and held.conversation.channel.message_form != Channel.MessageForm.NEVER
    if can_leave:
        announce(held, {"type": OFFERED}, elements.text(text))
    else:
        tell(held, elements.text(text))
