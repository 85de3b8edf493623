"""`/healthz`: the process lives. `/readyz`: 503 only without the database, otherwise 200 and what is degraded."""

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Gauge, generate_latest

from sessions_flow.live.process import connections
from sessions_flow.models import Session

LATE_SECONDS = 10
sockets = Gauge("desk_sockets", "Open WebSocket connections of this process")
sockets.set_function(lambda: len(connections))


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        degraded = _degraded()
    except Exception:
        return JsonResponse({"status": "unavailable", "degraded": ["database"]}, status=503)
    return JsonResponse({"status": "ok", "degraded": degraded})


def _degraded() -> list[str]:
    """Redis down, or rows whose due time passed long ago (the workers do not sweep)."""
    found = []
    if settings.REDIS_URL:
        try:
            redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping()
        except redis.RedisError:
            found.append("redis")
    oldest = Session.objects.filter(idle_due_at__isnull=False).order_by("idle_due_at").first()
    if oldest and oldest.idle_due_at and (timezone.now() - oldest.idle_due_at).total_seconds() > LATE_SECONDS:
        found.append("worker")
    return found


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; loopback and logged-in admins only."""
    is_local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and "X-Forwarded-For" not in request.headers
    if not is_local and not getattr(request.user, "is_staff", False):
        return HttpResponse(status=404)
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
