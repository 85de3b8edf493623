from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Team")

    def ready(self) -> None:
        """A password that its owner changed ends his open sockets too (promise 11)."""
        from allauth.account.signals import password_changed, password_reset

        from accounts import hooks

        for signal in (password_changed, password_reset):
            signal.connect(lambda user, **_: hooks.member_revoked(user), weak=False)
