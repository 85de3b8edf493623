"""How allauth meets our members: nobody signs up, deleted and forced-off members cannot log in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.logins import FIRST_PASSWORD
from accounts.models import Member


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
        """By password: one that the desk chose opens nothing but the page to change it (A80)."""
        super().login(request, user)
        if user.must_change_password:
            request.session[FIRST_PASSWORD] = True

    def clean_password(self, password: str, user: Any = None) -> str:
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(_("The new password must differ from the old one."))
        return super().clean_password(password, user)

    def set_password(self, user: Any, password: str) -> None:
        """The member chose it himself."""
        user.must_change_password = False
        super().set_password(user, password)
        audit.record("password", user, actor=user)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index") if request.user.is_staff else reverse("workbench:home")
