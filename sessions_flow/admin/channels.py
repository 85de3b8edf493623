"""Channels (M9 to M27): how they look, and what to copy into a site."""

import re
import secrets
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.core.files.base import ContentFile
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminColorInputWidget, UnfoldAdminImageFieldWidget, UnfoldAdminTextareaWidget

from accounts.admin.base import ConsoleAdmin, when
from accounts.admin.forms import LinesField
from accounts.attributes import LONGEST_TEXT, is_name
from sessions_flow.admin.links import chat_link, script_tag
from sessions_flow.admin.wizard import first_step, guide
from sessions_flow.models import Channel, FormField
from sessions_flow.models.form import MOST_FIELDS

FACE = (256, 256)
MOST_SITES = 100
MOST_OPTIONS = 50
LARGEST_AVATAR = 5 * 1024 * 1024
account_format = re.compile(r"^@?[A-Za-z0-9_.-]{3,60}$")
host_format = re.compile(r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$|^\[[0-9a-f:.]+\]$")


def origin_of(line: str) -> str | None:
    """`scheme://host[:port]` in its canonical form; None for anything else."""
    try:
        parts = urlsplit(line.lower())
        port = f":{parts.port}" if parts.port else ""
        host = (
            (parts.hostname or "").encode("idna").decode()
            if ":" not in (parts.hostname or "")
            else f"[{parts.hostname}]"
        )
    except ValueError:
        return None
    extra = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or extra or not host_format.match(host):
        return None
    return f"{parts.scheme}://{host}{port}"


class FaceWidget(UnfoldAdminImageFieldWidget):
    """Shows the picture from where visitors get it: uploads have no address of their own."""

    face_url = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        if context["widget"]["is_initial"]:
            context["widget"]["value"] = SimpleNamespace(url=self.face_url)
        return context


class ChannelForm(forms.ModelForm):
    allowed_sites = LinesField(
        label=_("allowed sites"), required=False,
        help_text=_("Sites that may embed the chat, one per line, such as https://www.example.com. Empty: any site."),
    )  # fmt: skip

    class Meta:
        model = Channel
        fields = "__all__"  # noqa: DJ007 (the page's fieldsets choose)
        widgets = {"accent": UnfoldAdminColorInputWidget, "avatar": FaceWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["avatar"].widget.face_url = self.instance.avatar_url
        if "service_account" in self.fields and not self.instance.pk:
            self.fields["service_account"].initial = f"@channel_{secrets.token_hex(4)}"

    def clean_service_account(self) -> str:
        account: str = self.cleaned_data["service_account"]
        if not account_format.match(account):
            raise forms.ValidationError(_("3 to 60 letters, digits, dots, dashes or underscores, @ in front."))
        return account

    def clean_allowed_sites(self) -> list[str]:
        lines: list[str] = self.cleaned_data["allowed_sites"]
        sites = [origin_of(line) or "" for line in lines]
        for line, site in zip(lines, sites, strict=True):
            if not site:
                raise forms.ValidationError(
                    _("“%(line)s” is not a site. Expected https://host or https://host:port, without a path."),
                    params={"line": line},
                )
        if len(sites) > MOST_SITES:
            raise forms.ValidationError(_("At most 100 sites."))
        return list(dict.fromkeys(sites))

    def clean_avatar(self) -> Any:
        """A new picture is cut to a square and encoded again: whatever else the file held is gone."""
        file = self.cleaned_data["avatar"]
        if not file or "avatar" not in self.files:
            return file
        if file.size > LARGEST_AVATAR:
            raise forms.ValidationError(_("The picture is larger than 5 MB."))
        try:
            file.seek(0)
            with Image.open(file) as picture:
                face = ImageOps.fit(ImageOps.exif_transpose(picture).convert("RGBA"), FACE)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            raise forms.ValidationError(_("This picture cannot be read.")) from None
        out = BytesIO()
        face.save(out, "PNG")
        return ContentFile(out.getvalue(), name=f"{secrets.token_hex(8)}.png")


class FormFieldForm(forms.ModelForm):
    options = LinesField(
        label=_("options"), required=False, help_text=_("For a choice: one per line."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )  # fmt: skip

    class Meta:
        model = FormField
        fields = ("label", "kind", "options", "is_required", "place", "position")

    def clean_label(self) -> str:
        label: str = self.cleaned_data["label"].strip()
        if not is_name(label):
            raise forms.ValidationError(
                _("Letters, digits, spaces, dots and dashes, and no word the desk uses itself.")
            )
        return label

    def clean(self) -> None:
        super().clean()
        options = self.cleaned_data.get("options") or []
        if len(options) > MOST_OPTIONS or any(len(option) > LONGEST_TEXT for option in options):
            self.add_error("options", _("At most 50 options of 200 characters."))


class FormFieldInline(TabularInline):
    """The questions before the chat and in the message form; each answer is an attribute of the visitor."""

    model = FormField
    form = FormFieldForm
    extra = 0
    max_num = MOST_FIELDS
    hide_title = True
    ordering_field = "position"
    hide_ordering_field = True
    verbose_name_plural = _("questions to visitors")


@admin.register(Channel)
class ChannelAdmin(ConsoleAdmin):
    form = ChannelForm
    inlines = (FormFieldInline,)
    list_display = ("name", "kind_label", "service_account", "state_label", "created")
    search_fields = ("name", "service_account", "web_app_id")
    ordering = ("pk",)
    delete_warning = _("Links and embedded windows of this channel stop working at once.")

    @display(description=_("kind"), ordering="kind", label={Channel.Kind.WEB: "info", Channel.Kind.APP: "primary"})
    def kind_label(self, channel: Channel) -> tuple[str, str]:
        return channel.kind, channel.get_kind_display()

    @display(description=_("state"), ordering="is_active", label={"on": "success", "off": ""})
    def state_label(self, channel: Channel) -> tuple[str, Any]:
        return ("on", _("On")) if channel.is_active else ("off", _("Off"))

    @display(description=_("created"), ordering="created_at")
    def created(self, channel: Channel) -> str:
        return when(channel.created_at)

    def get_fieldsets(self, request: HttpRequest, obj: Channel | None = None) -> Any:
        looks = (
            _("Looks"),
            {"fields": ("name", "avatar", "accent", "position", "greeting", "greeting_seconds", "flashes_title")},
        )
        asking = (
            _("Forms"),
            {
                "fields": ("message_form", "form_intro"),
                "description": _(
                    "The questions themselves are below. Answers are shown to the agent, can be used in texts as "
                    "${label}, and are not asked again."
                ),
            },
        )
        access = (_("Access"), {"fields": ("is_active", "allowed_sites")})
        if obj is None:
            return [(_("Identity"), {"fields": ("kind", "service_account")}), looks, asking, access]
        guide = ("link", "script") if obj.kind == Channel.Kind.WEB else ()
        return [
            (_("How to use it"), {"fields": (*guide, "account"), "description": self._advice(obj)}),
            looks,
            asking,
            access,
        ]

    def _advice(self, channel: Channel) -> Any:
        if channel.kind == Channel.Kind.WEB:
            return _("Users can reach you from a web page now: share the link, or put the script tag into your HTML.")
        return _("Messages sent to this UserID reach your agents. Keep it safe and give it to developers only.")

    def get_readonly_fields(self, request: HttpRequest, obj: Channel | None = None) -> tuple[str, ...]:
        return ("link", "script", "account") if obj else ()

    @display(description=_("direct link"))
    def link(self, channel: Channel) -> SafeString:
        return self._copyable("link", _("Way 1: share this link"), chat_link(channel))

    @display(description=_("script tag"))
    def script(self, channel: Channel) -> SafeString:
        return self._copyable("script", _("Way 2: copy this tag into your HTML"), script_tag(channel))

    @display(description=_("service account UserID"))
    def account(self, channel: Channel) -> SafeString:
        return self._copyable("account", format_html("webAppId {}", channel.web_app_id), channel.service_account)

    def _copyable(self, name: str, label: Any, value: str) -> SafeString:
        return render_to_string("admin/parts/copy.html", {"id": f"copy-{name}", "label": label, "value": value})

    # --- the two steps of the web channel (M17)

    change_form_outer_before_template = "admin/sessions_flow/channel/steps.html"
    change_form_outer_after_template = "admin/sessions_flow/channel/preview.html"

    class Media:
        js = (Script("console/channelpreview.js", type="module"),)

    def get_urls(self) -> list[URLPattern]:
        return [self.row_page("guide", self.guide_view), *super().get_urls()]

    def guide_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return guide(self, request, self.found(request, str(object_id)))

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        channel = self.get_object(request, object_id) if object_id else None
        context = first_step(channel)
        if request.GET.get("kind") == Channel.Kind.APP:
            context["guided"] = False
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def response_add(self, request: HttpRequest, obj: Channel, post_url_continue: str | None = None) -> HttpResponse:
        self.message_user(request, "", messages.SUCCESS)
        return self._next(obj)

    def response_change(self, request: HttpRequest, obj: Channel) -> HttpResponse:
        self.message_user(request, "", messages.SUCCESS)
        return self._next(obj)

    def _next(self, channel: Channel) -> HttpResponse:
        is_web = channel.kind == Channel.Kind.WEB
        return HttpResponseRedirect(self.url("guide", channel.pk)) if is_web else self.back_to_list()

    def refuse_delete(self, obj: Channel) -> Any:
        if obj.conversations.exists():
            return _("This channel has conversations and cannot be deleted. Switch it off instead.")
        return None
