"""How visitors will see the texts of a settings page, while they are typed: drawn by the chat's own renderer."""

from typing import Any, ClassVar

from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from sessions_flow.doors.pages import html_language
from sessions_flow.doors.strings import message_strings

SAMPLES = {"StaffName": _("Alice"), "StaffNo": "00790", "QueuePosition": "3", "WaitNo": "2", "EstimatedWait": "5"}
Scene = dict[str, Any]  # field or text or src; `from`, `switch`; a rating card: card, selected


class Previewed:
    """Mixed into a page of settings: `scenes` in the order of a conversation; fields are named, the rest is given."""

    change_form_outer_after_template = "admin/sessions_flow/preview.html"
    scenes: ClassVar[tuple[Scene, ...]] = ()

    class Media:
        js = (Script("console/previews.js", type="module"),)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._with_preview("change_view", request, object_id, form_url, extra_context)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return self._with_preview("add_view", request, form_url, extra_context)

    def _with_preview(self, view: str, request: HttpRequest, *arguments: Any) -> HttpResponse:
        *others, extra = arguments
        response: HttpResponse = getattr(super(), view)(
            request, *others, {"preview": self.preview_plan(), **(extra or {})}
        )
        return response

    def preview_plan(self) -> dict[str, Any]:
        """What the script needs; every text in the admin's language."""
        samples = {name: str(value) for name, value in SAMPLES.items()}
        scenes = [{key: _plain(value) for key, value in scene.items()} for scene in self.scenes]
        return {"scenes": scenes, "samples": samples, "off": gettext("Not sent")}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Promise) else value


@xframe_options_sameorigin
def preview_page(request: HttpRequest) -> HttpResponse:
    """The frame that the scenes are drawn in."""
    page = {"strings": message_strings(), "language": html_language(get_language() or "zh-hans")}
    response = render(request, "admin/sessions_flow/preview_frame.html", {"page": page})
    response._csp_replace = {"frame-ancestors": ["'self'"]}  # type: ignore[attr-defined]
    return response
