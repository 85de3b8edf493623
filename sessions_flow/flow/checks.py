"""`manage.py check`: every flow that sessions run can be run by this code."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, transaction

from sessions_flow.flow.registry import conditions, steps
from sessions_flow.models import FlowVersion, Session


@register()
def stored_flows_name_known_steps(**_kwargs: Any) -> list[CheckMessage]:
    """Nothing to say before the tables exist, or without a database."""
    try:
        with transaction.atomic():
            running = Session.objects.running().filter(flow_version__isnull=False).values("flow_version")
            used = FlowVersion.objects.filter(live_of__isnull=False) | FlowVersion.objects.filter(pk__in=running)
            versions = list(used.select_related("flow").distinct())
    except DatabaseError:
        return []
    return [error for version in versions for error in _errors(version)]


def _errors(version: FlowVersion) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for node in version.graph.get("nodes", []):
        where, step = f"flow {version}, node {node.get('id')!r}", node.get("step")
        tests = [case.get("test") for case in node.get("settings", {}).get("cases", [])]
        if step not in steps:
            found.append(Error(f"{where}: unknown step {step!r}. Is an app missing?", id="sessions_flow.E001"))
        unknown = [test for test in tests if test not in conditions]
        found += [Error(f"{where}: unknown condition {test!r}.", id="sessions_flow.E002") for test in unknown]
    return found
