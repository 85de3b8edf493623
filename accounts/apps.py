from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Team")

    def ready(self) -> None:
        """A changed password, or a logout, ends the member's open sockets too (promise 11)."""
        from allauth.account.signals import password_changed, password_reset
        from allauth.mfa.signals import authenticator_added, authenticator_removed
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from accounts import hooks, logins, second_factor
        from accounts.models import Login

        def end_sockets(user: Any, **_: Any) -> None:
            if user is not None:
                hooks.member_revoked(user)

        def forget_login(request: Any, **_: Any) -> None:
            Login.objects.filter(key=request.session.session_key or "").delete()

        user_logged_in.connect(logins.note_login, weak=False)
        user_logged_out.connect(forget_login, weak=False)
        authenticator_added.connect(second_factor.added, weak=False)
        authenticator_removed.connect(second_factor.removed, weak=False)
        for signal in (password_changed, password_reset, user_logged_out):
            signal.connect(end_sockets, weak=False)
