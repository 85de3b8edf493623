"""Robots of group chats in 企业微信, 钉钉 and 飞书 that tell agents what waits for them; and who wants that."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.sealing import seal, unseal

SEALED_FOR = "notice-robots"


class Robot(models.Model):
    """Whoever has the address can write into the group: it is kept encrypted, like the secret that signs."""

    class Kind(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu")

    kind = models.CharField(_("product"), max_length=8, choices=Kind.choices, default=Kind.WECOM)
    name = models.CharField(_("name"), max_length=60, help_text=_("Which group chat it writes into."))
    sealed_address = models.TextField(editable=False)  # empty: it came with a configuration file, which has none
    sealed_secret = models.TextField(blank=True, editable=False)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    told_at = models.DateTimeField(_("last delivered"), null=True, editable=False)
    failed_at = models.DateTimeField(_("last failed"), null=True, editable=False)
    remark = models.CharField(max_length=300, blank=True, editable=False)  # why it failed

    class Meta:
        verbose_name = _("notice robot")
        verbose_name_plural = _("notice robots")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def seal(self, address: str, secret: str) -> None:
        self.sealed_address = seal(SEALED_FOR, address)
        self.sealed_secret = seal(SEALED_FOR, secret) if secret else ""

    @property
    def address(self) -> str:
        """Empty when it was sealed under another SECRET_KEY."""
        return unseal(SEALED_FOR, self.sealed_address) or ""

    @property
    def secret(self) -> str:
        return unseal(SEALED_FOR, self.sealed_secret) or "" if self.sealed_secret else ""


class NoticeChoice(models.Model):
    """An agent who does not want robots and text messages to tell him says so in the workbench."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="notice_choice")
    is_told_elsewhere = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")

    def __str__(self) -> str:
        return str(self.member)
