"""A way in (渠道): M9 to M27, A16."""

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id

DEFAULT_ACCOUNT = "@customer_service_account"
ACCOUNT_ALIASES = {"@default_customer_service_account": DEFAULT_ACCOUNT}  # A16
hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour such as #1677ff."))


def default_sites() -> list[str]:
    return []


class Channel(models.Model):
    class Kind(models.TextChoices):
        WEB = "web", _("Web (H5)")
        APP = "app", _("App or client")

    class Position(models.TextChoices):
        RIGHT = "right", _("bottom right")
        LEFT = "left", _("bottom left")

    class MessageForm(models.TextChoices):
        """When visitors may leave a message (留言, A117)."""

        REFUSED = "refused", _("when nobody can serve")
        ALWAYS = "always", _("always")
        NEVER = "never", _("never")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.WEB)
    web_app_id = models.CharField("webAppId", max_length=32, unique=True, default=public_id, editable=False)
    name = models.CharField(_("site name"), max_length=60, default="在线客服")
    service_account = models.CharField(_("service account UserID"), max_length=64, unique=True)
    avatar = models.ImageField(_("avatar"), upload_to="avatars/", blank=True)
    accent = models.CharField(_("accent colour"), max_length=7, default="#1677ff", validators=[hex_colour])
    position = models.CharField(_("bubble position"), max_length=8, choices=Position.choices, default=Position.RIGHT)
    greeting = models.CharField(
        _("greeting beside the bubble"),
        max_length=120,
        blank=True,
        help_text=_("Also stands at the top of the chat. Empty: the built-in one, and nothing beside the bubble."),
    )
    greeting_seconds = models.PositiveSmallIntegerField(
        _("show the greeting after (seconds)"),
        default=3,
        validators=[MaxValueValidator(600)],
        help_text=_("Whoever sends it away does not see it again for a week. 0: never beside the bubble."),
    )
    flashes_title = models.BooleanField(
        _("flash the page's title"),
        default=False,
        help_text=_("While the chat is closed and a message is unread, the host page's title shows it."),
    )
    form_intro = models.CharField(
        _("words above the form"),
        max_length=200,
        blank=True,
        help_text=_("Shown above the questions asked before the chat. Empty: the built-in ones."),
    )
    message_form = models.CharField(
        _("message form"),
        max_length=8,
        choices=MessageForm.choices,
        default=MessageForm.REFUSED,
        help_text=_("Lets visitors leave a message and how to reach them; it waits until your agents are back."),
    )
    allowed_sites = models.JSONField(
        _("allowed sites"),
        default=default_sites,
        blank=True,
        help_text=_("Origins that may embed the chat, such as https://www.example.com. Empty: any site."),
    )
    flow = models.ForeignKey(
        "Flow", models.SET_NULL, null=True, blank=True, related_name="channels", verbose_name=_("session flow")
    )  # instead of the one for all
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return self.name

    @property
    def avatar_url(self) -> str:
        return f"/avatars/{self.web_app_id}" if self.avatar else ""

    def as_wire(self) -> dict[str, str]:
        return {"name": self.name, "avatar": self.avatar_url, "accent": self.accent}
