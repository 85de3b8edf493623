"""Links that let a member in once: CreateAdminURL's."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from workbench.models import Ticket
from workbench.models.ticket import claim

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_GET
@never_cache
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Logs the admin into the console; the second use of the link, or a late one, finds nothing."""
    member = claim(token, Ticket.Purpose.CONSOLE, timezone.now())
    if member is None or not member.is_staff:
        return render(request, "404.html", status=404)
    login(request, member, backend=BACKEND)
    response = HttpResponseRedirect(reverse("admin:index"))
    response["Referrer-Policy"] = "no-referrer"
    return response
