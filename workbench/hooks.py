"""How the workbench takes part in the life of members."""

from django.db import transaction

from accounts.hooks import member_revoked
from accounts.models import Member
from workbench.notices.subscriptions import forget_revoked


@member_revoked.register
def stop_waking(member: Member) -> None:
    """A phone whose login does not hold any more gets no notices (promise 11)."""
    transaction.on_commit(lambda: forget_revoked(member), robust=True)
