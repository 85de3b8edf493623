"""The installation's configuration as plain values."""

from datetime import date
from typing import Any

from django.db import models, transaction

from cs_project.config_file.sections import ALL, LISTS, REFERENCES, SINGLES, VERSION, Rows, fields_of
from sessions_flow.models import Flow

Json = dict[str, Any]


@transaction.atomic
def exported() -> Json:
    """The same for the same configuration, whatever its rows are numbered."""
    data: Json = {"version": VERSION}
    data |= {name: values(model.objects.first() or model(), fields_of(model)) for name, model in SINGLES.items()}
    data |= {name: [told for told, _row in in_order(rows, rows.kept)] for name, rows in LISTS.items()}
    return data | {"flows": [flow_values(flow) for flow in Flow.objects.order_by("name", "pk")]}


def in_order(rows: Rows, kept: models.Q = ALL) -> list[tuple[Json, Any]]:
    """What the file says of each row, with the row: in the order of the file, which is that of the texts."""
    found = [(values(row, rows.names), row) for row in rows.found().filter(kept)]
    return sorted(found, key=lambda pair: [str(pair[0][name]) for name in rows.names])


def values(row: models.Model, names: Any) -> Json:
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return REFERENCES[type(value)].name(value)
    return value.isoformat() if isinstance(value, date) else value


def flow_values(flow: Flow) -> Json:
    """`draft` and `live` are what the flow editor exports; `live` is null for a flow that was never published."""
    channels = sorted(flow.channels.values_list("service_account", flat=True))
    live = flow.live.graph if flow.live else None
    return {"name": flow.name, "for_all": flow.is_default, "channels": channels, "draft": flow.draft, "live": live}
