"""Every text that the scripts of the bot's pages show, by the key they use."""

from django.utils.translation import gettext as _

from sessions_flow.doors.strings import message_strings


def console_strings() -> dict[str, str]:
    """Texts of `static/console/bot/` and of the message renderer, in the active language."""
    return {
        **message_strings(),
        "botName": _("Assistant"),
        "tryTitle": _("Bot test"),
        "tryHint": _("You are talking to the draft. Visitors get it after the next release."),
        "tryPlaceholder": _("Ask as a visitor would"),
        "trySend": _("Send"),
        "tryOpen": _("Test the bot"),
        "tryClose": _("Close the test"),
        "tryAgain": _("Start again"),
        "tryFailed": _("That did not work. Try again."),
        "rule.direct": _("Direct answer"),
        "rule.chitchat": _("Chit-chat"),
        "rule.guide": _("Guiding questions"),
        "rule.fallback": _("Fallback"),
        "rule.generated": _("Worded answer"),
        "rule.hands_over": _("Hand-over to a human"),
        "score": _("likelihood {score}"),
        "runnersUp": _("Questions considered"),
        "runnersUpChitchat": _("Chit-chat considered"),
        "nothingNear": _("Nothing similar was found."),
        "same": _("This question exists already:"),
        "near": _("Similar questions exist already:"),
        "bold": _("Bold"),
        "italic": _("Italic"),
        "list": _("List"),
        "link": _("Link"),
        "insertPicture": _("Insert a picture"),
        "preview": _("Preview"),
        "uploading": _("Uploading …"),
        "uploadFailed": _("The picture could not be uploaded."),
        "discard": _("Close without saving?"),
        "curvePrecision": _("answers that are right"),
        "curveCoverage": _("questions that get the right answer"),
        "curveDirect": _("threshold for direct answers"),
        "curveSaid": _(
            "From {threshold} on: {precision} of the answers are right; {coverage} of the questions get one."
        ),
        "curveOwn": _("Estimated by asking {count} of the similar questions, each left out of the base in turn."),
        "curveLabelled": _("Measured with {count} labelled questions."),
        "curveNone": _("Nothing to measure yet: add entries with similar questions."),
        "curveMeasuring": _("Being measured anew; load the page again in a minute."),
        "moved": _("Moved to position {position}"),
    }
