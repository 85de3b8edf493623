"""Proof of who a visitor is: signed tokens (A88, A89). The openid alone proves nothing."""

from django.core import signing

TOKEN_SALT = "visitor-token"  # noqa: S105 (a name, not a secret)
TICKET_SALT = "file-ticket"
MEMBER_TICKET_SALT = "member-file-ticket"
TICKET_SECONDS = 24 * 3600


def visitor_token(openid: str) -> str:
    """What the browser keeps in the frame's localStorage."""
    return signing.dumps(openid, salt=TOKEN_SALT)


def openid_of_token(token: object) -> str | None:
    """The openid inside a token of ours, `None` for anything else."""
    return _proved(token, TOKEN_SALT) if isinstance(token, str) and len(token) <= 300 else None


def file_ticket(openid: str) -> str:
    """A short-lived proof for reading files by URL (an <img> cannot send headers); valid 24 hours."""
    return signing.dumps(openid, salt=TICKET_SALT)


def member_ticket(public_id: str) -> str:
    """The same for a member who has no cookie here (the agent SDK inside another site); valid 24 hours."""
    return signing.dumps(public_id, salt=MEMBER_TICKET_SALT)


def member_of_ticket(ticket: str) -> str | None:
    """The public id of the member."""
    return _proved(ticket, MEMBER_TICKET_SALT, TICKET_SECONDS)


def openid_of_ticket(ticket: str) -> str | None:
    return _proved(ticket, TICKET_SALT, TICKET_SECONDS)


def _proved(said: str, salt: str, seconds: int | None = None) -> str | None:
    """What we signed, if it was signed by us and (within `seconds`) not too long ago."""
    try:
        return str(signing.loads(said, salt=salt, max_age=seconds))
    except signing.BadSignature:
        return None
