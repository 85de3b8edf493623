"""How members come in: their login sessions, codes sent to their phones, and what an admin demands of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from solo.models import SingletonModel

from accounts.models.people import Member, Role


class Login(models.Model):
    """One login session, for the member's list of them. `key` is the key of the HTTP session: a secret."""

    key = models.CharField(max_length=40, unique=True)
    member = models.ForeignKey(Member, models.CASCADE, related_name="logins", verbose_name=_("member"))
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=45, blank=True)
    is_embedded = models.BooleanField(default=False)  # the agent SDK inside another site
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("login session")
        verbose_name_plural = _("login sessions")
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.member}: {self.address}"


class PhoneCode(models.Model):
    """A code sent to a phone, kept as a hash. One for a number that nobody has bound is stored too, without a hash, and
    never sent: asking does not tell who has an account (A81)."""

    class Purpose(models.TextChoices):
        LOGIN = "login", _("log in")
        BIND = "bind", _("bind a phone")

    phone = models.CharField(max_length=20, db_index=True)
    purpose = models.CharField(max_length=5, choices=Purpose.choices)
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+", verbose_name=_("member"))
    digest = models.CharField(max_length=64, blank=True)
    network = models.CharField(max_length=50, blank=True)  # who asked
    sent_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("phone code")
        verbose_name_plural = _("phone codes")

    def __str__(self) -> str:
        return f"{self.purpose}: {self.phone}"


class LoginRules(SingletonModel):
    """What an admin sets about logging in: who needs a second factor, and the texts behind the links of the page."""

    agents_need_second_factor = models.BooleanField(
        _("Agents must use two-step login"), default=False,
        help_text=_("Who has not set it up does so before anything else, at once."),
    )  # fmt: skip
    admins_need_second_factor = models.BooleanField(
        _("Admins must use two-step login"), default=False,
        help_text=_("The super admin included."),
    )  # fmt: skip
    terms = models.TextField(_("user terms, in Chinese"), blank=True)
    terms_en = models.TextField(_("user terms, in English"), blank=True)
    privacy = models.TextField(_("privacy terms, in Chinese"), blank=True)
    privacy_en = models.TextField(_("privacy terms, in English"), blank=True)

    class Meta:
        verbose_name = _("login rules")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def needs_second_factor(self, member: Member) -> bool:
        """By his role; keys of programs are not asked."""
        return self.agents_need_second_factor if member.role == Role.AGENT else self.admins_need_second_factor
