"""Every text that the scripts of the monitoring pages show, beside the workbench's own."""

from django.utils.translation import gettext as _

from workbench.strings import workbench_strings


def monitor_strings() -> dict[str, str]:
    """In the active language."""
    return workbench_strings() | _lists() | _acts()


def _lists() -> dict[str, str]:
    return {
        "monState": _("State"),
        "monState_waiting": _("Waiting"),
        "monState_serving": _("In service"),
        "monState_flow": _("With the bot"),
        "monState_ended": _("Ended"),
        "monOffered": _("Being offered"),
        "monMissed": _("missed by everybody {n} times"),
        "monLevel_overdue": _("Overdue"),
        "monLevel_late": _("Long overdue"),
        "monAgent": _("Agent"),
        "monWith": _("with {names}"),
        "monSource": _("Source"),
        "monDuration": _("For"),
        "monLast": _("Last message"),
        "monRounds": _("Rounds"),
        "monWaiting": _("Waiting"),
        "monLongestWait": _("Longest wait"),
        "monFreeOf": _("Available / at work"),
        "monRatings": _("{n} ratings"),
        "monNoGroup": _("Without a group"),
        "monPage": _("Page {page} of {pages}, {n} sessions"),
        "monStatus": _("Status"),
        "monSince": _("For"),
        "monLoad": _("Serving"),
        "monGroups": _("Groups"),
        "monConnection": _("Connection"),
        "monConnected": _("Connected"),
        "monAsleep": _("Phone asleep"),
        "monUnheard": _("Not heard of"),
        "monLost": _("Connection lost"),
        "monAway": _("Not at work"),
        "monForcedOff": _("Forced offline"),
    }


def _acts() -> dict[str, str]:
    return {
        "monOpen": _("Read along"),
        "monJoin": _("Join"),
        "monJoinTitle": _("Join the session of {name}?"),
        "monJoinBody": _("The visitor and the agent read that you joined. The agent goes on serving."),
        "monTakeOver": _("Take over"),
        "monTakeOverTitle": _("Take over the session of {name}?"),
        "monTakeOverBody": _("{agent} loses the session, and the visitor reads that you serve from now on."),
        "monTakeOverFree": _("The visitor reads that you serve from now on."),
        "monToVisitor": _("Message to the visitor"),
        "monSend": _("Send"),
        "monHintAgent": _("Only {agent} and admins read this. The visitor never does."),
        "monHintVisitor": _("The visitor reads this under your name."),
        "monSetStatus": _("Set status"),
        "monStatusTitle": _("Set the status of {name}"),
        "monStatusSet": _("{name}: {status}"),
        "monEffect_free": _("New sessions are given to this agent."),
        "monEffect_notReady": _("Keeps the {n} sessions being served and gets no new ones."),
        "monEffect_rest": _("Keeps the {n} sessions being served and gets no new ones."),
        "monEffect_offline": _("The {n} sessions being served go back to the queue at once."),
    }
