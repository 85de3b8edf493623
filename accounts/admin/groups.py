"""Groups (T19 to T26)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import actions, audit, hooks
from accounts.admin.base import ConsoleAdmin
from accounts.admin.forms import MembersField
from accounts.models import Group, Member


class GroupForm(forms.ModelForm):
    name = forms.CharField(label=_("group name"), max_length=60, widget=UnfoldAdminTextInputWidget)
    members = MembersField(
        label=_("group members"), help_text=_("Search by nickname or e-mail. A member may belong to several groups.")
    )

    class Meta:
        model = Group
        fields = ("name", "most_per_agent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = Member.objects.present().order_by("nickname")  # type: ignore[attr-defined]
        self.fields["members"].initial = list(self.instance.members.present()) if self.instance.pk else []

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if Group.objects.present().filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("A group of this name exists already."))
        return name


@admin.register(Group)
class GroupAdmin(ConsoleAdmin):
    form = GroupForm
    fieldsets = ((None, {"fields": ("name", "members", "most_per_agent")}),)
    list_display = ("name", "pk_column", "size", "row_actions")
    search_fields = ("name",)
    ordering = ("pk",)
    delete_warning = _(
        "Its members stay in the team. Running sessions and records keep its name. This cannot be undone."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return Group.objects.present().annotate(member_count=Count("members"))

    @display(description=_("group ID"), ordering="pk")
    def pk_column(self, group: Group) -> int:
        return group.pk

    @display(description=_("members in it"), ordering="member_count")
    def size(self, group: Any) -> int:
        count: int = group.member_count
        return count

    @display(description=_("Actions"))
    def row_actions(self, group: Group) -> SafeString:
        return self.edit_and_delete(group)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        group, chosen = form.instance, set(form.cleaned_data["members"])
        before = set(group.members.all())
        moved = chosen ^ before
        group.members.set(chosen)
        if moved:
            named = [", ".join(sorted(map(str, members))) for members in (before, chosen)]
            audit.record("members", group, changes={"members": named})
        for member in moved:
            hooks.member_changed(member)

    def delete_remarks(self, obj: Group) -> list[str]:
        remarks: list[str] = []
        hooks.group_doomed(obj, remarks)
        return remarks

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        actions.remove_group(obj)
