"""What admins do with flows: edit, publish, roll back, choose where one runs (M61)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Group, Member
from sessions_flow.flow.kinds import Problem
from sessions_flow.flow.validation import name_of, problems
from sessions_flow.flow.wellformed import wellformed
from sessions_flow.models import Channel, Flow, FlowVersion, FormField

Json = dict[str, Any]


class Conflict(Exception):
    """Somebody else saved the draft meanwhile; the text says who."""


class Unfit(Exception):
    """The flow has problems and is not published."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, found)))
        self.found = found


def review(graph: Json) -> list[Problem]:
    """Of a well-formed flow, against the groups and the questions before the chat that there are."""
    names: list[str] = []
    for pk, name in Group.objects.present().values_list("pk", "name"):
        names += [str(pk), name]
    return problems(graph, names, known_variables())


def known_variables() -> list[str]:
    """What visitors were asked before the chat is a variable of their sessions."""
    return list(FormField.objects.order_by("label").values_list("label", flat=True).distinct())


def create_flow(name: str, graph: Json, by: Member | None) -> Flow:
    return Flow.objects.create(name=name, draft=wellformed(graph), changed_at=timezone.now(), changed_by=by)


def save_draft(flow: Flow, graph: object, revision: int, by: Member | None, name: str = "") -> Flow:
    """The draft as edited from `revision`. Raises Malformed, and Conflict when it is not the newest any more."""
    draft = wellformed(graph)
    written = audit.update_rows(
        Flow.objects.filter(pk=flow.pk, revision=revision),
        draft=draft, name=name or flow.name, revision=revision + 1, changed_at=timezone.now(), changed_by=by,
    )  # fmt: skip
    flow.refresh_from_db()
    if not written:
        raise Conflict(_conflict(flow))
    return flow


def _conflict(flow: Flow) -> str:
    told = {"name": flow.changed_by or "–", "time": timezone.localtime(flow.changed_at).strftime("%H:%M:%S")}
    return _("%(name)s saved this flow at %(time)s. Reload to see it; export yours first to keep it.") % told


@transaction.atomic
def publish(flow: Flow, revision: int, note: str, by: Member | None) -> FlowVersion:
    """The draft becomes the version of new sessions. Raises Conflict and Unfit."""
    flow = Flow.objects.select_for_update().get(pk=flow.pk)
    if flow.revision != revision:
        raise Conflict(_conflict(flow))
    return _publish(flow, wellformed(flow.draft), note, by)


@transaction.atomic
def roll_back(flow: Flow, number: int, by: Member | None) -> FlowVersion:
    """Publishes an older version anew. Raises FlowVersion.DoesNotExist, and Unfit when a group is gone since."""
    flow = Flow.objects.select_for_update().get(pk=flow.pk)
    older = flow.versions.get(number=number)
    return _publish(flow, wellformed(older.graph), _("Back to version %(n)d") % {"n": number}, by)


def _publish(flow: Flow, graph: Json, note: str, by: Member | None) -> FlowVersion:
    found = [problem for problem in review(graph) if not problem.is_warning]
    if found:
        raise Unfit(found)
    newest = flow.versions.first()
    version = FlowVersion.objects.create(
        flow=flow, number=newest.number + 1 if newest else 1, graph=graph, note=note[:200],
        published_at=timezone.now(), published_by=by,
    )  # fmt: skip
    audit.update_rows(Flow.objects.filter(pk=flow.pk), live=version)
    return version


@transaction.atomic
def use_in(flow: Flow, channels: Collection[int], for_all: bool) -> None:
    """Where the flow runs: channels by id, and (`for_all`) every channel without a flow of its own."""
    if for_all:
        audit.update_rows(Flow.objects.filter(is_default=True).exclude(pk=flow.pk), is_default=False)
    audit.update_rows(Flow.objects.filter(pk=flow.pk), is_default=for_all)
    audit.update_rows(Channel.objects.filter(flow=flow).exclude(pk__in=channels), flow=None)
    audit.update_rows(Channel.objects.filter(pk__in=channels), flow=flow)


@dataclass(frozen=True, slots=True)
class Difference:
    """Names of nodes. Moving a node is no change."""

    added: list[str]
    removed: list[str]
    changed: list[str]


def difference(before: Json | None, after: Json) -> Difference:
    old = {node["id"]: node for node in before["nodes"]} if before else {}
    new = {node["id"]: node for node in after["nodes"]}
    changed = [node for key, node in new.items() if key in old and _matter(node) != _matter(old[key])]
    return Difference(
        [name_of(node) for key, node in new.items() if key not in old],
        [name_of(node) for key, node in old.items() if key not in new],
        [name_of(node) for node in changed],
    )


def _matter(node: Json) -> tuple[Any, ...]:
    return node["step"], node["title"], node["settings"]
