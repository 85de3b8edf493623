"""What can happen to a category (A71, B17)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import update_rows
from accounts.models import Member
from chatbot.actions.entries import delete_entries
from chatbot.models import Category, Entry, Tree, default_category
from chatbot.models.category import DEEPEST, SEPARATOR


def whole(library: str) -> Tree:
    return Tree(Category.objects.of(library), {})


@transaction.atomic
def rename_category(category: Category, name: str) -> None:
    category.name = name
    category.clean()
    category.save()
    _write_paths(category.library)


@transaction.atomic
def move_category(category: Category, parent: Category | None) -> None:
    """Below `parent`, or to the top. Never below itself, never deeper than DEEPEST levels."""
    tree = whole(category.library)
    if parent and (parent.library != category.library or parent.pk in tree.below(category.pk)):
        raise ValidationError(_("A category cannot be moved into itself."))
    check_depth(tree, category, parent)
    category.parent = parent
    category.clean()
    category.save()
    _write_paths(category.library)


def check_depth(tree: Tree, category: Category, parent: Category | None) -> None:
    """Raises ValidationError if it, or what is below it, would stand too deep there."""
    own = tree.branches.get(category.pk)
    above = tree.branches[parent.pk].depth if parent else 0
    if above + (own.height if own else 1) > DEEPEST:
        raise ValidationError(_("Categories are at most %(count)s levels deep.") % {"count": DEEPEST})


@transaction.atomic
def delete_category(category: Category, by: Member, *, with_entries: bool = False) -> None:
    """With what is below it. Its entries go to 未分类, or are deleted as well."""
    if category.is_default or category.preset:
        raise ValidationError(_("This category cannot be deleted."))
    gone = whole(category.library).below(category.pk)
    entries = Entry.objects.filter(category__in=gone)
    if with_entries:
        delete_entries(entries, by)
    home = default_category(category.library)
    update_rows(entries, category=home, changed_at=timezone.now(), changed_by=by)
    Entry.with_deleted.filter(category__in=gone).update(category=home)
    for pk in reversed(gone):
        Category.objects.filter(pk=pk).delete()


@transaction.atomic
def switch_category(category: Category, is_on: bool, by: Member) -> None:
    """The category and all below it, by one button (B17). Entries keep their own switches and count as changed."""
    below, now = whole(category.library).below(category.pk), timezone.now()
    update_rows(Category.objects.filter(pk__in=below), is_enabled=is_on, changed_at=now)
    Entry.objects.filter(category__in=below).update(changed_at=now, changed_by=by)


def _write_paths(library: str) -> None:
    """Below a category that got another name or place. Parents come first, so that each path builds on a right one."""
    paths: dict[int, str] = {}
    for branch in whole(library).walk():
        row = branch.category
        path = f"{paths[row.parent_id]}{SEPARATOR}{row.name}" if row.parent_id else row.name
        paths[row.pk] = path
        if path != row.path:
            Category.objects.filter(pk=row.pk).update(path=path, changed_at=timezone.now())
