"""Who asks: a visitor by the token of docs/wire.md, a business server by its key. No cookies, so no CSRF."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.addresses import network_of
from accounts.identity import openid_of_token
from accounts.logins import key_of_header, member_of_login
from accounts.models import Visitor
from sessions_flow.access import key_of
from sessions_flow.doors.limits import seconds_to_wait
from sessions_flow.models import ApiKey
from sessions_flow.models.api_key import MARK


def bearer_of(authorization: str) -> str:
    """What an Authorization header shows; empty where it is of another kind, or missing."""
    kind, _space, said = authorization.partition(" ")
    return said.strip() if kind.lower() == "bearer" else ""


class VisitorUser:
    """What DRF asks of a user."""

    is_authenticated = True

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.pk = f"visitor-{visitor.pk}"


class KeyUser:
    is_authenticated = True

    def __init__(self, key: ApiKey) -> None:
        self.key = key
        self.pk = f"key-{key.pk}"


def visitor_of_token(token: str) -> Visitor | None:
    openid = openid_of_token(token)
    return Visitor.objects.filter(openid=openid, blocked_at=None).first() if openid else None


class VisitorAuthentication(BaseAuthentication):
    """`Authorization: Bearer <visitor token>`; the visitor is `request.user.visitor`."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        said = bearer_of(request.headers.get("Authorization", ""))
        if not said or said.startswith(f"{MARK}_"):
            return None
        visitor = visitor_of_token(said)
        if visitor is None:
            raise AuthenticationFailed(_("This visitor token is not valid."))
        return VisitorUser(visitor), said

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class LoginAuthentication(BaseAuthentication):
    """`Authorization: Login <key>`: a member whose login has no cookie here (the agent SDK inside another site)."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        key = key_of_header(request.headers.get("Authorization", ""))
        if not key:
            return None
        member = member_of_login(key)
        if member is None:
            raise AuthenticationFailed(_("You are logged out, or logged in somewhere else."))
        return member, ""


class KeyAuthentication(BaseAuthentication):
    """`X-Api-Key: <key>` or `Authorization: Bearer <key>`; the key is `request.user.key`."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        bearer = bearer_of(request.headers.get("Authorization", ""))
        said = request.headers.get("X-Api-Key", "") or (bearer if bearer.startswith(f"{MARK}_") else "")
        if not said:
            return None
        key = key_of(said)
        if key is None:
            raise AuthenticationFailed(_("This API key is not valid, or was revoked."))
        key.was_used()
        return KeyUser(key), key.prefix

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class IsVisitor(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, VisitorUser)


class IsKey(BasePermission):
    """A key that may do what the view's `scope` says."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, KeyUser):
            return False
        if not request.user.key.may(view.scope):
            raise PermissionDenied(_("This API key may not do that (%(scope)s).") % {"scope": view.scope})
        return True


class Throttle(BaseThrottle):
    """So many requests a minute for a key, for a visitor, and for an address that shows neither. Fails open."""

    seconds = 0

    def counted(self, request: Request) -> tuple[str, str, int]:
        """What is counted, of whom, and how many there may be."""
        user: Any = request.user
        if isinstance(user, KeyUser):
            return "api-key", user.pk, settings.API_KEY_RATE
        if isinstance(user, VisitorUser):
            return "api-visitor", user.pk, settings.API_VISITOR_RATE
        return "api-address", network_of(request.META.get("REMOTE_ADDR", "")), settings.API_ADDRESS_RATE

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.seconds = seconds_to_wait(*self.counted(request))
        return not self.seconds

    def wait(self) -> float:
        return self.seconds
