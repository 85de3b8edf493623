"""The form of a flow's JSON: rebuilt from known keys, so that editor, engine and validation need not look again."""

import re
from typing import Any

from django.utils.translation import gettext as _

from accounts.texts import is_unicode
from sessions_flow.flow.kinds import MOST_NODES, MOST_ROWS, ROWS, WITH_PORTS, Field, Kind, kinds

Json = dict[str, Any]
FORMAT = 1
MOST_TITLE = 60
MOST_CHARACTERS = 4000  # of any text, whatever its own limit
FARTHEST = 100_000
id_format = re.compile(r"[a-z0-9_-]{1,40}")


class Malformed(ValueError):
    """This is no flow; the text says why, in the language that is active."""


def wellformed(data: object) -> Json:
    """The same flow with known keys only. Raises Malformed."""
    if not isinstance(data, dict) or not isinstance(data.get("nodes"), list):
        raise Malformed(_("This is not a flow: an object with “nodes” is expected."))
    if data.get("format") != FORMAT:
        raise Malformed(_("Only flows of format 1 can be read."))
    if len(data["nodes"]) > MOST_NODES:
        raise Malformed(_("A flow has at most %(n)d nodes.") % {"n": MOST_NODES})
    nodes = [_node(row) for row in data["nodes"]]
    ids = [node["id"] for node in nodes]
    twice = {node_id for node_id in ids if ids.count(node_id) > 1}
    if twice:
        raise Malformed(_("Two nodes have the id “%(id)s”.") % {"id": min(twice)})
    start, human = (_text(data.get(key, ""), key) for key in ("start", "human"))
    return {"format": FORMAT, "start": start, "human": human, "nodes": nodes}


def _node(row: object) -> Json:
    if not isinstance(row, dict) or not id_format.fullmatch(str(row.get("id", ""))):
        raise Malformed(_("A node needs an id of at most 40 characters: a-z, 0-9, _ and -."))
    node_id, kind = str(row["id"]), kinds.get(str(row.get("step")))
    if kind is None:
        raise Malformed(_("Node “%(id)s” has the unknown step “%(step)s”.") % {"id": node_id, "step": row.get("step")})
    settings = row.get("settings", {})
    if not isinstance(settings, dict):
        raise Malformed(_("The settings of node “%(id)s” are no object.") % {"id": node_id})
    return {
        "id": node_id,
        "step": kind.step,
        "title": _text(row.get("title", ""), f"{node_id}.title")[:MOST_TITLE],
        "x": _number(row.get("x", 0), node_id),
        "y": _number(row.get("y", 0), node_id),
        "settings": _settings(kind, settings, node_id),
    }


def _settings(kind: Kind, settings: Json, where: str) -> Json:
    found = {port.name: _text(settings.get(port.name, ""), f"{where}.{port.name}") for port in kind.ports}
    for setting in kind.fields:
        found[setting.name] = _value(setting, settings.get(setting.name), f"{where}.{setting.name}")
    return found


def _value(setting: Field, value: object, where: str) -> Any:
    if setting.form in ROWS:
        return _rows(setting.form, value, where)
    if setting.form == "group":
        return _group(value, where)
    return _text(value if value is not None else "", where)


def _rows(form: str, value: object, where: str) -> list[Json]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_ROWS or not all(isinstance(row, dict) for row in value):
        raise Malformed(_("%(where)s: a list of at most %(n)d rows is expected.") % {"where": where, "n": MOST_ROWS})
    names = [setting.name for setting in ROWS[form]] + (["next"] if form in WITH_PORTS else [])
    return [{name: _text(row.get(name, ""), f"{where}.{name}") for name in names} for row in value]


def _group(value: object, where: str) -> Json | None:
    if not value:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("id", 0), int) or abs(value.get("id", 0)) > 2**31:
        raise Malformed(_("%(where)s: a group with id and name is expected.") % {"where": where})
    return {"id": int(value.get("id", 0)), "name": _text(value.get("name", ""), where)}


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or "\x00" in value or not is_unicode(value):
        raise Malformed(_("%(where)s: a text is expected.") % {"where": where})
    if len(value) > MOST_CHARACTERS:
        raise Malformed(_("%(where)s: at most %(n)d characters.") % {"where": where, "n": MOST_CHARACTERS})
    return value


def _number(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= FARTHEST:
        raise Malformed(_("%(where)s: x and y are numbers up to 100000.") % {"where": where})
    return round(value)
