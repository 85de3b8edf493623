"""Satisfaction rating: card (src 9), choice (src 10), request (src 24): F16 to F21, F35, A60 to A66."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Member
from sessions_flow import hooks, live
from sessions_flow.actions.changing import modify
from sessions_flow.actions.sessions import Locked, locked, tell, tell_state, variables_of
from sessions_flow.models import Message, Rating, RatingRules, Session, State
from sessions_flow.models.settings import current, wording
from sessions_flow.protocol import elements, errors, payloads
from sessions_flow.protocol.errors import ProtocolError


def send_card(held: Locked, session: Session) -> Rating | None:
    """One rating per session: an unanswered card is sent again, an answered one is not (A60). None when rated."""
    rules = current(RatingRules)
    rating = Rating.objects.filter(session=session).first() or Rating(session=session, invited_at=held.now)
    if rating.rated_at:
        return None
    rating.agent, rating.group = session.agent, session.group  # the last who served (A64)
    rating.expires_at, rating.expired_at = held.now + timedelta(hours=rules.valid_hours), None
    card = payloads.rating_card(
        head=wording(rules, "invitation", held.language, **variables_of(session)),
        tail=wording(rules, "thanks", held.language, **variables_of(session)),
        levels=rules.levels(held.language),
        rating_id=str(rating.public_id),
        effective_hours=rules.valid_hours,
        expires_at=int(rating.expires_at.timestamp()),
        stars=rules.has_stars,
    )
    tell(held, elements.custom(card))
    rating.card_seq = _newest_seq(held)
    rating.save()
    return rating


def invite_rating(session: Session, member: Member) -> None:
    """The agent's star (W46). Raises ProtocolError when the rules or the state do not allow it."""
    with locked(session.conversation_id) as held:
        if held.session is None or held.session.pk != session.pk or held.session.agent_id != member.pk:
            raise ProtocolError(errors.SESSION_OVER, _("This session is not yours, or is over."))
        if not current(RatingRules).flag & payloads.RULE_AGENT:
            raise ProtocolError(errors.NOT_YOURS, _("Inviting is switched off in the settings."))
        if send_card(held, held.session) is None:
            raise ProtocolError(errors.DUPLICATE, _("The visitor has rated this session already."))


def request_rating(conversation_id: int) -> None:
    """src 24: only with a human, or until the rating window after one closes (A66). Raises ProtocolError."""
    with locked(conversation_id) as held:
        if not current(RatingRules).flag & payloads.RULE_VISITOR:
            raise ProtocolError(errors.NOT_YOURS, _("Rating is switched off."))
        session = held.session if held.session and held.session.state == State.SERVING else _last_served(held)
        if session is None:
            raise ProtocolError(errors.NO_STAFF, _("You can rate after talking to an agent."))
        if send_card(held, session) is None:
            raise ProtocolError(errors.DUPLICATE, _("You have rated already. Thank you!"))


def rate(conversation_id: int, choice: dict[str, str], now: datetime | None = None) -> None:
    """src 10 (F19 to F21, A61): fills `selected` into the stored card. Raises ProtocolError."""
    with locked(conversation_id, now) as held:
        rating = _rating_of(held, choice["sessionId"])
        if rating.rated_at:
            raise ProtocolError(errors.DUPLICATE, _("You have rated already. Thank you!"))
        if rating.expired_at or rating.expires_at <= held.now:
            raise ProtocolError(errors.SESSION_OVER, _("The time for rating is over."))
        cards = _cards_of(held, rating)
        card = elements.payload_of(cards[-1].elem) if cards else None
        level = next((row for row in card["menuContent"]["menu"] if row["id"] == choice["id"]), None) if card else None
        if card is None or level is None:
            raise ProtocolError(errors.BAD_DATA, _("Please choose one of the levels."))
        rating.level, rating.level_text, rating.rated_at = int(level["id"]) - 100, level["content"], held.now
        rating.save(update_fields=["level", "level_text", "rated_at"])
        for message in cards:  # a card that was sent twice is answered twice
            modify(held, message, elements.custom(payloads.rated(elements.payload_of(message.elem) or card, level)))
        hooks.session_rated(rating)
        if held.session and held.session.pk == rating.session_id:
            tell_state(held, held.session, seat_changed=False)
    if rating.agent_id:
        live.ring_after_commit([rating.agent_id])


def _rating_of(held: Locked, rating_id: str) -> Rating:
    """The rating named by the card, of this very conversation; without a name the newest one."""
    ratings = Rating.objects.filter(session__conversation=held.conversation).order_by("-invited_at")
    for rating in ratings[:50]:
        if rating_id in ("", str(rating.public_id)):
            return rating
    raise ProtocolError(errors.BAD_DATA, _("There is nothing to rate."))


def _cards_of(held: Locked, rating: Rating) -> list[Message]:
    """Every src 9 of this rating, oldest first."""
    sent = Message.objects.filter(conversation=held.conversation, session=rating.session_id, src=payloads.RATING)
    named = [
        row for row in sent.order_by("seq") if row.elem and str(rating.public_id) in row.elem["MsgContent"]["Data"]
    ]
    return named or list(Message.objects.filter(conversation=held.conversation, seq=rating.card_seq))


def _last_served(held: Locked) -> Session | None:
    window = held.now - timedelta(hours=current(RatingRules).valid_hours)
    served = Session.objects.filter(conversation=held.conversation, served_at__isnull=False, ended_at__gte=window)
    return served.select_related("agent", "group").order_by("-ended_at").first()


def _newest_seq(held: Locked) -> int:
    held.conversation.refresh_from_db(fields=["seq"])
    return held.conversation.seq
