"""Which browsers can be woken, and by that who is present while his phone sleeps (promise 8)."""

import binascii

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from py_vapid.utils import b64urldecode

from accounts import outgoing
from accounts.logins import member_of_login
from accounts.models import Member
from routing.actions import wake_by_push
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench.models import PushSubscription
from workbench.models.push import LONGEST_ENDPOINT

AUTH_BYTES = 16


def subscribe(member: Member, login: str, said: object, language: str) -> None:
    """The browser of this login session can be woken, by what `PushSubscription.toJSON()` says.
    Raises ProtocolError."""
    endpoint, p256dh, auth = _checked(said)
    with transaction.atomic():
        PushSubscription.objects.filter(Q(login=login) | Q(endpoint=endpoint)).delete()
        PushSubscription.objects.create(
            member=member, login=login, endpoint=endpoint, p256dh=p256dh, auth=auth, language=language
        )
    settle()


def _checked(said: object) -> tuple[str, str, str]:
    keys = said.get("keys") if isinstance(said, dict) else None
    endpoint = said.get("endpoint") if isinstance(said, dict) else None
    if not isinstance(keys, dict) or not isinstance(endpoint, str) or not _is_address(endpoint):
        raise ProtocolError(errors.BAD_DATA, _("This is no address of a push service."))
    p256dh, auth = str(keys.get("p256dh")), str(keys.get("auth"))
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), b64urldecode(p256dh.encode()))
        is_good = len(b64urldecode(auth.encode())) == AUTH_BYTES
    except (ValueError, binascii.Error):
        is_good = False
    if not is_good:
        raise ProtocolError(errors.BAD_DATA, _("The keys of this push subscription are not valid."))
    return endpoint, p256dh, auth


def _is_address(endpoint: str) -> bool:
    return len(endpoint) <= LONGEST_ENDPOINT and outgoing.is_secure(endpoint)


def unsubscribe(login: str) -> None:
    PushSubscription.objects.filter(login=login).delete()
    settle()


def forget_ended() -> int:
    """Those of logins that are over. Returns how many there were."""
    gone = PushSubscription.objects.of_ended_logins().delete()[0]
    settle()
    return gone


def forget_revoked(member: Member) -> None:
    """His logins that do not hold any more: forced off, deleted, another password."""
    for row in PushSubscription.objects.filter(member=member):
        if member_of_login(row.login) is None:
            row.delete()
    settle()


def settle() -> None:
    """`Desk.has_push` is true exactly while a subscription of the login at the desk exists."""
    wake_by_push(set(PushSubscription.objects.at_work().values_list("member_id", flat=True)))
