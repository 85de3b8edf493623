"""Browsers that a web push can wake (RFC 8030)."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Member

LONGEST_ENDPOINT = 1000


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    def at_work(self) -> "PushSubscriptionQuerySet":
        """Of the login sessions that are their members' places of work (T18)."""
        return self.filter(member__desk__place=models.F("login"))

    def of_ended_logins(self) -> "PushSubscriptionQuerySet":
        """Logged out, displaced or revoked: their HTTP session is gone."""
        from django.contrib.sessions.models import Session
        from django.utils import timezone

        lives = Session.objects.filter(session_key=OuterRef("login"), expire_date__gt=timezone.now())
        return self.filter(~Exists(lives))


class PushSubscription(models.Model):
    """One per login session, which is one browser. Its two keys encrypt what that browser is sent."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="push_subscriptions", verbose_name=_("member"))
    login = models.CharField(max_length=64, unique=True)  # key of the login session
    endpoint = models.CharField(max_length=LONGEST_ENDPOINT, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")

    def __str__(self) -> str:
        return f"{self.member}: {self.endpoint[:60]}"
