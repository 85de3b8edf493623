"""An anonymous visitor proves who he is (A116)."""

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Visitor
from sessions_flow.actions.ending import end_session
from sessions_flow.actions.sessions import locked, open_conversation, tell
from sessions_flow.live.publish import part_after_commit
from sessions_flow.models import Channel, Conversation, EndedBy
from sessions_flow.protocol import elements


def identify(channel: Channel, anonymous: Visitor | None, user_id: str) -> Visitor:
    """The visitor of a userID that was proved; what he was doing in this channel becomes his (docs/decisions/0010).

    If he has no conversation here, the anonymous one changes hands, with a running session. If he has one, it goes on,
    and the anonymous session ends: two histories cannot be spliced without changing the order of one.
    The anonymous visitor keeps his token and nothing to read with it; his open sockets are closed."""
    signed, _is_new = Visitor.objects.get_or_create(user_id=user_id)
    if anonymous is None or anonymous.user_id is not None or anonymous.pk == signed.pk:
        return signed
    former = Conversation.objects.filter(channel=channel, visitor=anonymous).first()
    if former is not None:
        if not _change_hands(former, anonymous, signed):
            _leave(former, anonymous, signed)
        _take_profile(anonymous, signed)
    return signed


def _change_hands(former: Conversation, anonymous: Visitor, signed: Visitor) -> bool:
    """False when the signed visitor has a conversation in this channel, or got one meanwhile."""
    try:
        with transaction.atomic():
            Conversation.objects.filter(pk=former.pk, visitor=anonymous).update(visitor=signed)
            part_after_commit(former.pk, anonymous.openid)
    except IntegrityError:
        return False
    return True


def _leave(former: Conversation, anonymous: Visitor, signed: Visitor) -> None:
    """Ends what still runs there, so that no agent waits for somebody who is elsewhere."""
    with locked(former.pk, timezone.now()) as held:
        if held.session is not None:
            with translation.override(held.language or None):
                words = _("The visitor logged in as %(user)s and goes on in his own conversation.")
            tell(held, elements.text(words % {"user": signed.user_id}))
            end_session(held, held.session, EndedBy.CLIENT)
        part_after_commit(former.pk, anonymous.openid)
    open_conversation(held.conversation.channel, signed)


def _take_profile(anonymous: Visitor, signed: Visitor) -> None:
    """What is known of the signed visitor wins."""
    signed.attributes = {**anonymous.attributes, **signed.attributes}
    signed.nickname = signed.nickname or anonymous.nickname
    signed.language = anonymous.language or signed.language
    signed.save(update_fields=["attributes", "nickname", "language"])
