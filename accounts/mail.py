"""Mail to members (T5, T12), in the language of the installation."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Member, Role

logger = logging.getLogger(__name__)
pool = ThreadPoolExecutor(1, thread_name_prefix="mail")


def is_mail_set_up() -> bool:
    """Whether letters reach anybody: the console back end of a fresh installation only prints them (A118)."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def send_password(member: Member, password: str, server: Any = None) -> bool:
    """A new random password, by e-mail. False when it could not be sent. Never inside a transaction.
    `server` is an open mail connection, for many letters one after the other."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Your account for the customer service desk")
        body = _(
            "Hello %(name)s,\n\nyou can log in at %(address)s\n\nAccount: %(account)s\nPassword: %(password)s\n\n"
            "You choose a password of your own at your first login."
        ) % {"name": member.nickname, "address": settings.PUBLIC_URL, "account": member.account, "password": password}
    return _sent(subject, body, [member.email or member.account], server)


def tell_admins(subject: str, body: str) -> bool:
    """A notice to every admin who has an address, where there is a mail server. Never inside a transaction."""
    admins = Member.objects.present().filter(role__in=(Role.ADMIN, Role.SUPER_ADMIN), forced_off_at=None)
    addresses = [address for address in admins.values_list("email", flat=True) if address]
    return bool(addresses) and is_mail_set_up() and _sent(subject, body, addresses)


def _sent(subject: str, body: str, addresses: list[str], server: Any = None) -> bool:
    try:
        return send_mail(subject, body, None, addresses, connection=server) == 1
    except OSError as error:  # SMTPException is one
        logger.warning("a letter could not be mailed (%s): %s", type(error).__name__, subject)
        return False


def send_later(letter: EmailMessage) -> None:
    """In another thread: how long the mail server takes tells nobody whether there was a letter to send."""
    pool.submit(_send_quietly, letter)


def _send_quietly(letter: EmailMessage) -> None:
    try:
        letter.send()
    except Exception as error:
        logger.warning("no letter to %s: %s", ", ".join(letter.to), error)
