"""Categories of the knowledge base (A71): added, renamed, moved and deleted from the tree."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.base import ConsoleAdmin
from chatbot import actions
from chatbot.actions.categories import check_depth, whole
from chatbot.admin.draft import BotPage, by
from chatbot.admin.places import Place
from chatbot.models import Category, Entry, Library


class CategoryForm(forms.ModelForm):
    """`library` is set by the page."""

    library: str = Library.QA
    parent = forms.ModelChoiceField(
        Category.objects.none(), label=gettext_lazy("inside of"), required=False,
        empty_label=gettext_lazy("(at the top)"), widget=UnfoldAdminSelectWidget,
    )  # fmt: skip

    class Meta:
        model = Category
        fields = ("name", "parent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree = whole(self.library)
        own = self.tree.below(self.instance.pk)
        field: Any = self.fields["parent"]
        field.queryset = Category.objects.of(self.library).exclude(pk__in=own).order_by("path")
        field.label_from_instance = lambda category: category.path

    def clean_parent(self) -> Category | None:
        parent: Category | None = self.cleaned_data["parent"]
        check_depth(self.tree, self.instance, parent)
        return parent

    def clean(self) -> dict[str, Any]:
        self.instance.library = self.library
        return super().clean() or self.cleaned_data


@admin.register(Category)
class CategoryAdmin(BotPage, ConsoleAdmin):
    """Its list is the tree of the knowledge base."""

    form = CategoryForm
    fields = ("name", "parent")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        library = obj.library if obj else Place.of(request.GET).library
        form.library = library if library != Library.PRESET else Library.QA
        return form

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return self.back_to_list()

    def back_to_list(self, category: Category | None = None) -> HttpResponseRedirect:
        place = Place(category.library, category.pk or 0) if category else Place()
        return HttpResponseRedirect(place.url())

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not (obj and obj.preset) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not (obj and (obj.preset or obj.is_default)) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        """A new name or place is written into the paths below as well."""
        if change:
            actions.rename_category(obj, obj.name)
        else:
            super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Category, post_url_continue: Any = None) -> HttpResponse:
        self.message_user(request, "", messages.SUCCESS)
        return self.back_to_list(obj)

    def response_change(self, request: HttpRequest, obj: Category) -> HttpResponse:
        self.message_user(request, "", messages.SUCCESS)
        return self.back_to_list(obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A question first when there is something in it: what becomes of the entries?"""
        category = self.found(request, object_id)
        if not self.has_delete_permission(request, category):
            raise PermissionDenied
        below = whole(category.library).below(category.pk)
        count = Entry.objects.filter(category__in=below).count()
        if request.method != "POST":
            context = {"category": category, "count": count, "below": len(below) - 1, "back": self.url("changelist")}
            title = _("Delete %(name)s?") % {"name": category.label}
            return self.page(request, "admin/chatbot/category/delete.html", title, **context)
        self.log_deletions(request, [category])
        actions.delete_category(category, by(request), with_entries=request.POST.get("entries") == "delete")
        self.message_user(request, "", messages.SUCCESS)
        return self.back_to_list(Category(library=category.library))
