"""How allauth meets our members: nobody signs up, deleted and forced-off members cannot log in."""

import time
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit, second_factor, sms
from accounts.logins import BIND_PHONE, FIRST_PASSWORD, SECOND_FACTOR
from accounts.mail import send_later
from accounts.middleware import way_on
from accounts.models import LoginRules, Member

FRESH_SECONDS = 300  # a login this young needs no second proof


class MemberAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def filter_users_by_email(
        self, email: str, is_active: bool | None = None, prefer_verified: bool = False
    ) -> list[Member]:
        return list(Member.objects.present().filter(email__iexact=email))

    def filter_users_by_username(self, *usernames: str) -> Any:
        return Member.objects.present().filter(account__in=usernames)

    def respond_user_inactive(self, request: HttpRequest, user: Member) -> HttpResponse:
        messages.error(request, _("This account was taken offline. Ask your administrator to restore it."))
        return HttpResponseRedirect(reverse("account_login"))

    def login(self, request: HttpRequest, user: Any) -> None:
        """By password or by a code. What he has to do first is noted in the session (`accounts.middleware`)."""
        super().login(request, user)
        rules: LoginRules = LoginRules.get_solo()
        steps = {
            FIRST_PASSWORD: user.must_change_password,
            BIND_PHONE: sms.is_set_up() and not user.phone and not user.is_superuser,
            SECOND_FACTOR: rules.needs_second_factor(user) and not second_factor.has_one(user),
        }
        for step, is_needed in steps.items():
            if is_needed:
                request.session[step] = True
            else:  # the same browser was here before
                request.session.pop(step, None)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within minutes of any proof of who he is."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < FRESH_SECONDS for record in records)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        send_later(self.render_mail(template_prefix, email, {"email": email, **context}))

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_from_email(self) -> str:
        return str(settings.DEFAULT_FROM_EMAIL)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the installation's own address, whatever Host the request named."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", quote(key))

    def clean_password(self, password: str, user: Any = None) -> str:
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(_("The new password must differ from the old one."))
        return super().clean_password(password, user)

    def set_password(self, user: Any, password: str) -> None:
        """The member chose it himself."""
        user.must_change_password = False
        super().set_password(user, password)
        audit.record("password", user, actor=user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """He is logged out now. To the plain login page: it leads to his work, not back to the change."""
        return reverse("account_login")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return way_on(request)
