"""Two-step login (TOTP and recovery codes): allauth's, with its secrets encrypted at rest."""

import base64
import secrets
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import audit, logins
from accounts.models import LoginRules, Member
from accounts.sealing import seal, unseal

PURPOSE = "second-factor"


class SecondFactorAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self) -> str:
        return _("Customer service desk")

    def encrypt(self, text: str) -> str:
        return seal(PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        """Sealed under another SECRET_KEY: a secret that nobody knows, never an empty one that everybody does."""
        return unseal(PURPOSE, encrypted_text) or base64.b32encode(secrets.token_bytes(20)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not where his role needs it."""
        rules: LoginRules = LoginRules.get_solo()
        return not rules.needs_second_factor(authenticator.user)


def has_one(member: Member) -> bool:
    return Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).exists()


def reset(member: Member) -> None:
    """He logs in with the password alone, or sets up a new one where his role needs it."""
    if Authenticator.objects.filter(user=member).delete()[0]:
        audit.record("second_factor_off", member)


def added(request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any) -> None:
    """Set up: the way is free."""
    if authenticator.type == Authenticator.Type.TOTP:
        request.session.pop(logins.SECOND_FACTOR, None)
        audit.record("second_factor_on", user, actor=user)


def removed(user: Any, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        audit.record("second_factor_off", user, actor=user)
