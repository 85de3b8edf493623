"""Every text that the workbench's scripts show, by the key they use; they fill in the names in braces."""

from django.utils.translation import gettext as _

from sessions_flow.doors.strings import message_strings


def workbench_strings() -> dict[str, str]:
    """In the active language, the shared message renderer's texts included."""
    return (
        message_strings()
        | _renderer()
        | _desk()
        | _conversation()
        | _writing()
        | _quick()
        | _dossier()
        | _notices()
        | notice_strings()
    )


def notice_strings() -> dict[str, str]:
    """Of the switch that lets this device be woken."""
    return {
        "noticesOn": _("Notices on this device: on"),
        "noticesOff": _("Notices on this device: off"),
        "noticesOnHint": _("New sessions and messages arrive here, also while the workbench is in the background."),
        "noticesOffHint": _("Switch them on, so that this device can call you."),
        "noticesDenied": _("Notices are blocked for this site. Allow them in the browser's settings, then try again."),
        "noticesUnsupported": _(
            "This browser cannot be woken. On an iPhone or iPad, add the workbench to the home screen first."
        ),
        "noticesFailed": _("The browser's push service could not be reached."),
        "switchOn": _("Switch on"),
        "switchOff": _("Switch off"),
        "elsewhereOn": _("Robots and text messages: on"),
        "elsewhereOff": _("Robots and text messages: off"),
        "testSent": _("A test notice is on its way."),
        "notConnected": _("No connection. Please try again in a moment."),
    }


def _renderer() -> dict[str, str]:
    """Where the agent's side says it otherwise: 未读 until the visitor has read it."""
    return {"sent": _("Unread"), "typeAnswer": _("Waiting for the visitor's answer")}


def _desk() -> dict[str, str]:
    return {
        "status_free": _("Available"),
        "status_notReady": _("Busy"),
        "status_rest": _("On a break"),
        "status_arrange": _("Wrapping up"),
        "status_offline": _("Offline"),
        "status_busy": _("At the limit"),
        "transferred": _("The session was transferred"),
        "transferOffered": _("The agent is asked to accept it; until then it stays with you."),
        "groupAtWork": _("{n} at work"),
        "loadOf": _("{n} of {limit}"),
        "goOffline": _("Go offline"),
        "goOnline": _("Go online"),
        "offlineTitle": _("Go offline?"),
        "offlineBody": _("The {n} sessions you serve go back to the queue and are given to other agents."),
        "loadCount": _("Serving {n} of at most {limit}"),
        "commonQueue": _("All agents"),
        "people": _("{n} waiting"),
        "online": _("Online"),
        "offline": _("Offline"),
        "ended": _("Ended"),
        "waited": _("Waiting {t}"),
        "justNow": _("just now"),
        "minutesAgo": _("{n} min ago"),
        "unreadCount": _("{n} unread"),
        "complete": _("Complete"),
        "completeOne": _("Complete the session with {name}"),
        "left_new": _("new"),
        "left_queued": _("in the queue"),
        "left_claimed": _("claimed"),
        "internalGroup": _("Everybody of this group reads it."),
        "internalFrom": _("{name}: {words}"),
        "colleagues": _("Colleagues"),
        "openSession": _("Open session"),
        "leftClosed": _("The message was marked as dealt with"),
        "leftAt": _("Left at"),
        "contact": _("Contact"),
        "state": _("State"),
    }


def _conversation() -> dict[str, str]:
    return {
        "messages": _("Messages"),
        "noMessages": _("No messages yet"),
        "beginning": _("This is where the conversation begins"),
        "historyFailed": _("Earlier messages could not be loaded."),
        "tryAgain": _("Try again"),
        "toNewest": _("To the newest message"),
        "newMessages": _("{n} new messages"),
        "visitorTypes": _("The visitor is typing"),
        "source": _("{name} @ website channel"),
        "endTitle": _("End the session with {name}?"),
        "endBody": _("The visitor is told that the session has ended. He can ask again at any time."),
        "endSession": _("End session"),
        "ratingInvited": _("The rating card was sent"),
        "openid": "openid",
        "channel": _("Channel"),
        "group": _("Group"),
        "sessionId": _("Session id"),
        "openedAt": _("Opened"),
        "visitorLanguage": _("Language"),
        "pastSessions": _("Past sessions"),
        "userId": "userID",
        "device": _("Device"),
        "device_computer": _("Computer"),
        "device_phone": _("Phone"),
        "device_tablet": _("Tablet"),
        "pageTrail": _("Pages visited"),
        "yes": _("Yes"),
        "no": _("No"),
        "copyWhat": _("Copy: {name}"),
        "copied": _("Copied"),
        "copyFailed": _("Copying is not allowed by this browser"),
    }


def _writing() -> dict[str, str]:
    return {
        "cancel": _("Cancel"),
        "removeFile": _("Remove {name}"),
        "fileEmpty": _("{name} is empty"),
        "fileTooLarge": _("{name} is larger than {n} MB"),
        "uploadFailed": _("The file could not be stored"),
        "notSent": _("Not sent"),
    }


def _quick() -> dict[str, str]:
    return {
        "quickReplies": _("Quick replies"),
        "noQuickReplies": _("No quick replies yet. New makes one of your own; shared ones are made in the console."),
        "nothingFound": _("Nothing found"),
        "sharedFolder": _("Shared"),
        "myPhrases": _("My phrases"),
        "quickImported": _("{n} quick replies were imported"),
        "rowFault": _("Row {row}: {reason}"),
        "use": _("Use"),
        "edit": _("Edit"),
        "delete": _("Delete"),
        "deleteQuick": _("Delete “{title}”?"),
        "cannotUndo": _("This cannot be undone."),
        "openFirst": _("Open a session that you serve first."),
    }


def _dossier() -> dict[str, str]:
    return {
        "chooseCategory": _("Category"),
        "wrapUpSaved": _("The wrap-up was saved"),
        "removeTag": _("Remove the tag {name}"),
        "block": _("Block visitor"),
        "unblock": _("Unblock visitor"),
        "blockTitle": _("Block {name}?"),
        "blockBody": _("What the visitor writes is refused from now on, until somebody unblocks."),
        "deleteNote": _("Delete this note"),
        "servedByBot": _("Bot only"),
        "transcriptOf": _("Session of {time}"),
        "stars": _("{n} stars"),
    }


def _notices() -> dict[str, str]:
    return {
        "newSession": _("New session: {name}"),
        "offerFrom": _("{name} asks to be served"),
        "offerTransferred": _("{from} transfers {name} to you"),
        "accept": _("Accept"),
        "refuse": _("Refuse"),
        "secondsLeft": _("{n} s left"),
        "noteFor": _("Note of the transfer: {note}"),
        "whisper": _("Whisper"),
        "whisperFrom": _("{name} whispers"),
        "whisperOwn": _("You whispered"),
        "whisperReply": _("Whisper back"),
        "whisperReplyTo": _("Whisper to {name}"),
        "whisperSend": _("Whisper"),
        "event_statusForced": _("An admin changed your status."),
        "event_autoTransfer": _("Not accepted in time: the session goes to another agent."),
        "event_transferFailed": _("The transfer was not accepted. The session stays with you."),
        "event_replyOverdue": _("A visitor is waiting too long for your answer."),
        "event_mentioned": _("{name} mentioned you in a note: {text}"),
        "soundOn": _("Sound on"),
        "soundOff": _("Sound off"),
        "notConnected": _("No connection. Please try again in a moment."),
        "disconnected": _("Connection lost, reconnecting. What you write is kept and sent in order."),
        "reconnectNow": _("Reconnect now"),
        "loggedOut": _("You are logged out, or logged in somewhere else."),
        "logInAgain": _("Log in again"),
        "matches": _("{n} matches"),
        "moreMatches": _("The newest {n} matches"),
        "allChannels": _("All channels"),
        "answersFor": _("Answers to “{question}”"),
        "noAnswers": _("The knowledge base has no answer to the last question."),
        "translate": _("Translate"),
    }
