"""What an admin types about a member (T4, T11)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminRadioSelectWidget, UnfoldAdminTextInputWidget

from accounts.admin.forms import GroupsField
from accounts.models import Group, Member, Role

ROLES = [(Role.AGENT.value, Role.AGENT.label), (Role.ADMIN.value, Role.ADMIN.label)]


class EditMemberForm(forms.ModelForm):
    """Nickname, role, work number, groups, and nothing else, whatever is posted."""

    nickname = forms.CharField(
        label=_("nickname"), max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": _("The name visitors and colleagues see")}),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_("role"), choices=ROLES, initial=Role.AGENT.value, widget=UnfoldAdminRadioSelectWidget,
        help_text=_("Agents serve visitors in the workbench. Admins manage the console as well."),
    )  # fmt: skip
    groups = GroupsField(label=_("groups"), help_text=_("Sessions of these groups are assigned to the member."))

    class Meta:
        model = Member
        fields = ("nickname", "role", "staff_no")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._meta.exclude or ():  # what is read-only here must not be read from the request
            self.fields.pop(name, None)
        if "groups" in self.fields:
            self.fields["groups"].queryset = Group.objects.present().order_by("name")  # type: ignore[attr-defined]
            self.fields["groups"].initial = list(self.instance.groups_served.all()) if self.instance.pk else []


class AddMemberForm(EditMemberForm):
    account = forms.EmailField(
        label=_("e-mail or account"), max_length=254,
        widget=UnfoldAdminEmailInputWidget(attrs={"placeholder": "name@example.com", "autocomplete": "off"}),
        help_text=_("The member logs in with it. It cannot be changed later."),
    )  # fmt: skip

    class Meta(EditMemberForm.Meta):
        fields = ("nickname", "account", "role", "staff_no")  # type: ignore[assignment]

    def clean_account(self) -> str:
        account: str = self.cleaned_data["account"].lower()
        if Member.objects.present().filter(account__iexact=account).exists():
            raise forms.ValidationError(_("This account exists already."))
        return account
