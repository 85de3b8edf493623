"""Folders of the knowledge base (问题分类): a tree a library."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

DEEPEST = 5  # levels
SEPARATOR = "/"  # between the names of a path, in imports and exports too


class Library(models.TextChoices):
    """问答库, and the two halves of 寒暄库: what we ship and what admins add (B5, B17, B19)."""

    QA = "qa", _("Q&A library")
    PRESET = "preset", _("Preset chit-chat")
    CHITCHAT = "chitchat", _("Custom chit-chat")

    @property
    def in_releases(self) -> str:
        """What a snapshot calls it: the rules know questions and small talk, not who wrote it."""
        return "qa" if self is Library.QA else "chitchat"


class CategoryQuerySet(models.QuerySet["Category"]):
    def of(self, library: str) -> "CategoryQuerySet":
        return self.filter(library=library)


class Category(models.Model):
    """A folder. `path` is its name with those above it; switching it off takes its entries out of the next release."""

    name = models.CharField(_("category"), max_length=60)
    library = models.CharField(max_length=8, choices=Library.choices, default=Library.QA, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=400, default="", editable=False)
    is_default = models.BooleanField(default=False, editable=False)  # 未分类 (A71)
    is_enabled = models.BooleanField(_("enabled"), default=True)  # B17
    preset = models.SlugField(max_length=40, blank=True, editable=False)  # which of ours it is
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "name"], condition=Q(parent=None), name="one_category_of_a_name_at_the_top"
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(parent__isnull=False),
                name="one_category_of_a_name_in_a_parent",
            ),
            models.UniqueConstraint(
                fields=["library"], condition=Q(is_default=True), name="one_default_category_in_a_library"
            ),
            models.UniqueConstraint(
                fields=["preset"], condition=~Q(preset=""), name="one_category_of_a_preset"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = f"{self.parent.path}{SEPARATOR}{self.name}" if self.parent else self.name
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """The name in the reader's language, where it is one of ours."""
        if not self.preset:
            return self.name
        from chatbot.presets import category_name

        return category_name(self.preset, get_language() or "") or self.name

    def clean(self) -> None:
        self.name = " ".join(self.name.split())
        if not self.name or SEPARATOR in self.name:
            raise ValidationError({"name": _("Give it a name without a slash (/).")})
        siblings = Category.objects.filter(library=self.library, parent=self.parent).exclude(pk=self.pk)
        if siblings.filter(name__iexact=self.name).exists():
            raise ValidationError({"name": _("A category of this name exists here already.")})


def default_category(library: str = Library.QA) -> Category:
    """未分类: where entries are that nobody has filed (A71). Made when it is first needed, in the desk's language."""
    found = Category.objects.of(library).filter(is_default=True).first()
    if found:
        return found
    with translation.override(settings.LANGUAGE_CODE):
        name = gettext("Uncategorised")
    category, _made = Category.objects.get_or_create(library=library, parent=None, name=name)
    Category.objects.filter(pk=category.pk).update(is_default=True)
    category.is_default = True
    return category


@dataclass
class Branch:
    """A category with what is below it. `size` counts its own entries, `total` those below as well."""

    category: Category
    depth: int
    size: int = 0
    total: int = 0
    children: list["Branch"] = field(default_factory=list)

    @property
    def height(self) -> int:
        """In levels, its own counted."""
        return max(branch.depth for branch in self.walk()) - self.depth + 1

    def walk(self) -> Iterable["Branch"]:
        yield self
        for child in self.children:
            yield from child.walk()


class Tree:
    """All categories of a library, read in one query: 未分类 first, then by name."""

    def __init__(self, categories: Iterable[Category], sizes: dict[int, int]) -> None:
        rows = sorted(categories, key=lambda row: (not row.is_default, row.label.casefold(), row.pk))
        self.branches = {row.pk: Branch(row, 0, sizes.get(row.pk, 0)) for row in rows}
        self.roots: list[Branch] = []
        for branch in self.branches.values():
            above = self.branches.get(branch.category.parent_id or 0)
            (above.children if above else self.roots).append(branch)
        for root in self.roots:
            self._measure(root, 1)

    def _measure(self, branch: Branch, depth: int) -> int:
        branch.depth = depth
        branch.total = branch.size + sum(self._measure(child, depth + 1) for child in branch.children)
        return branch.total

    def walk(self) -> Iterable[Branch]:
        """Every branch, parents before their children."""
        for root in self.roots:
            yield from root.walk()

    def below(self, pk: int) -> list[int]:
        """The category and all below it; empty when it is not in this library."""
        branch = self.branches.get(pk)
        return [found.category.pk for found in branch.walk()] if branch else []
