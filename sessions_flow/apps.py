from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class SessionsFlowConfig(AppConfig):
    name = "sessions_flow"
    verbose_name = _("Sessions")

    def ready(self) -> None:
        """Upper apps take part by `steps.py`, `deadlines.py` and `hooks.py` (design.md, The house)."""
        autodiscover_modules("hooks", "deadlines", "steps")
