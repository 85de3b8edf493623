"""What the desk stands on: database, Redis, disk, clock."""

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import when
from cs_project.doctor.findings import Finding, check, error, ok, warning

LITTLE_BYTES, LEAST_BYTES = 2 * 1024**3, 256 * 1024**2
LATE_CLOCK_SECONDS = 2.0
OLDEST_REDIS = 6


@check("database", gettext_lazy("Database"))
def database() -> Finding:
    """It answers, and its tables are those of this version."""
    name = f"{connection.display_name} {_version()}"
    connection.check_database_version_supported()
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        found = _("%(database)s, but %(count)d migrations are missing.") % {"database": name, "count": missing}
        return error(found, _("Run manage.py migrate, then start the desk again."))
    if connection.vendor == "postgresql" and _setting("synchronous_commit") == "off":
        found = _("%(database)s with synchronous_commit off: a crash may lose acknowledged messages.")
        return warning(found % {"database": name}, _("Set synchronous_commit = on in postgresql.conf."))
    return ok(_("%(database)s, up to date.") % {"database": name})


def _version() -> str:
    return ".".join(map(str, connection.get_database_version()))


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


@check("redis", "Redis", is_quick=False)
def bus() -> Finding:
    """What one process publishes reaches another (the doorbell), and Celery finds its tasks."""
    if not settings.REDIS_URL:
        return ok(_("Not used: one process does everything."))
    try:
        with _redis() as client:
            facts: dict[str, Any] = client.info("server")  # type: ignore[assignment]
            version = str(facts["redis_version"])
            is_heard = _is_heard(client)
    except (redis.RedisError, OSError) as problem:
        found = _("No answer: %(error)s.") % {"error": f"{type(problem).__name__}: {problem}"[:200]}
        return error(found, _("Start Redis, or correct REDIS_URL. Until then messages arrive late, by polling."))
    if not is_heard:
        return error(
            _("Redis %(version)s answers, but what is published does not arrive.") % {"version": version},
            _("Allow PUBLISH and SUBSCRIBE for this user; do not put a proxy that drops them before Redis."),
        )
    if int(version.split(".")[0]) < OLDEST_REDIS:
        return warning(_("Redis %(version)s.") % {"version": version}, _("Use Redis 6 or newer."))
    return ok(_("Redis %(version)s; what is published arrives.") % {"version": version})


@contextlib.contextmanager
def _redis() -> Iterator["redis.Redis"]:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    with contextlib.closing(client):
        yield client


def _is_heard(client: "redis.Redis") -> bool:
    """A channel of its own, so that nobody else is disturbed."""
    name = f"doctor.{uuid.uuid4().hex}"
    with client.pubsub(ignore_subscribe_messages=True) as ear:
        ear.subscribe(name)
        ear.get_message(timeout=1)
        client.publish(name, "hello")
        return any(ear.get_message(timeout=0.5) for _attempt in range(4))


@check("storage", gettext_lazy("Files"))
def storage() -> Finding:
    """What visitors and agents send is written here."""
    content = os.urandom(16)
    try:
        name = default_storage.save(f"doctor/{uuid.uuid4().hex}", ContentFile(content))
        try:
            with default_storage.open(name) as file:
                is_same = file.read() == content
        finally:
            default_storage.delete(name)
    except OSError as problem:
        found = _("Cannot write to %(folder)s: %(error)s.")
        return error(
            found % {"folder": settings.MEDIA_ROOT, "error": problem.strerror or problem},
            _("Give the user of the server the right to write there, or set another DATA_DIR."),
        )
    if not is_same:
        return error(_("What was written is not what is read back."), _("Check the disk and its mount."))
    return ok(_("%(folder)s can be written.") % {"folder": settings.MEDIA_ROOT})


@check("disk", gettext_lazy("Disk space"))
def disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    found = _("%(size).1f GB free in %(folder)s.") % {"size": free / 1024**3, "folder": settings.DATA_DIR}
    advice = _("Make room or move DATA_DIR to a larger disk: without space no message can be stored.")
    if free < LEAST_BYTES:
        return error(found, advice)
    return warning(found, advice) if free < LITTLE_BYTES else ok(found)


@check("clock", gettext_lazy("Clock"))
def clock() -> Finding:
    """Deadlines are instants: machines that disagree close sessions too early or too late."""
    if connection.vendor != "postgresql":
        return ok(_("One machine: its own clock, %(time)s.") % {"time": when(timezone.now())})
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    middle = before + (timezone.now() - before) / 2
    apart = abs((theirs - middle).total_seconds())
    if apart > LATE_CLOCK_SECONDS:
        found = _("This machine and the database are %(seconds).1f s apart.") % {"seconds": apart}
        return error(found, _("Run a time service (chrony, systemd-timesyncd) on both."))
    return ok(_("This machine and the database agree: %(time)s.") % {"time": when(theirs)})
