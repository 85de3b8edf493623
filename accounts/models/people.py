"""Who is who: members of the team, their groups, and visitors."""

import secrets
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

GENERATED = "访客_"  # names of visitors without one begin so
SHORT = Substr("openid", 11, 4)


def public_id() -> str:
    """32 hex characters that nobody can guess."""
    return secrets.token_hex(16)


class Role(models.TextChoices):
    SUPER_ADMIN = "super_admin", _("Super admin")
    ADMIN = "admin", _("Admin")
    AGENT = "agent", _("Agent")


class MemberQuerySet(models.QuerySet["Member"]):
    def present(self) -> "MemberQuerySet":
        """Not deleted."""
        return self.filter(deleted_at=None)


class MemberManager(BaseUserManager["Member"].from_queryset(MemberQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.present().get(account=username)


class Member(AbstractBaseUser):
    """An account of the team (成员): T1 to T18. `account` is an e-mail, or `admin-<SdkAppId>`."""

    public_id = models.CharField(max_length=32, unique=True, default=public_id, editable=False)
    account = models.CharField(_("e-mail or account"), max_length=254)
    email = models.EmailField(_("e-mail"), blank=True)
    nickname = models.CharField(_("nickname"), max_length=60)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.AGENT)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    staff_no = models.CharField(_("work number"), max_length=20, blank=True)
    avatar = models.CharField(max_length=200, blank=True, editable=False)
    groups_served: "models.ManyToManyField[Group, Any]" = models.ManyToManyField(
        "Group", verbose_name=_("groups"), related_name="members", blank=True
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)  # of what the cloud API tells about him
    must_change_password = models.BooleanField(default=False, editable=False)  # the desk chose it, not the member
    forced_off_at = models.DateTimeField(_("forced offline"), null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "account"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["nickname"]
    objects: ClassVar[Any] = MemberManager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(deleted_at=None),
                name="one_present_member_per_account",
                violation_error_message=_("This account exists already."),
            ),
            models.UniqueConstraint(
                fields=["phone"],
                condition=Q(deleted_at=None) & ~Q(phone=""),
                name="one_present_member_per_phone",
                violation_error_message=_("This phone is bound to another account."),
            ),
        ]

    def __str__(self) -> str:
        return self.nickname or self.account

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """May log in: neither deleted nor forced offline (T13, T14)."""
        return self.deleted_at is None and self.forced_off_at is None

    @property
    def is_admin(self) -> bool:
        return self.role in (Role.ADMIN, Role.SUPER_ADMIN)

    @property
    def is_staff(self) -> bool:
        """May enter the console: agents cannot (T10)."""
        return self.is_active and self.is_admin

    @property
    def is_superuser(self) -> bool:
        return self.role == Role.SUPER_ADMIN

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_full_name(self) -> str:
        return self.nickname

    def get_short_name(self) -> str:
        return self.nickname


class GroupQuerySet(models.QuerySet["Group"]):
    def present(self) -> "GroupQuerySet":
        return self.filter(removed_at=None)


class Group(models.Model):
    """Agents who serve one kind of question (分组/技能组): T19 to T26. Its primary key is the public 分组ID."""

    name = models.CharField(_("group name"), max_length=60)
    most_per_agent = models.PositiveIntegerField(
        _("sessions of this group per agent"),
        null=True,
        blank=True,
        help_text=_("Beside the limit of the agent. Empty: no limit of its own."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(removed_at=None),
                name="one_present_group_per_name",
                violation_error_message=_("A group of this name exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VisitorQuerySet(models.QuerySet["Visitor"]):
    def people(self) -> "VisitorQuerySet":
        """One row a person: neither merged into another nor erased."""
        return self.filter(merged_into=None, erased_at=None)

    def one_person(self, visitor: "Visitor") -> "VisitorQuerySet":
        """He, and those of whom an admin said that they are the same person."""
        return self.filter(Q(pk=visitor.pk) | Q(merged_into=visitor))

    def nicknamed(self, words: str) -> "VisitorQuerySet":
        """The words are a part of the nickname. PostgreSQL has an index of bigrams for it (migration 0005)."""
        found = self.exclude(nickname="").filter(nickname__icontains=words)
        if connection.vendor == "postgresql" and len(words) > 1:
            has_grams = RawSQL(
                "desk_bigrams(nickname) @> desk_bigrams(%s)", [words], output_field=models.BooleanField()
            )
            found = found.filter(has_grams)
        return found

    def shown_as(self, short: str) -> "VisitorQuerySet":
        """访客_ and these four characters is their name as long as they have no other (W33)."""
        return self.alias(short=SHORT).filter(short=short)

    def known_by(self, words: str) -> "VisitorQuerySet":
        """By a part of the nickname, the generated name, or the beginning of the openid."""
        if words.startswith(GENERATED):
            return self.shown_as(words.removeprefix(GENERATED)).union(self.nicknamed(words))
        return self.nicknamed(words).union(self.shown_as(words), self.filter(openid__startswith=words))


class Visitor(models.Model):
    """Who asks (用户). `openid` is public (agents see it) and never proof of identity (A88)."""

    openid = models.CharField("openid", max_length=64, unique=True, default=public_id, editable=False)
    user_id = models.CharField(_("signed user id"), max_length=64, null=True, blank=True, unique=True)
    nickname = models.CharField(_("nickname"), max_length=60, blank=True)
    avatar = models.CharField(max_length=200, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    blocked_at = models.DateTimeField(_("blocked"), null=True, blank=True)
    merged_into: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged", editable=False
    )  # the same person, an admin said; never a chain
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)  # nothing of the person is left

    objects = VisitorQuerySet.as_manager()

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")
        indexes = [models.Index(SHORT, name="visitors_by_short_name")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """访客_ and characters 11 to 14 of the openid, unless he has a nickname (W33)."""
        return self.nickname or f"{GENERATED}{self.openid[10:14]}"
