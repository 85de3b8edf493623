"""Who does the work in the background: worker and beat, and whether anything is overdue."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cs_project.doctor.findings import Finding, check, error, ok
from routing.models import Assignment
from sessions_flow.models import Session, Sweep

SILENT_SECONDS = 45  # the mark is set every 10 s
LATE_SECONDS = 10


@check("worker", gettext_lazy("Worker and beat"))
def worker() -> Finding:
    """Celery may live and do nothing (after Redis was away): what counts is when the sweep last ran."""
    ran_at = Sweep.last()
    advice = _(
        "Start the Celery worker and exactly one beat (on the small size manage.py serve runs both), "
        "then look at their logs."
    )
    if ran_at is None:
        return error(_("The sweep has never run: timers, queues and deliveries stand still."), advice)
    silent = int((timezone.now() - ran_at).total_seconds())
    if silent > SILENT_SECONDS:
        return error(_("The sweep last ran %(seconds)d s ago.") % {"seconds": silent}, advice)
    return ok(_("The sweep runs."))


@check("overdue", gettext_lazy("Overdue work"))
def overdue() -> Finding:
    """The age of the oldest due row."""
    now = timezone.now()
    late = max(((now - due).total_seconds() for due in _oldest_due() if due), default=0.0)
    if late > LATE_SECONDS:
        found = _("The oldest due row has waited for %(seconds)d s.") % {"seconds": late}
        return error(found, _("Worker and beat are down or too slow: start them, or add workers."))
    return ok(_("Nothing is overdue."))


def _oldest_due() -> Iterator[datetime | None]:
    running = Session.objects.running()
    for field in ("idle_due_at", "flow_due_at"):
        yield running.aggregate(oldest=Min(field))["oldest"]
    yield Assignment.objects.offered().aggregate(oldest=Min("due_at"))["oldest"]
