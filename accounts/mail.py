"""Mail to members (T5, T12), in the language of the installation."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Member

logger = logging.getLogger(__name__)


def is_mail_set_up() -> bool:
    """Whether letters reach anybody: the console back end of a fresh installation only prints them (A118)."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def send_password(member: Member, password: str) -> bool:
    """A new random password, by e-mail. False when it could not be sent. Never inside a transaction."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Your account for the customer service desk")
        body = _(
            "Hello %(name)s,\n\nyou can log in at %(address)s\n\nAccount: %(account)s\nPassword: %(password)s\n\n"
            "You choose a password of your own at your first login."
        ) % {"name": member.nickname, "address": settings.PUBLIC_URL, "account": member.account, "password": password}
    try:
        return send_mail(subject, body, None, [member.email or member.account]) == 1
    except OSError as error:  # SMTPException is one
        logger.warning("the password of member %s could not be mailed: %s", member.pk, type(error).__name__)
        return False
