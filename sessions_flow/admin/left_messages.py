"""留言 as admins see them; agents get a list of their own in the workbench (A117)."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from accounts.admin.base import ReadOnlyAdmin, when
from accounts.admin.forms import DayRangeFilter
from sessions_flow.models import LeftMessage

COLOURS = {
    LeftMessage.State.NEW: "warning",
    LeftMessage.State.QUEUED: "info",
    LeftMessage.State.CLAIMED: "primary",
    LeftMessage.State.CLOSED: "",
}


@admin.register(LeftMessage)
class LeftMessageAdmin(ReadOnlyAdmin):
    list_display = ("short_text", "visitor", "contact", "channel", "state_label", "member", "left_at")
    list_select_related = ("conversation__visitor", "conversation__channel", "member")
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("conversation__channel", RelatedDropdownFilter),
        ("created_at", DayRangeFilter),
    )
    search_fields = ("text", "contact", "conversation__visitor__nickname", "conversation__visitor__openid")
    search_help_text = _("Words of the message, contact, visitor's name or openid")
    ordering = ("-created_at",)
    fieldsets = (
        (None, {"fields": ("text", "contact", "answers", "visitor", "channel", "state", "member", "group")}),
        (_("Times"), {"fields": ("left_at", "queued", "claimed", "closed")}),
    )

    @display(description=_("message"))
    def short_text(self, left: LeftMessage) -> str:
        return str(left)

    @display(description=_("visitor"))
    def visitor(self, left: LeftMessage) -> str:
        return left.conversation.visitor.display_name

    @display(description=_("channel"), ordering="conversation__channel")
    def channel(self, left: LeftMessage) -> str:
        return left.conversation.channel.name

    @display(description=_("state"), ordering="state", label=COLOURS)
    def state_label(self, left: LeftMessage) -> tuple[str, str]:
        return left.state, left.get_state_display()

    @display(description=_("answers"))
    def answers(self, left: LeftMessage) -> str:
        return "; ".join(f"{label}: {answer}" for label, answer in left.fields.items()) or "–"

    @display(description=_("left at"), ordering="created_at")
    def left_at(self, left: LeftMessage) -> str:
        return when(left.created_at)

    @display(description=_("queued at"))
    def queued(self, left: LeftMessage) -> str:
        return when(left.queued_at)

    @display(description=_("claimed at"))
    def claimed(self, left: LeftMessage) -> str:
        return when(left.claimed_at)

    @display(description=_("closed at"))
    def closed(self, left: LeftMessage) -> str:
        return when(left.closed_at)
