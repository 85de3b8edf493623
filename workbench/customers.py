"""What admins do with a customer (客户管理, D10): tags, notes, blocking, merging."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Member, Visitor
from workbench.models import VisitorNote, VisitorTag
from workbench.models.notes import LONGEST_NOTE, LONGEST_TAG, MOST_TAGS

MOST_FOUND = 2000  # by a name


def matching_customers(words: str) -> Q:
    """Nickname (the generated one too), openid, signed user id, attributes, and tags; also of those merged into him."""
    named = list(Visitor.objects.known_by(words).values_list("pk", flat=True)[:MOST_FOUND])
    known = Visitor.objects.filter(
        Q(pk__in=named) | Q(user_id__icontains=words) | Q(attributes__icontains=words) | Q(tags__name=words)
    )
    return Q(pk__in=known.values("pk")) | Q(pk__in=known.exclude(merged_into=None).values("merged_into"))


def block(visitor: Visitor, *, is_blocked: bool) -> None:
    """What he writes from now on is refused, or not any more; under every identity that is his."""
    at = timezone.now() if is_blocked else None
    Visitor.objects.one_person(visitor).update(blocked_at=at)
    audit.record("customer_blocked" if is_blocked else "customer_unblocked", visitor)


def add_tag(visitor: Visitor, name: str) -> None:
    """Raises ValidationError: empty, too long, or too many."""
    name = " ".join(name.replace("\0", "").split())
    if not 0 < len(name) <= LONGEST_TAG:
        raise ValidationError(_("A tag has 1 to %(n)s characters.") % {"n": LONGEST_TAG})
    if not VisitorTag.objects.put_on(visitor.pk, name):
        raise ValidationError(_("At most %(n)s tags.") % {"n": MOST_TAGS})


def remove_tag(visitor: Visitor, name: str) -> None:
    VisitorTag.objects.filter(visitor=visitor, name=name).delete()


def add_note(visitor: Visitor, member: Member, text: str) -> None:
    """Raises ValidationError: empty or too long."""
    text = text.replace("\0", "").strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        raise ValidationError(_("A note has 1 to %(n)s characters.") % {"n": LONGEST_NOTE})
    VisitorNote.objects.create(visitor=visitor, member=member, text=text, at=timezone.now())


def to_merge(kept: Visitor, openid: str) -> Visitor:
    """The other one, by his openid. Raises ValidationError when it is nobody, or cannot be."""
    other = Visitor.objects.people().filter(openid=openid.strip()).first()
    if other is None:
        raise ValidationError(_("There is no customer with this openid."))
    if other.pk == kept.pk:
        raise ValidationError(_("This is the same customer already."))
    return other


def merge(kept: Visitor, openid: str) -> Visitor:
    """`openid` is the same person as `kept`, an admin says. What is known of both stands with `kept`, who wins.
    Conversations stay where their visitors read them (docs/decisions/0027). Raises ValidationError."""
    with transaction.atomic():
        pair = Visitor.objects.select_for_update().filter(Q(openid=openid.strip()) | Q(pk=kept.pk)).order_by("pk")
        list(pair)
        kept = Visitor.objects.people().get(pk=kept.pk)
        other = to_merge(kept, openid)
        kept.attributes = {**other.attributes, **kept.attributes}
        kept.nickname = kept.nickname or other.nickname
        kept.blocked_at = kept.blocked_at or other.blocked_at
        kept.save(update_fields=["attributes", "nickname", "blocked_at"])
        VisitorNote.objects.filter(visitor=other).update(visitor=kept)
        known = VisitorTag.objects.filter(visitor=kept).values_list("name", flat=True)
        VisitorTag.objects.filter(visitor=other).exclude(name__in=list(known)).update(visitor=kept)
        Visitor.objects.one_person(other).update(merged_into=kept, blocked_at=kept.blocked_at)
        audit.record("customer_merged", kept, changes={"openid": [other.openid, kept.openid]})
    return other
