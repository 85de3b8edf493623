"""Who may put the workbench into a page (S1, S10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions_flow.models.settings import Section


def no_origins() -> list[str]:
    return []


class Embedding(Section):
    """Origins such as https://crm.example.com. Empty: any site that was given an SdkURL by the business server."""

    origins = models.JSONField(
        _("sites that may embed the workbench"),
        default=no_origins,
        blank=True,
        help_text=_(
            "One origin per line, such as https://crm.example.com. Empty: any site that your server gives an SdkURL to."
        ),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("agent SDK")

    def __str__(self) -> str:
        return str(_("Agent SDK"))

    def allows(self, origin: str) -> bool:
        return not self.origins or origin in self.origins
