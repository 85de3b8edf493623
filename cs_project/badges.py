"""The numbers beside entries of the console's navigation (M6, M7), drawn with the page and refreshed by its script."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from routing.models import Waiting
from sessions_flow.models import LeftMessage


def waiting(request: HttpRequest) -> str:
    """Sessions in the queue; nothing for none."""
    return str(Waiting.objects.count() or "")


def left_messages(request: HttpRequest) -> str:
    """留言 that nobody has dealt with."""
    return str(LeftMessage.objects.open().count() or "")


BADGES = {f"cs_project.badges.{count.__name__}": count for count in (waiting, left_messages)}


@require_safe
@never_cache
@staff_member_required
def badges(request: HttpRequest) -> HttpResponse:
    return JsonResponse({name: count(request) for name, count in BADGES.items()})
