"""How a new random password reaches its member (T5, T12, A118)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.admin.base import ConsoleAdmin
from accounts.mail import is_mail_set_up, send_password
from accounts.models import Member


def hand_over(page: ConsoleAdmin, request: HttpRequest, member: Member, password: str) -> HttpResponse:
    """By e-mail where there is a mail server, and never on the screen then; else shown once. Outside transactions."""
    if not is_mail_set_up():
        return _shown_once(page, request, member, password)
    address = {"name": member, "address": member.email or member.account}
    if send_password(member, password):
        page.message_user(request, "", messages.SUCCESS)
        page.message_user(request, _("The password of %(name)s was sent to %(address)s.") % address)
    else:
        failed = _(
            "The password of %(name)s could not be sent to %(address)s. Check the address and the mail server "
            "(EMAIL_URL), then choose “Reset password” to send a new one."
        )
        page.message_user(request, failed % address, messages.ERROR)
    return page.back_to_list()


def _shown_once(page: ConsoleAdmin, request: HttpRequest, member: Member, password: str) -> HttpResponse:
    """In this answer only (never cached), and kept nowhere, not even in a message."""
    page.message_user(request, "", messages.SUCCESS)
    context = {"member": member, "password": password, "back": page.url("changelist")}
    title = _("Password of %(name)s") % {"name": member}
    return page.page(request, "admin/accounts/member/password.html", title, **context)
