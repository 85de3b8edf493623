"""The installation's configuration as plain values."""

from datetime import date
from typing import Any

from django.db import models, transaction

from cs_project.config_file.sections import LISTS, REFERENCES, SINGLES, VERSION, fields_of
from sessions_flow.models import Flow

Json = dict[str, Any]


@transaction.atomic
def exported() -> Json:
    """The same for the same configuration, whatever its rows are numbered."""
    data: Json = {"version": VERSION}
    data |= {name: values(model.objects.first() or model(), fields_of(model)) for name, model in SINGLES.items()}
    for name, rows in LISTS.items():
        found = [values(row, rows.names) for row in rows.rows()]
        data[name] = sorted(found, key=lambda row, key=rows.key: [str(row[field]) for field in key])  # type: ignore[misc]
    return data | {"flows": [flow_values(flow) for flow in Flow.objects.order_by("name", "pk")]}


def values(row: models.Model, names: Any) -> Json:
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return getattr(value, REFERENCES[type(value)][0])
    return value.isoformat() if isinstance(value, date) else value


def flow_values(flow: Flow) -> Json:
    """`draft` and `live` are what the flow editor exports; `live` is null for a flow that was never published."""
    channels = sorted(flow.channels.values_list("service_account", flat=True))
    live = flow.live.graph if flow.live else None
    return {"name": flow.name, "for_all": flow.is_default, "channels": channels, "draft": flow.draft, "live": live}
