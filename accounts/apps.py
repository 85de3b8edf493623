from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Team")

    def ready(self) -> None:
        """A changed password, or a logout, ends the member's open sockets too (promise 11)."""
        from allauth.account.signals import password_changed, password_reset
        from django.contrib.auth.signals import user_logged_out

        from accounts import hooks

        def end_sockets(user: Any, **_: Any) -> None:
            if user is not None:
                hooks.member_revoked(user)

        for signal in (password_changed, password_reset, user_logged_out):
            signal.connect(end_sockets, weak=False)
