"""What keeps a flow from being published: dead ends, unreachable nodes, circles, missing or doubled texts, unknown
variables and groups, limits. One place: the editor shows these answers, `flow_import` prints them. Pure.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from django.utils.translation import gettext as _

from sessions_flow.flow.kinds import ROWS, Field, Link, Problem, conditions_to_choose, kinds, links_of
from sessions_flow.protocol.variables import names_in

Json = dict[str, Any]
variable_format = re.compile(r"[^\W\d]\w*")
RESERVED = frozenset({"group"})  # what the step `hand_over` is told


def problems(flow: Json, groups: Collection[str], known: Collection[str] = ()) -> list[Problem]:
    """Of a well-formed flow, in the order of its nodes. `groups` are the names and ids of those that exist, `known`
    the variables that are set before the flow begins."""
    return list(_Review(flow, groups, known).found())


class _Review:
    def __init__(self, flow: Json, groups: Collection[str], known: Collection[str]) -> None:
        self.flow, self.groups = flow, groups
        self.nodes: dict[str, Json] = {node["id"]: node for node in flow["nodes"]}
        self.links = {node_id: links_of(node) for node_id, node in self.nodes.items()}
        self.variables = {*known, *(node["settings"].get("variable", "") for node in self.nodes.values())}

    def found(self) -> Iterator[Problem]:
        yield from self._whole()
        reached, circling = self._reached(), self._circling()
        for node_id, node in self.nodes.items():
            for setting in kinds[node["step"]].fields:
                yield from self._field(node, setting)
            for link in self.links[node_id]:
                yield from self._link(node, link)
            if node_id not in reached:
                yield self._at(node, "", _("no way leads here."))
            if node_id in circling:
                yield self._at(node, "", _("is part of a circle in which nobody is ever asked anything."))

    def _at(self, node: Json, field: str, reason: str, is_warning: bool = False) -> Problem:
        return Problem(node["id"], field, name_of(node), reason, is_warning)

    def _whole(self) -> Iterator[Problem]:
        if not self.nodes:
            yield Problem("", "start", "", _("The flow has no nodes yet."))
        elif self.flow["start"] not in self.nodes:
            yield Problem("", "start", "", _("Choose the node where the flow starts."))
        if self.flow["human"] and self.flow["human"] not in self.nodes:
            yield Problem("", "human", "", _("The node for requests for a human does not exist."))

    def _field(self, node: Json, setting: Field) -> Iterator[Problem]:
        value = node["settings"][setting.name]
        if setting.form in ROWS:
            yield from self._rows(node, setting, value)
        elif setting.form == "group":
            if value and str(value["id"]) not in self.groups and value["name"] not in self.groups:
                yield self._at(node, "group", _("the group “%(name)s” does not exist.") % {"name": value["name"]})
        elif setting.form == "node":
            if value and value not in self.nodes:
                yield self._at(node, setting.name, _("leads to a node that does not exist."))
        else:
            yield from self._text(node, setting, setting.name, value)

    def _rows(self, node: Json, setting: Field, rows: list[Json]) -> Iterator[Problem]:
        if setting.is_required and not rows:
            yield self._at(node, setting.name, _("add at least one row."))
        contents = [row.get("content", "") for row in rows]
        for number, row in enumerate(rows):
            place = f"{setting.name}.{number}"
            if contents[number] and contents.index(contents[number]) < number:
                yield self._at(node, f"{place}.content", _("two options read “%(text)s”.") % {"text": row["content"]})
            for part in ROWS[setting.form]:
                if part.name == "test":
                    yield from self._test(node, place, row)
                elif setting.form != "cases" or row["test"] == "variable":
                    yield from self._text(node, part, f"{place}.{part.name}", row[part.name])

    def _test(self, node: Json, place: str, case: Json) -> Iterator[Problem]:
        if case["test"] not in dict(conditions_to_choose()):
            yield self._at(node, f"{place}.test", _("choose a condition."))
        elif case["test"] == "variable" and not case["variable"]:
            yield self._at(node, f"{place}.variable", _("choose a variable."))

    def _text(self, node: Json, setting: Field, place: str, value: str) -> Iterator[Problem]:
        if setting.is_required and not value.strip():
            yield self._at(node, place, _("“%(label)s” is missing.") % {"label": setting.label})
        if setting.limit and len(value) > setting.limit:
            told = {"label": setting.label, "n": setting.limit, "now": len(value)}
            yield self._at(node, place, _("“%(label)s” has %(now)d characters; at most %(n)d.") % told)
        if setting.choices and value and value not in dict(setting.choices):
            yield self._at(node, place, _("choose one of the list for “%(label)s”.") % {"label": setting.label})
        if setting.form == "variable":
            yield from self._variable(node, place, value)
        elif setting.is_shown:
            for name in sorted(names_in(value) - self.variables):
                yield self._unset(node, place, name)

    def _variable(self, node: Json, place: str, name: str) -> Iterator[Problem]:
        """A condition may ask for any name: the page of a site can set it (`setAttributes`)."""
        if place.startswith("cases."):
            if name and name not in self.variables:
                yield self._unset(node, place, name)
        elif name and (not variable_format.fullmatch(name) or name in RESERVED):
            reason = _("“%(name)s” cannot be the name of a variable: letters, digits and _, not a digit first.")
            yield self._at(node, place, reason % {"name": name})

    def _unset(self, node: Json, place: str, name: str) -> Problem:
        reason = _("nothing here sets ${%(name)s}; is it an attribute that your page sets?")
        return self._at(node, place, reason % {"name": name}, is_warning=True)

    def _link(self, node: Json, link: Link) -> Iterator[Problem]:
        if link.target and link.target not in self.nodes:
            yield self._at(node, link.port, _("leads to a node that does not exist."))
        elif link.is_required and not link.target:
            reason = _("the way “%(way)s” leads nowhere.")
            yield self._at(node, link.port, reason % {"way": way_out(node, link.port)})

    def _reached(self) -> set[str]:
        found: set[str] = set()
        todo = [self.flow["start"], self.flow["human"]]
        while todo:
            node_id = todo.pop()
            if node_id in self.nodes and node_id not in found:
                found.add(node_id)
                todo += self._targets(node_id)
        return found

    def _targets(self, node_id: str) -> list[str]:
        back = self.nodes[node_id]["settings"].get("to", "")
        return [link.target for link in self.links[node_id]] + [back]

    def _circling(self) -> set[str]:
        """Nodes from which one can come back to them without a question on the way."""
        quiet = {node_id for node_id, node in self.nodes.items() if not kinds[node["step"]].asks}
        after = {node_id: {target for target in self._targets(node_id) if target in quiet} for node_id in quiet}
        return {node_id for node_id in quiet if node_id in _following(after, node_id)}


def _following(after: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    todo = list(after[start])
    while todo:
        node_id = todo.pop()
        if node_id not in found:
            found.add(node_id)
            todo += after[node_id]
    return found


def name_of(node: Json) -> str:
    """What the editor writes on it: its title, else its kind and id."""
    return node["title"] or f"{kinds[node['step']].label} ({node['id']})"


def way_out(node: Json, port: str) -> str:
    """The name of a port: its label, or what stands in its row."""
    if "." in port:
        name, number = port.split(".")
        row = node["settings"][name][int(number)]
        return str(row.get("content") or f"#{int(number) + 1}")
    return str(next(one.label for one in kinds[node["step"]].ports if one.name == port))
