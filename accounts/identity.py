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
    if not isinstance(token, str) or len(token) > 300:
        return None
    try:
        return str(signing.loads(token, salt=TOKEN_SALT))
    except signing.BadSignature:
        return None


def file_ticket(openid: str) -> str:
    """A short-lived proof for reading files by URL (an <img> cannot send headers); valid 24 hours."""
    return signing.dumps(openid, salt=TICKET_SALT)


def member_ticket(public_id: str) -> str:
    """The same for a member who has no cookie here (the agent SDK inside another site); valid 24 hours."""
    return signing.dumps(public_id, salt=MEMBER_TICKET_SALT)


def member_of_ticket(ticket: str) -> str | None:
    """The public id of the member."""
    try:
        return str(signing.loads(ticket, salt=MEMBER_TICKET_SALT, max_age=TICKET_SECONDS))
    except signing.BadSignature:
        return None


def openid_of_ticket(ticket: str) -> str | None:
    try:
        return str(signing.loads(ticket, salt=TICKET_SALT, max_age=TICKET_SECONDS))
    except signing.BadSignature:
        return None
