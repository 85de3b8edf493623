"""A password that the desk chose opens nothing before it is changed (A80)."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.logins import FIRST_PASSWORD

OPEN = ("/accounts/", "/i18n/", "/admin/logout/", "/admin/jsi18n/")
OF_THE_TEAM = ("/admin/", "/workbench/")


class FirstPassword:
    """Pages of the team lead to the change page; everywhere else whoever holds such a login is a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_login = settings.SESSION_COOKIE_NAME in request.COOKIES  # visitors' answers stay free of Vary: Cookie
        if has_login and not request.path.startswith(OPEN) and request.session.get(FIRST_PASSWORD):
            if request.path.startswith(OF_THE_TEAM):
                return HttpResponseRedirect(reverse("account_change_password"))
            request.user = AnonymousUser()
        return self.get_response(request)
