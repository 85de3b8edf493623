"""What the team keeps about a visitor for itself: notes and tags. Nothing of it is sent to visitors."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Visitor
from sessions_flow.models.session import milliseconds

LONGEST_NOTE = 2000
LONGEST_TAG = 20
MOST_TAGS = 20  # of one visitor


class VisitorNote(models.Model):
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="notes", verbose_name=_("visitor"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("agent"))
    text = models.TextField(_("note"), max_length=LONGEST_NOTE)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["visitor", "-at"], name="notes_of_visitor")]

    def __str__(self) -> str:
        return self.text[:60]

    def as_wire(self, reader: Member) -> dict[str, Any]:
        """`mine`: the reader wrote it and may take it away."""
        mine = self.member_id == reader.pk
        return {
            "id": self.pk, "text": self.text, "by": self.member.nickname, "at": milliseconds(self.at), "mine": mine,
        }  # fmt: skip


class VisitorTagQuerySet(models.QuerySet["VisitorTag"]):
    def by_use(self) -> models.QuerySet["VisitorTag", tuple[str, int]]:
        """(name, on how many visitors), the ones used most first."""
        return self.order_by().values_list("name").annotate(n=models.Count("pk")).order_by("-n", "name")

    def put_on(self, visitor_pk: int, name: str) -> bool:
        """False when the visitor has MOST_TAGS others."""
        with transaction.atomic():
            Visitor.objects.select_for_update().get(pk=visitor_pk)  # two at once do not exceed the limit together
            held = self.filter(visitor=visitor_pk)
            if held.count() >= MOST_TAGS and not held.filter(name=name).exists():
                return False
            self.get_or_create(visitor_id=visitor_pk, name=name)
        return True


class VisitorTag(models.Model):
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="tags", verbose_name=_("visitor"))
    name = models.CharField(_("tag"), max_length=LONGEST_TAG)

    objects = VisitorTagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag of a visitor")
        verbose_name_plural = _("tags of visitors")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["visitor", "name"], name="tag_once_per_visitor")]
        indexes = [models.Index(fields=["name"], name="visitors_of_tag")]

    def __str__(self) -> str:
        return self.name


class NoteMention(models.Model):
    """@somebody in a note: told to him, until he has looked."""

    note = models.ForeignKey(VisitorNote, models.CASCADE, related_name="mentions")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mention in a note")
        verbose_name_plural = _("mentions in notes")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["note", "member"], name="mentioned_once_per_note")]
        indexes = [models.Index(fields=["member"], condition=models.Q(seen_at=None), name="mentions_unseen")]

    def __str__(self) -> str:
        return f"@{self.member_id}: {self.note_id}"
