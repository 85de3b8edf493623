"""Who may do what to whom in the team (T7, T9, T10, A78). Pure: reads what it is given, no database."""

from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Role

Verb = Literal["edit", "role", "reset", "force_off", "restore", "delete", "clear_phone", "reset_second_factor"]
ONLY_OTHERS = ("role", "reset", "force_off", "delete", "clear_phone", "reset_second_factor")


def may(actor: Member, verb: Verb, target: Member) -> Promise | None:
    """Why `actor` may not do this to `target`; None when he may."""
    if not actor.is_staff:
        return _("Only admins manage the team.")
    if target.deleted_at is not None:
        return _("This member was deleted.")
    if target.role == Role.SUPER_ADMIN:
        return _("The super admin cannot be changed or deleted.")
    if actor.pk == target.pk and verb in ONLY_OTHERS:
        return _("You cannot do this to your own account.")
    if verb == "force_off" and target.forced_off_at is not None:
        return _("This member is forced offline already.")
    if verb == "restore" and target.forced_off_at is None:
        return _("This member is not forced offline.")
    if verb == "clear_phone" and not target.phone:
        return _("This member has bound no phone.")
    return None
