"""SdkURL (S5 to S9): the script of `window.tccc`, bound to one agent, for the first who asks within 10 minutes."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from workbench.models import Ticket
from workbench.models.ticket import claim

GONE = 410


@require_GET
@never_cache
def sdk_script(request: HttpRequest, token: str) -> HttpResponse:
    """410 when the ticket was used, or is too old."""
    member = claim(token, Ticket.Purpose.SDK, timezone.now())
    if member is None:
        return HttpResponse(status=GONE)
    return HttpResponse("", content_type="text/javascript")
