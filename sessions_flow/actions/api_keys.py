"""API keys: issued, rotated, revoked. What is returned is the key in clear, for one showing."""

from collections.abc import Iterable

from django.utils import timezone

from accounts import audit
from accounts.models import Member
from sessions_flow.models import ApiKey, Channel


def issue_key(
    name: str, scopes: Iterable[str], channel: Channel | None = None, member: Member | None = None
) -> tuple[ApiKey, str]:
    key = ApiKey(name=name, scopes=sorted(scopes), channel=channel, created_by=member)
    shown = key.renew()
    key.save()
    return key, shown


def rotate_key(key: ApiKey) -> str:
    """The old key stops at once."""
    shown = key.renew()
    key.save(update_fields=["prefix", "digest"])
    return shown


def revoke_key(key: ApiKey) -> None:
    audit.update_rows(ApiKey.objects.filter(pk=key.pk, revoked_at=None), revoked_at=timezone.now())
