"""Who logged in but has something to do first gets no further: a password of his own (A80), his phone (W6), a second
factor. And when a login was last used."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts.audit import TEAM
from accounts.logins import BIND_PHONE, FIRST_PASSWORD, SECOND_FACTOR, STEPS, first_step, see

OPEN = ("/accounts/login/", "/accounts/logout/", "/accounts/reauthenticate/", "/accounts/terms/", "/i18n/",
        "/admin/logout/", "/admin/jsi18n/")  # fmt: skip
ROOMS = {FIRST_PASSWORD: "/accounts/password/", BIND_PHONE: "/accounts/phone/", SECOND_FACTOR: "/accounts/2fa/"}
WANTED = "wanted"  # a key of the HTTP session: the page he asked for


class Unfinished:
    """Pages of the team lead to the page of the step; everywhere else whoever holds such a login is a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:  # visitors' answers stay free of Vary: Cookie
            return self.get_response(request)
        is_team = request.path.startswith(TEAM)
        step = None if request.path.startswith(OPEN) else first_step(request.session)
        if step and request.user.is_authenticated and not request.path.startswith(ROOMS[step]):
            if is_team:
                if request.method == "GET" and not request.path.startswith("/accounts/"):
                    request.session[WANTED] = request.get_full_path()
                return HttpResponseRedirect(reverse(STEPS[step]))
            request.user = AnonymousUser()
        if is_team and request.session.session_key and request.user.is_authenticated:
            see(request.session.session_key, timezone.now())
        return self.get_response(request)


def way_on(request: HttpRequest) -> str:
    """Where to go after a step: the next one, or the page he asked for."""
    step = first_step(request.session)
    if step:
        return reverse(STEPS[step])
    home = reverse("admin:index") if request.user.is_staff else reverse("workbench:home")
    return str(request.session.pop(WANTED, home))
