"""What lets people in: CreateSDKLoginToken (S5), CreateAdminURL, CreateUserSig."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import usersig
from accounts.models import Member
from workbench.cloud import found
from workbench.cloud.errors import DENIED, STATE_FORBIDS, CloudError
from workbench.cloud.parameters import Parameters
from workbench.cloud.registry import Answer, action
from workbench.models import Scope, Ticket
from workbench.models.ticket import issue

HOUR = 3600


@action("CreateSDKLoginToken", Scope.SDK, "SeatUserId", "OnlyOnce")
def create_sdk_login_token(call: Parameters) -> Answer:
    """SdkURL: 10 minutes, one use whatever OnlyOnce says (S7)."""
    call.flag("OnlyOnce", True)
    token, expires_at = issue(_active(call.text("SeatUserId")), Ticket.Purpose.SDK, timezone.now())
    url = settings.PUBLIC_URL + reverse("workbench:sdk", args=[token])
    return {"Token": token, "ExpiredTime": int(expires_at.timestamp()), "SdkURL": url}


@action("CreateAdminURL", Scope.SDK, "SeatUserId")
def create_admin_url(call: Parameters) -> Answer:
    """A link that logs an admin into the console once, within 10 minutes."""
    member = _active(call.text("SeatUserId"))
    if not member.is_admin:
        raise CloudError(DENIED, f"{member.account} is an agent and cannot enter the console.")
    token, _ = issue(member, Ticket.Purpose.CONSOLE, timezone.now())
    return {"URL": settings.PUBLIC_URL + reverse("workbench:enter", args=[token])}


@action("CreateUserSig", Scope.SDK, "Uid", "ClientData", "ExpiredTime")
def create_user_sig(call: Parameters) -> Answer:
    """A userSig of at most an hour for a visitor; ClientData travels inside it."""
    uid, client_data = call.text("Uid", most=64), call.text("ClientData", "")
    if not usersig.is_user_id(uid):
        raise call.invalid("Uid", "expected 1 to 64 characters without control characters")
    seconds = call.integer("ExpiredTime", HOUR, least=1, most=HOUR)
    return {"UserSig": usersig.make_brief(uid, seconds, client_data)}


def _active(account: str) -> Member:
    member = found.member(account)
    if not member.is_active:
        raise CloudError(STATE_FORBIDS, f"{account} was forced offline. Restore the member first.")
    return member
