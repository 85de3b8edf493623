"""What the editor's page starts with: the flow, the kinds of nodes, the versions, where it runs, the texts."""

from typing import Any

from django.utils.translation import get_language

from accounts.admin.base import when
from accounts.models import Group
from sessions_flow.admin.flow_strings import flow_strings
from sessions_flow.doors.strings import message_strings
from sessions_flow.flow.drafts import difference, known_variables
from sessions_flow.flow.kinds import MOST_ROWS, ROW_PORT, ROWS, WITH_PORTS, Field, Kind, conditions_to_choose, kinds
from sessions_flow.flow.wellformed import wellformed
from sessions_flow.models import Channel, Flow

Json = dict[str, Any]
MOST_VERSIONS = 100


def editor_data(flow: Flow, urls: Json) -> Json:
    """For `json_script`, in the active language."""
    return {
        "flow": {"name": flow.name, "revision": flow.revision, "graph": _drawable(flow.draft)},
        "kinds": [_kind(kind) for kind in kinds.values()],
        "rows": {form: [_field(part) for part in parts] for form, parts in ROWS.items()},
        "rowPort": str(ROW_PORT.label),
        "rowsWithPorts": sorted(WITH_PORTS),
        "mostRows": MOST_ROWS,
        "conditions": [[name, str(label)] for name, label in conditions_to_choose()],
        "groups": list(Group.objects.present().order_by("name").values("id", "name")),
        "variables": known_variables(),
        "versions": versions_of(flow),
        "where": where(flow),
        "urls": urls,
        "language": get_language() or "",
        "strings": message_strings() | flow_strings(),
    }


def _drawable(draft: Json) -> Json:
    """With every setting that this code knows, and without nodes of an app that is gone; the editor then complains
    about the ways that led to them."""
    return wellformed({**draft, "nodes": [node for node in draft["nodes"] if node["step"] in kinds]})


def _kind(kind: Kind) -> Json:
    return {
        "step": kind.step,
        "label": str(kind.label),
        "hint": str(kind.hint),
        "icon": kind.icon,
        "tone": kind.tone,
        "fields": [_field(one) for one in kind.fields],
        "ports": [{"name": one.name, "label": str(one.label), "required": one.is_required} for one in kind.ports],
    }


def _field(field: Field) -> Json:
    return {
        "name": field.name,
        "label": str(field.label),
        "form": field.form,
        "limit": field.limit,
        "required": field.is_required,
        "hint": str(field.hint),
        "choices": [[value, str(label)] for value, label in field.choices],
    }


def versions_of(flow: Flow) -> list[Json]:
    """Newest first, each with what changed since the one before."""
    found = list(flow.versions.select_related("published_by")[: MOST_VERSIONS + 1])
    rows = []
    for version, before in zip(found, [*found[1:], None], strict=False):
        changes = difference(before.graph if before else None, version.graph)
        rows.append({
            "number": version.number, "note": version.note, "at": when(version.published_at),
            "by": str(version.published_by or "–"), "added": changes.added, "removed": changes.removed,
            "changed": changes.changed,
        })  # fmt: skip
    return rows[:MOST_VERSIONS]


def where(flow: Flow) -> Json:
    """Where it runs, and what would change if it ran elsewhere."""
    other = Flow.objects.filter(is_default=True).exclude(pk=flow.pk).first()
    channels = Channel.objects.select_related("flow").order_by("pk")
    rows = [
        {"id": one.pk, "name": one.name, "on": one.flow_id == flow.pk,
         "other": one.flow.name if one.flow and one.flow_id != flow.pk else ""}
        for one in channels
    ]  # fmt: skip
    return {"for_all": flow.is_default, "other": other.name if other else "", "channels": rows}
