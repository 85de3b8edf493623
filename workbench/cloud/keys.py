"""Key pairs in force, and signatures that were used."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Member
from workbench.cloud.errors import SIGNATURE_FAILURE, UNAUTHORIZED, CloudError
from workbench.cloud.registry import Action
from workbench.cloud.tc3 import WINDOW_SECONDS, Proof
from workbench.models import CloudCall, CloudKey

TWIN_SECONDS = 2
REPLAYED = CloudError(SIGNATURE_FAILURE, "This signature has been used already. Sign every request.")
USED_AFTER = timedelta(minutes=1)  # "last used" is written at most this often


def create(name: str, scopes: list[str], by: Member | None) -> tuple[CloudKey, str]:
    """A new pair and its SecretKey, which is shown this once."""
    secret_key = secrets.token_urlsafe(24)
    key = CloudKey(name=name, scopes=scopes, created_by=by)
    key.seal(secret_key)
    key.save()
    return key, secret_key


def revoke(key: CloudKey) -> None:
    audit.update_rows(CloudKey.objects.filter(pk=key.pk, revoked_at=None), revoked_at=timezone.now())


def secret_of(secret_id: str) -> str | None:
    """The pair of the environment is always one of them (S4); revoked ones are none."""
    if secret_id == settings.CLOUD_SECRET_ID:
        return str(settings.CLOUD_SECRET_KEY)
    key = CloudKey.objects.filter(secret_id=secret_id, revoked_at=None).first()
    return key.secret_key if key else None


def allow(proof: Proof, action: Action) -> None:
    """Raises CloudError where the key's scopes do not hold the action."""
    if proof.secret_id == settings.CLOUD_SECRET_ID:
        return
    key = CloudKey.objects.get(secret_id=proof.secret_id)
    if action.scope not in key.scopes:
        raise CloudError(UNAUTHORIZED, f"This SecretId may not call {action.name}.")
    now = timezone.now()
    if key.used_at is None or now - key.used_at > USED_AFTER:
        CloudKey.objects.filter(pk=key.pk).update(used_at=now)


def use_once(proof: Proof, trace: str, now: datetime) -> None:
    """Refuses replays. Raises CloudError.

    The SDKs sign neither action nor nonce: the same parameters within one second give the same signature. Each call
    has a trace id of its own, though: the very same request is never taken twice, and a signature that comes again
    under another trace id only within TWIN_SECONDS of its first use.
    """
    try:
        with transaction.atomic():
            CloudCall.objects.create(signature=proof.signature, trace=trace[:64], at=now)
    except IntegrityError:
        raise REPLAYED from None
    if CloudCall.objects.filter(signature=proof.signature, at__lt=now - timedelta(seconds=TWIN_SECONDS)).exists():
        raise REPLAYED


def forget_old_calls(now: datetime) -> int:
    """Signatures that the time window refuses anyway, twice over."""
    old = CloudCall.objects.filter(at__lt=now - timedelta(seconds=4 * WINDOW_SECONDS))
    return old.delete()[0]
