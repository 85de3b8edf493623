"""Why something was refused, in the reader's language. The protocol is pure and says it in English, `field: phrase`."""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

PHRASES = {
    _("expected MsgType and MsgContent"),
    _("unknown MsgType"),
    _("must not be empty"),
    _("expected a number"),
    _("expected a text"),
    _("expected an object"),
    _("expected a JSON string"),
    _("is not JSON"),
    _("expected customerServicePlugin 0"),
    _("this src cannot be sent from here"),
    _("too long, or not Unicode"),
    _("nothing to show"),
    _("must start with https:// or http://"),
    _("expected a list of objects"),
    _("this upload does not exist here"),
    _("UUID of an upload is missing"),
    _("VideoUUID of an upload is missing"),
    _("expected true or false"),
    _("expected 1 to 64 characters of A-Z a-z 0-9 _ -"),
}
_most = re.compile(r"at most (\d+) characters")


def in_words(reason: object) -> str:
    """A reason that is translated already, or is not known here, stays as it is."""
    field, colon, phrase = str(reason).partition(": ")
    return field + colon + phrase_in_words(phrase)


def phrase_in_words(phrase: str) -> str:
    if found := _most.fullmatch(phrase):
        return gettext("at most %(most)s characters") % {"most": found[1]}
    return gettext(phrase) if phrase in PHRASES else phrase
