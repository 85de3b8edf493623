"""Every visible text of the web chat and of the shared message renderer, by the key that the scripts use."""

from django.utils.translation import gettext as _


def message_strings() -> dict[str, str]:
    """Texts of `static/messages/`, in the active language; the workbench needs these too."""
    return {
        "you": _("You"),
        "visitor": _("Visitor"),
        "agent": _("Agent"),
        "bot": _("Assistant"),
        "botTag": _("Robot"),
        "system": _("System message"),
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "pending": _("Sending"),
        "sent": _("Sent"),
        "read": _("Read"),
        "failed": _("Not sent"),
        "resend": _("Resend"),
        "voteQuestion": _("Was this answer helpful?"),
        "voteUp": _("Helpful"),
        "voteDown": _("Not helpful"),
        "recall": _("Recall"),
        "recalled": _("Message recalled"),
        "recalledOwn": _("You recalled a message"),
        "recalledBy": _("{name} recalled a message"),
        "unsupported": _("This message cannot be shown here"),
        "picture": _("Picture"),
        "openPicture": _("Open picture"),
        "pictureLost": _("The picture could not be loaded"),
        "file": _("File"),
        "voice": _("Voice message"),
        "video": _("Video"),
        "face": _("Emoji"),
        "download": _("Download"),
        "newWindow": _("Opens in a new window"),
        "close": _("Close"),
        "typeAnswer": _("Type your answer below"),
        "otherQuestions": _("Other questions"),
        "chosen": _("Chosen"),
        "rate": _("Rate"),
        "ratingHint": _("Choose a rating"),
        "ratingSend": _("Send rating"),
        "ratingAwaited": _("Waiting for the visitor's rating"),
        "ratingExpired": _("This rating has expired"),
        "sessionEnded": _("The session has ended"),
        "sessionTimedOut": _("The session ended because nobody wrote for a while"),
    }


def chat_strings() -> dict[str, str]:
    """Texts of the visitor's page, in the active language. Names in braces are filled in by the scripts."""
    return message_strings() | {
        "leave": _("Leave a message"),
        "leaveWords": _(
            "Nobody is here right now. Tell us what it is about and how to reach you, and we will get back to you."
        ),
        "leaveText": _("Your message"),
        "leaveContact": _("E-mail or phone number"),
        "leaveSend": _("Send message"),
        "cancel": _("Cancel"),
        "formTitle": _("Before we start"),
        "formIntro": _("A few words about you help us to answer faster."),
        "formStart": _("Start the chat"),
        "fillIn": _("Please fill in this field."),
        "choose": _("Please choose"),
        "optional": _("optional"),
        "card": _("What you are asking about"),
        "sendProduct": _("Send this product"),
        "sendOrder": _("Send this order"),
        "dismiss": _("Dismiss"),
        "cardUnreadable": _("The product or order of this link could not be read."),
        "welcomeLine": _("Happy to help"),
        "robotServes": _("The assistant is at your service"),
        "servedBy": _("{name} is at your service"),
        "waiting": _("Connecting you to an agent…"),
        "queuePosition": _("You are number {position} in the queue"),
        "queueWait": _("about {minutes} min"),
        "queueNext": _("You are next, an agent will be with you shortly"),
        "comma": _(", "),
        "typing": _("Typing…"),
        "messages": _("Messages"),
        "more": _("Show earlier messages"),
        "jump": _("Go to the newest message"),
        "jumpUnread": _("Go to the newest message, {count} unread"),
        "handover": _("Talk to a person"),
        "cancelQueue": _("Leave the queue"),
        "end": _("End session"),
        "endTitle": _("End this session?"),
        "endWords": _("The agent leaves the conversation. You can write again at any time."),
        "stay": _("Stay"),
        "compose": _("Write a message…"),
        "send": _("Send"),
        "emoji": _("Emoji"),
        "sendPicture": _("Send a picture"),
        "sendFile": _("Send a file"),
        "drop": _("Drop pictures and files here to send them"),
        "uploading": _("Uploading"),
        "uploadFailed": _("Upload failed"),
        "offline": _("You are offline. Messages wait here and are sent when the network is back."),
        "reconnecting": _("Connection lost, reconnecting…"),
        "refusedChannel": _("This chat cannot be opened from here."),
        "noscript": _("This chat needs JavaScript. Please switch it on and reload the page."),
    }


def loader_strings() -> dict[str, str]:
    """Texts of the bubble on the host's page."""
    return {
        "open": _("Open chat"),
        "close": _("Close chat"),
        "frame": _("Chat"),
        "unread": _("{count} unread"),
        "dismiss": _("Dismiss"),
        "flash": _("New message"),
    }
