"""Members (T1 to T18): listed, added, edited; password, forced offline, deleted. The rules are in `accounts.rules`."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts import actions, hooks, rules, second_factor
from accounts.admin.base import ConsoleAdmin, when
from accounts.admin.handing_over import hand_over
from accounts.admin.member_forms import AddMemberForm, EditMemberForm
from accounts.models import Group, Member, Role

VERBS = ("reset", "force_off", "restore", "delete", "clear_phone", "reset_second_factor")
NAMES = {
    "edit": gettext_lazy("Edit"), "reset": gettext_lazy("Reset password"), "force_off": gettext_lazy("Force offline"),
    "restore": gettext_lazy("Restore"), "delete": gettext_lazy("Delete"),
    "clear_phone": gettext_lazy("Clear phone"), "reset_second_factor": gettext_lazy("Reset two-step login"),
}  # fmt: skip
QUESTIONS = {
    "reset": gettext_lazy("Reset the password of %(name)s?"), "force_off": gettext_lazy("Force %(name)s offline?"),
    "restore": gettext_lazy("Let %(name)s log in again?"), "delete": gettext_lazy("Delete %(name)s?"),
    "clear_phone": gettext_lazy("Clear the phone of %(name)s?"),
    "reset_second_factor": gettext_lazy("Reset the two-step login of %(name)s?"),
}  # fmt: skip
WARNINGS = {
    "reset": gettext_lazy("The old password and every login made with it stop working at once."),
    "force_off": gettext_lazy(
        "The member is logged out at once, running sessions go back to the queue, and nobody can log in "
        "with this account until you restore it."
    ),
    "restore": gettext_lazy("The member can log in again with the password as it was."),
    "delete": gettext_lazy(
        "The member can no longer log in. Records keep the name, and the account can be added again."
    ),
    "clear_phone": gettext_lazy(
        "Login by a code on this phone stops. The member binds a phone at the next login, and the number is free."
    ),
    "reset_second_factor": gettext_lazy(
        "Authenticator app and recovery codes stop counting. The member logs in with the password alone, or sets it "
        "up again where the role needs it. Be sure that it is the member who asks."
    ),
}


class StateFilter(DropdownFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("active", gettext_lazy("Active")), ("forced_off", gettext_lazy("Forced offline"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> QuerySet[Member]:
        if self.value() not in ("active", "forced_off"):
            return queryset
        return queryset.filter(forced_off_at__isnull=self.value() == "active")


class GroupFilter(DropdownFilter):
    title = gettext_lazy("group")
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Group.objects.present().values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> QuerySet[Member]:
        wanted = self.value() or ""
        return queryset.filter(groups_served=int(wanted)) if wanted.isdecimal() else queryset


@admin.register(Member)
class MemberAdmin(ConsoleAdmin):
    list_display = ("nickname", "account", "role_label", "staff_no", "phone", "group_names", "state_label")
    list_filter = (("role", ChoicesDropdownFilter), GroupFilter, StateFilter)
    search_fields = ("nickname", "account", "email", "staff_no", "phone")
    ordering = ("pk",)
    change_form_template = "admin/accounts/member/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return Member.objects.present().prefetch_related("groups_served")

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        @display(description=gettext_lazy("Actions"))
        def row_actions(member: Member) -> SafeString:
            return self.links(request, member)

        return (*self.list_display, row_actions)

    def links(self, request: HttpRequest, member: Member) -> SafeString:
        """T3: what cannot be done is shown quietly, with the reason."""
        off = "restore" if member.forced_off_at else "force_off"
        return format_html(
            '<span class="cs-verbs">{}</span>',
            format_html_join(
                "", "{}", ((self._link(request, member, verb),) for verb in ("edit", "reset", off, "delete"))
            ),
        )

    def _link(self, request: HttpRequest, member: Member, verb: Any) -> SafeString:
        reason = rules.may(request.user, verb, member)  # type: ignore[arg-type]
        if reason:
            return format_html('<span title="{}" aria-disabled="true">{}</span>', reason, NAMES[verb])
        danger = "cs-danger" if verb in ("delete", "force_off") else ""
        return format_html('<a class="{}" href="{}">{}</a>', danger, self.verb_url(member, verb), NAMES[verb])

    def verb_url(self, member: Member, verb: str) -> str:
        return self.url({"edit": "change"}.get(verb, verb), member.pk)

    @display(
        description=gettext_lazy("role"),
        ordering="role",
        label={Role.SUPER_ADMIN: "warning", Role.ADMIN: "info", Role.AGENT: ""},
    )
    def role_label(self, member: Member) -> tuple[str, str]:
        return member.role, member.get_role_display()

    @display(description=gettext_lazy("groups"))
    def group_names(self, member: Member) -> str:
        return "、".join(group.name for group in member.groups_served.all()) or "–"

    @display(description=gettext_lazy("state"), ordering="forced_off_at", label={"active": "success", "off": "danger"})
    def state_label(self, member: Member) -> tuple[str, Any]:
        return ("off", _("Forced offline")) if member.forced_off_at else ("active", _("Active"))

    @display(description=gettext_lazy("created"))
    def created(self, member: Member) -> str:
        return when(member.created_at)

    # --- adding and editing

    def get_form(self, request: HttpRequest, obj: Member | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = EditMemberForm if change else AddMemberForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Member | None = None) -> Any:
        groups = "groups" if self.has_change_permission(request, obj) else "group_names"
        fields = ["nickname", "account", "role", "staff_no", groups]
        return [(None, {"fields": fields if obj is None else [*fields, "phone", "created"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> list[str]:
        """The e-mail never changes (T11), nor one's own role (A78)."""
        if obj is None:
            return []
        fixed = ["account", "phone", "created"]
        return ["role", *fixed] if rules.may(request.user, "role", obj) else fixed  # type: ignore[arg-type]

    def has_change_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or rules.may(request.user, "edit", obj) is None)  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or rules.may(request.user, "delete", obj) is None)  # type: ignore[arg-type]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        data = form.cleaned_data
        obj.shown_once = actions.random_password()
        names = ("account", "nickname", "role", "staff_no")
        chosen = {name: data[name] for name in names}
        created = actions.create_member(**chosen, password=obj.shown_once, must_change=True)
        obj.pk, obj._state = created.pk, created._state

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        actions.put_in_groups(form.instance, form.cleaned_data["groups"])
        if change:
            hooks.member_changed(form.instance)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        request.created_member = obj  # type: ignore[attr-defined]
        return self.back_to_list()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The letter leaves after the transaction that `super` has around it."""
        response: HttpResponse = super().add_view(request, form_url, extra_context)
        created = getattr(request, "created_member", None)
        return hand_over(self, request, created, created.shown_once) if created else response

    # --- password, offline, deleted

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        verbs = [
            re_path(rf"^(?P<object_id>\d+)/{verb}/$", self._verb_page(verb), name=f"{info[0]}_{info[1]}_{verb}")
            for verb in VERBS
        ]
        return [*verbs, *super().get_urls()]

    def _verb_page(self, verb: Any) -> Any:
        def page(request: HttpRequest, object_id: str) -> HttpResponse:
            return self.verb_view(request, self.found(request, object_id), verb)

        return self.admin_site.admin_view(page)

    def verb_view(self, request: HttpRequest, member: Member, verb: Any) -> HttpResponse:
        if rules.may(request.user, verb, member):  # type: ignore[arg-type]
            raise PermissionDenied
        if request.method != "POST":
            danger = verb in ("delete", "force_off")
            return self.confirmation(
                request, member, QUESTIONS[verb] % {"name": member}, WARNINGS[verb], is_danger=danger
            )
        with transaction.atomic():
            self.log_change(request, member, str(NAMES[verb]))
            password = carry_out(member, verb)
        if password:
            return hand_over(self, request, member, password)
        self.message_user(request, "", messages.SUCCESS)
        return self.back_to_list()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        member = self.get_object(request, object_id)
        verbs = (
            [(NAMES[verb], self.verb_url(member, verb)) for verb in self._possible(request, member)] if member else []
        )
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "member_verbs": verbs})

    def _possible(self, request: HttpRequest, member: Member) -> list[Any]:
        verbs: list[Any] = ["reset", "force_off", "restore", "clear_phone"]
        if second_factor.has_one(member):
            verbs.append("reset_second_factor")
        return [verb for verb in verbs if rules.may(request.user, verb, member) is None]  # type: ignore[arg-type]


def carry_out(member: Member, verb: str) -> str:
    """Does it. Returns the new password after a reset, else an empty string."""
    if verb == "reset":
        password = actions.random_password()
        actions.set_password(member, password, must_change=True)
        return password
    {
        "force_off": actions.force_offline,
        "restore": actions.restore,
        "delete": actions.delete_member,
        "clear_phone": actions.clear_phone,
        "reset_second_factor": second_factor.reset,
    }[verb](member)
    return ""
