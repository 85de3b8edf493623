"""A configuration file into the database: everything or nothing. Rows that the file does not name stay as they are."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from solo.models import SingletonModel

from chatbot.actions import load_chitchat
from cs_project.config_file.checks import faults, has_kind
from cs_project.config_file.exporting import Json, flow_values, in_order, plain
from cs_project.config_file.sections import AFTER, LISTS, REFERENCES, SINGLES, VERSION, Rows, as_it_is, fields_of
from sessions_flow.flow.drafts import Unfit, create_flow, publish, save_draft, use_in
from sessions_flow.flow.wellformed import Malformed
from sessions_flow.models import Channel, Flow

FLOW = ("name", "for_all", "channels", "draft", "live")


class Faulty(Exception):
    """Nothing was changed. `found` names section and field: `channels[0].name: …`."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("\n".join(found))
        self.found = found


def import_config(data: object, *, dry_run: bool = False) -> list[str]:
    """The places that were changed, such as `groups[2]`; none the second time. Raises Faulty."""
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise Faulty([_("This is no configuration of version %(version)s.") % {"version": VERSION}])
    with transaction.atomic():
        run = Run()
        run.take(data)
        if run.found or dry_run:
            transaction.set_rollback(True)
    if run.found:
        raise Faulty(run.found)
    return run.changed


class Run:
    """One pass over the file, within a transaction: what is wrong with it, and what it changed."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.changed: list[str] = []

    def take(self, data: Json) -> None:
        for name in data.keys() - {"version", "flows", *SINGLES, *LISTS}:
            self._wrong(name, _("There is no such section."))
        for name, rows in LISTS.items():
            self._list(name, rows, data.get(name, []))
        for name, model in SINGLES.items():
            values = data.get(name, {})
            if self._has_names(name, values, fields_of(model), ()):
                self._write(name, model.objects.first() or model(), values)
        for place, values in self._rows("flows", data.get("flows", [])):
            if self._has_names(place, values, FLOW, FLOW):
                self._flow(place, values)

    def _wrong(self, place: str, reason: str) -> None:
        self.found.append(f"{place}: {reason}")

    def _rows(self, name: str, values: Any) -> Iterator[tuple[str, Any]]:
        if not isinstance(values, list):
            self._wrong(name, _("A list is expected."))
            return
        for at, row in enumerate(values):
            yield f"{name}[{at}]", row

    def _has_names(self, place: str, values: Any, names: Any, needed: Any) -> bool:
        if not isinstance(values, dict):
            self._wrong(place, _("An object is expected."))
            return False
        odd, missing = values.keys() - set(names), set(needed) - values.keys()
        for name in sorted(odd):
            self._wrong(f"{place}.{name}", _("There is no such field."))
        for name in sorted(missing):
            self._wrong(f"{place}.{name}", _("This field is missing."))
        return not odd and not missing

    def _list(self, name: str, rows: Rows, given: Any) -> None:
        """A row of the file is that of the same key; where several have it, each in its turn."""
        if rows.are_ours and given:
            load_chitchat()
        there: dict[str, list[Any]] = {}
        for values, row in in_order(rows) if given else ():
            there.setdefault(_key(rows, values), []).append(row)
        for place, values in self._rows(name, given):
            if self._has_names(place, values, rows.names, rows.key):
                known = there.get(_key(rows, values))
                if known or not rows.are_ours:
                    self._write(place, known.pop(0) if known else rows.model(), values, rows.prepare)
                else:
                    self._wrong(place, _("There is nothing of the name “%(name)s”.") % {"name": values[rows.key[0]]})

    def _write(self, place: str, row: Any, values: Json, prepare: Callable[[Any], None] = as_it_is) -> None:
        """Saved when something differs and nothing is wrong."""
        is_there = row.pk or isinstance(row, SingletonModel)  # which everybody reads as its defaults until it is saved
        if is_there and all(plain(getattr(row, name)) == value for name, value in values.items()):
            return
        before = len(self.found)
        for name, value in values.items():
            self._set(place, row, name, value)
        if len(self.found) > before:
            return
        prepare(row)
        for name, reason in faults(row, values):
            self._wrong(f"{place}.{name}" if name else place, reason)
        if len(self.found) == before:
            row.save()
            AFTER.get(type(row), as_it_is)(row)
            self.changed.append(place)

    def _set(self, place: str, row: Any, name: str, value: Any) -> None:
        field = row._meta.get_field(name)
        if not has_kind(field, value):
            self._wrong(f"{place}.{name}", _("This is no value for this field."))
            return
        if field.is_relation and value is not None:
            named = REFERENCES[field.related_model].called(value).first()
            if named is None:
                self._wrong(f"{place}.{name}", _("There is nothing of the name “%(name)s”.") % {"name": value})
                return
            value = named
        setattr(row, name, value)

    def _flow(self, place: str, values: Json) -> None:
        """Its draft, what is published of it, and where it runs."""
        name, channels, for_all = values["name"], values["channels"], values["for_all"]
        is_right = isinstance(name, str) and 0 < len(name) <= 60 and isinstance(for_all, bool)
        if not is_right or not isinstance(channels, list):
            self._wrong(place, _("This is no value for this field."))
            return
        known = list(Channel.objects.filter(service_account__in=[str(each) for each in channels]))
        if len(known) != len(channels):
            self._wrong(f"{place}.channels", _("There is no such channel."))
            return
        flow = Flow.objects.filter(name=name).order_by("pk").first()
        if flow is not None and flow_values(flow) == values:
            return
        try:
            use_in(_drawn(flow, values), [channel.pk for channel in known], for_all)
        except Malformed as reason:
            self.found.append(f"{place}.draft: {reason}")
        except Unfit as reason:
            self.found.append(f"{place}.live: {reason}")
        else:
            self.changed.append(place)


def _key(rows: Rows, values: Json) -> str:
    return json.dumps([values[name] for name in rows.key])


def _drawn(flow: Flow | None, values: Json) -> Flow:
    """Raises Malformed and Unfit."""
    draft, live = values["draft"], values["live"]
    flow = flow or create_flow(values["name"], draft if live is None else live, None)
    if live is not None and (flow.live is None or flow.live.graph != live):
        flow = save_draft(flow, live, flow.revision, None)
        publish(flow, flow.revision, "", None)
    if flow.draft != draft:
        flow = save_draft(flow, draft, flow.revision, None)
    return flow
