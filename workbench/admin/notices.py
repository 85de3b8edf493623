"""通知 in the console: which events agents are told of, robots of group chats, and what became of each notice."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from accounts import outgoing, sms
from accounts.admin.base import ConsoleAdmin, ReadOnlyAdmin, verbs, when
from accounts.admin.forms import DayRangeFilter
from accounts.admin.sections import SectionAdmin
from workbench.models import Notice, NoticeDelivery, NoticeRules, Robot
from workbench.notices import outbox

EXAMPLES = {
    Robot.Kind.WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
    Robot.Kind.DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=…",
    Robot.Kind.FEISHU: "https://open.feishu.cn/open-apis/bot/v2/hook/…",
}


class NoticeRulesForm(forms.ModelForm):
    class Meta:
        model = NoticeRules
        fields = "__all__"  # noqa: DJ007 (the page's fieldsets name them)

    def clean_sends_sms(self) -> bool:
        wanted: bool = self.cleaned_data["sends_sms"]
        if wanted and not sms.is_set_up():
            raise forms.ValidationError(_("Text messages are not set up: the operator chooses one with SMS_BACKEND."))
        return wanted


@admin.register(NoticeRules)
class NoticeRulesAdmin(SectionAdmin):
    form = NoticeRulesForm
    fieldsets: ClassVar[Any] = (
        (gettext_lazy("What agents are told while they do not look"), {
            "fields": ("tells_sessions", "tells_messages", "tells_left_messages", "queue_longer_than", "shows_text"),
            "description": gettext_lazy(
                "Each agent switches the notices of his phone or computer on in the workbench, in the menu of his "
                "avatar."
            ),
        }),
        (gettext_lazy("Robots and text messages"), {
            "fields": ("offer_seconds", "message_seconds", "sends_sms"),
            "description": gettext_lazy(
                "They come after a while only, when the agent has not reacted in the workbench."
            ),
        }),
    )  # fmt: skip


class RobotForm(forms.ModelForm):
    address = forms.CharField(
        label=gettext_lazy("webhook address"), max_length=500,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    secret = forms.CharField(
        label=gettext_lazy("signing secret"), max_length=200, required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Where the robot's security setting is a signature (DingTalk, Feishu)."),
    )  # fmt: skip

    class Meta:
        model = Robot
        fields: ClassVar[Any] = ("kind", "name", "address", "secret", "is_enabled")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs["placeholder"] = EXAMPLES[Robot.Kind.WECOM]
        if self.instance.sealed_address:
            self.fields["address"].required = False
            kept = gettext_lazy("It is kept encrypted and not shown again. Empty: stays as it is.")
            self.fields["address"].help_text = self.fields["secret"].help_text = kept

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        if address and not outgoing.is_secure(address):
            raise forms.ValidationError(_("Paste the robot's whole webhook address; it begins with https://."))
        return address

    def save(self, commit: bool = True) -> Any:
        """What was left empty stays as it is."""
        old = self.instance
        address = self.cleaned_data["address"] or old.address
        old.seal(address, self.cleaned_data["secret"] or old.secret)
        return super().save(commit)


@admin.register(Robot)
class RobotAdmin(ConsoleAdmin):
    form = RobotForm
    fieldsets = ((None, {"fields": ("kind", "name", "address", "secret", "is_enabled")}),)
    list_display = ("name", "kind", "state_label", "delivered", "why", "row_actions")
    delete_warning = gettext_lazy("The group chat gets no more notices.")

    @display(
        description=gettext_lazy("state"), ordering="is_enabled",
        label={"on": "success", "failing": "danger", "unknown": "warning", "off": ""},
    )  # fmt: skip
    def state_label(self, row: Robot) -> tuple[str, Any]:
        if not row.sealed_address:  # it came with a configuration file
            return "unknown", _("Its address is missing")
        if not row.is_enabled:
            return "off", _("Disabled")
        return ("failing", _("Failing")) if row.remark else ("on", _("Enabled"))

    @display(description=gettext_lazy("last delivered"), ordering="told_at")
    def delivered(self, row: Robot) -> str:
        return when(row.told_at)

    @display(description=gettext_lazy("last failure"))
    def why(self, row: Robot) -> str:
        return f"{when(row.failed_at)} · {row.remark}" if row.remark else "–"

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, row: Robot) -> SafeString:
        edit, test = (self.url("change", row.pk), _("Edit")), (self.url("test", row.pk), _("Send a test"))
        return verbs(edit, test, danger=(self.url("delete", row.pk), _("Delete")))

    def get_urls(self) -> list[URLPattern]:
        return [self.row_page("test", self.test_view), *super().get_urls()]

    def test_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """By the way that real notices go; what came of it stands in the list that follows."""
        row = self.found(request, str(object_id))
        if request.method != "POST":
            title = _("Send a test to %(name)s?") % {"name": row}
            return self.confirmation(
                request, row, title, _("Its result appears in the list of deliveries."), is_danger=False
            )
        outbox.note_test(None, Notice.Route.ROBOT, str(row.pk))
        self.message_user(request, _("The test is on its way. Reload this list in a moment."), messages.INFO)
        return HttpResponseRedirect(reverse("admin:workbench_noticedelivery_changelist"))


@admin.register(NoticeDelivery)
class NoticeDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("happened", "event", "by", "member", "state_label", "remark")
    list_display_links = None
    list_select_related = ("member",)
    list_filter = (
        ("event", ChoicesDropdownFilter), ("is_delivered", BooleanRadioFilter), ("at", DayRangeFilter),
    )  # fmt: skip
    search_fields = ("by", "remark", "member__nickname", "member__account")

    @display(description=gettext_lazy("at"), ordering="at")
    def happened(self, row: NoticeDelivery) -> str:
        return when(row.at)

    @display(description=gettext_lazy("state"), ordering="is_delivered", label={"on": "success", "off": "danger"})
    def state_label(self, row: NoticeDelivery) -> tuple[str, Any]:
        return ("on", _("Delivered")) if row.is_delivered else ("off", _("Failed"))
