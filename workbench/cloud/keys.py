"""Key pairs in force, and signatures that were used."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Member
from workbench.cloud.errors import SIGNATURE_FAILURE, UNAUTHORIZED, CloudError
from workbench.cloud.registry import Action
from workbench.cloud.tc3 import WINDOW_SECONDS, Proof
from workbench.models import CloudCall, CloudKey

USED_AFTER = timedelta(minutes=1)  # "last used" is written at most this often


def create(name: str, scopes: list[str], by: Member | None) -> tuple[CloudKey, str]:
    """A new pair and its SecretKey, which is shown this once."""
    secret_key = secrets.token_urlsafe(24)
    key = CloudKey(name=name, scopes=scopes, created_by=by)
    key.seal(secret_key)
    key.save()
    return key, secret_key


def revoke(key: CloudKey) -> None:
    CloudKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())


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


def use_once(proof: Proof, action: Action) -> None:
    """The SDKs sign neither action nor nonce: a signature works for one action, and once where it changes something.
    The same question twice in a second is the same signature, so reading may be repeated. Raises CloudError."""
    try:
        with transaction.atomic():
            CloudCall.objects.create(signature=proof.signature, action=action.name, at=timezone.now())
    except IntegrityError:
        if not action.reads or not CloudCall.objects.filter(signature=proof.signature, action=action.name).exists():
            raise CloudError(SIGNATURE_FAILURE, "This signature has been used already. Sign every request.") from None


def forget_old_calls(now: datetime) -> int:
    """Signatures that the time window refuses anyway, twice over."""
    old = CloudCall.objects.filter(at__lt=now - timedelta(seconds=4 * WINDOW_SECONDS))
    return old.delete()[0]
