"""The developer tool that generates a userSig for a userID (U9), for trying things out."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from accounts import usersig

if TYPE_CHECKING:
    from accounts.admin.base import ConsoleAdmin


class UserSigForm(forms.Form):
    user_id = forms.CharField(
        label=gettext_lazy("username (userID)"), max_length=64,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "placeholder": "user-1"}),
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("valid for (days)"), initial=usersig.MOST_DAYS, widget=UnfoldAdminIntegerFieldWidget,
        validators=[MinValueValidator(usersig.LEAST_DAYS), MaxValueValidator(usersig.MOST_DAYS)],
        help_text=gettext_lazy("7 to 180"),
    )  # fmt: skip

    def clean_user_id(self) -> str:
        user_id: str = self.cleaned_data["user_id"]
        if not usersig.is_user_id(user_id):
            raise forms.ValidationError(_("Expected 1 to 64 characters without control characters."))
        return user_id


def usersig_view(page: "ConsoleAdmin", request: HttpRequest) -> HttpResponse:
    """Shows the form, and the userSig that was asked for. Who made one for whom is in the admin log."""
    form = UserSigForm(request.POST or None)
    made: dict[str, Any] = {}
    member: Any = request.user
    if request.method == "POST" and form.is_valid():
        user_id, days = form.cleaned_data["user_id"], form.cleaned_data["days"]
        made = {"user_id": user_id, "days": days, "sig": usersig.make(user_id, days)}
        LogEntry.objects.create(
            user=member, object_repr=user_id, action_flag=ADDITION, change_message=f"userSig, {days} days"
        )
    context = {"form": form, "made": made, "app_id": settings.IM_SDK_APP_ID}
    return page.page(request, "admin/sessions_flow/apikey/usersig.html", _("Generate a userSig"), **context)
