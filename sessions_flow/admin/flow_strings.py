"""Every text of the flow editor's scripts, by the key that they use; names in braces are filled in there."""

from django.utils.translation import gettext as _


def flow_strings() -> dict[str, str]:
    """In the active language."""
    return _toolbar() | _picture() | _form() | _trying() | _dialogs()


def _toolbar() -> dict[str, str]:
    return {
        "save": _("Save draft"),
        "saved": _("Saved"),
        "unsaved": _("Not saved yet"),
        "saving": _("Saving…"),
        "publish": _("Publish"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "arrange": _("Arrange"),
        "fit": _("Show everything"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "import": _("Import"),
        "export": _("Export"),
        "versions": _("Versions"),
        "flowName": _("Name of the flow"),
        "leave": _("What you changed is not saved."),
        "failed": _("The server did not answer. Please try again."),
    }


def _picture() -> dict[str, str]:
    return {
        "canvas": _("The flow as a picture. Arrow keys move the chosen node, Delete removes it."),
        "nodes": _("Nodes"),
        "addHint": _("Add a node: click, or drag it into the picture."),
        "add": _("Add: {kind}"),
        "start": _("Start node"),
        "human": _("Human node"),
        "port": _("{node}, way out: {way}"),
        "portHint": _("Drag to a node to connect"),
        "leadsTo": _("leads to {node}"),
        "nowhere": _("leads nowhere yet"),
        "untyped": _("(no text yet)"),
        "copyOf": _("{name} (copy)"),
        "problemsOf": _("{n} problems"),
    }


def _form() -> dict[str, str]:
    return {
        "tabNode": _("Node"),
        "tabTry": _("Test run"),
        "tabProblems": _("Problems"),
        "noNode": _("Choose a node in the picture, or add one."),
        "flowSettings": _("Flow"),
        "startNode": _("Starts at"),
        "humanNode": _("When a human is wanted"),
        "humanHint": _("The node that is entered when the visitor asks for a human. None: hand over at once."),
        "directly": _("Hand over at once"),
        "nodeTitle": _("Title in the picture"),
        "remove": _("Delete"),
        "duplicate": _("Duplicate"),
        "makeStart": _("Start here"),
        "addRow": _("Add a row"),
        "removeRow": _("Remove row {n}"),
        "moveUp": _("Move row {n} up"),
        "rowOf": _("Row {n}"),
        "nothing": _("– nothing –"),
        "menuBefore": _("The menu before"),
        "allAgents": _("The chosen group, or all agents"),
        "goneGroup": _("{name} (removed)"),
        "insertVariable": _("Insert a variable"),
        "count": _("{n} of {limit}"),
        "noProblems": _("Nothing stands in the way of publishing."),
    }


def _trying() -> dict[str, str]:
    return {
        "tryStart": _("Start over"),
        "tryWords": _("Write as a visitor…"),
        "trySend": _("Send"),
        "tryHint": _("Runs what you see, saved or not. Nothing is stored and no agent is called."),
        "tryWaiting": _("A human would be called: {group}"),
        "tryAll": _("all agents"),
        "tryEnded": _("The session would end here."),
        "variables": _("Variables"),
        "noVariables": _("None yet"),
        "path": _("Way so far"),
    }


def _dialogs() -> dict[str, str]:
    return {
        "cancel": _("Cancel"),
        "closeDialog": _("Close"),
        "publishTitle": _("Publish the flow"),
        "publishWords": _("New sessions run it from now on; running ones finish on their version."),
        "note": _("Release note"),
        "noteHint": _("Optional: what changed."),
        "where": _("Where it runs"),
        "forAll": _("In every channel without a flow of its own"),
        "forAllTaken": _("In every channel without a flow of its own (now: {name})"),
        "channelTaken": _("{name} (now: {other})"),
        "nowhereWarning": _("It is published, but runs nowhere until you choose a channel."),
        "published": _("Version {n} is published."),
        "unfit": _("{n} problems keep it from being published."),
        "versionsTitle": _("Versions"),
        "noVersions": _("Nothing was published yet."),
        "version": _("Version {n}"),
        "liveVersion": _("in use"),
        "rollBack": _("Publish again"),
        "rolledBack": _("Version {n} is published again, as a new version."),
        "intoEditor": _("Into the editor"),
        "added": _("new: {names}"),
        "removed": _("removed: {names}"),
        "changed": _("changed: {names}"),
        "same": _("no node differs"),
        "firstVersion": _("first version, {n} nodes"),
        "useIt": _("Save where it runs"),
        "imported": _("{n} nodes imported. Undo brings the former flow back."),
        "notJson": _("This file is no JSON."),
    }
