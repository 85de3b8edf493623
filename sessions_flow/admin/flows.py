"""会话流: the list of flows, and the addresses that the editor's scripts talk to (M61, A26)."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.base import ConsoleAdmin, when
from sessions_flow.admin.flow_page import editor_data, versions_of, where
from sessions_flow.admin.sessions import Panel, panels
from sessions_flow.flow import drafts, examples
from sessions_flow.flow.drafts import Conflict, Unfit, review
from sessions_flow.flow.kinds import Problem
from sessions_flow.flow.rehearsal import Rehearsal
from sessions_flow.flow.wellformed import Malformed, wellformed
from sessions_flow.models import Channel, Flow, FlowVersion, Session

Json = dict[str, Any]
Answer = Callable[[HttpRequest, Flow, Json], Json]
LONGEST_WORDS = 2000  # of a test visitor


class NewFlowForm(forms.ModelForm):
    source = forms.ChoiceField(
        label=gettext_lazy("begin with"), widget=UnfoldAdminSelectWidget,
        choices=[
            ("menus", gettext_lazy("An example with a menu and forms")),
            ("built_in", gettext_lazy("The built-in flow: welcome, bot, human")),
        ],
    )  # fmt: skip

    class Meta:
        model = Flow
        fields = ("name",)


@admin.register(Flow)
class FlowAdmin(ConsoleAdmin):
    form = NewFlowForm
    list_display = ("name", "state_label", "runs_in", "changed", "row_actions")
    search_fields = ("name",)
    list_before_template = "admin/sessions_flow/flow/intro.html"
    delete_warning = gettext_lazy("Its channels go back to the flow for all channels, or to the built-in one.")

    @display(description=gettext_lazy("state"), label={"live": "success", "changed": "info", "draft": "warning"})
    def state_label(self, flow: Flow) -> tuple[str, str]:
        if flow.live is None:
            return "draft", _("Draft only")
        if flow.live.graph != flow.draft:
            return "changed", _("Version %(n)d, draft changed") % {"n": flow.live.number}
        return "live", _("Version %(n)d") % {"n": flow.live.number}

    @display(description=gettext_lazy("runs in"))
    def runs_in(self, flow: Flow) -> str:
        names = [channel.name for channel in flow.channels.all()]
        rest = _("all other channels") if names else _("all channels")
        return ", ".join([*names, *([rest] if flow.is_default else [])]) or "–"

    @display(description=gettext_lazy("changed"), ordering="changed_at")
    def changed(self, flow: Flow) -> str:
        return when(flow.changed_at)

    @display(description=gettext_lazy("Actions"))
    def row_actions(self, flow: Flow) -> SafeString:
        return self.edit_and_delete(flow)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("live").prefetch_related("channels")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": ("name", "source")})]

    def save_model(self, request: HttpRequest, obj: Flow, form: Any, change: bool) -> None:
        made = drafts.create_flow(obj.name, getattr(examples, form.cleaned_data["source"])(), _member(request))
        obj.pk = made.pk

    def response_add(self, request: HttpRequest, obj: Flow, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(self.url("change", obj.pk))

    def refuse_delete(self, obj: Flow) -> Any:
        if Session.objects.running().filter(flow_version__flow=obj).exists():
            return _("Sessions are running on this flow. Take it out of its channels and delete it later.")
        return None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        flow = self.found(request, object_id)
        data = editor_data(flow, self._urls(flow))
        return self.page(request, "admin/sessions_flow/flow/editor.html", flow.name, original=flow, data=data)

    def _urls(self, flow: Flow) -> Json:
        names = ("save", "review", "publish", "roll_back", "use", "versions", "version", "try")
        return {name: self.url(name, flow.pk) for name in names} | {"list": self.url("changelist")}

    def get_urls(self) -> list[URLPattern]:
        answers: dict[str, Answer] = {
            "save": self._save, "review": self._review, "publish": self._publish, "roll_back": self._roll_back,
            "use": self._use, "versions": self._versions, "version": self._version, "try": self._try,
        }  # fmt: skip
        own = [
            path(f"<int:object_id>/{name}/", self.admin_site.admin_view(partial(self._answer, answer)),
                 name=f"sessions_flow_flow_{name}")
            for name, answer in answers.items()
        ]  # fmt: skip
        return own + super().get_urls()

    def _answer(self, answer: Answer, request: HttpRequest, object_id: int) -> HttpResponse:
        """JSON in, JSON out. What is wrong is told as `error`, in the admin's language."""
        flow = self.found(request, str(object_id))
        if request.method != "POST":
            return JsonResponse({"error": _("POST is expected.")}, status=405)
        try:
            asked = json.loads(request.body)
            return JsonResponse(answer(request, flow, asked if isinstance(asked, dict) else {}))
        except Conflict as conflict:
            return JsonResponse({"error": str(conflict)}, status=409)
        except Unfit as unfit:
            told = {"error": _("The flow has problems and was not published."), "problems": _told(unfit.found)}
            return JsonResponse(told, status=400)
        except Malformed as malformed:
            return JsonResponse({"error": str(malformed)}, status=400)
        except FlowVersion.DoesNotExist:
            return JsonResponse({"error": _("There is no such version.")}, status=404)
        except RequestDataTooBig:
            return JsonResponse({"error": _("This flow is too large.")}, status=413)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return JsonResponse({"error": _("This request cannot be read.")}, status=400)

    def _save(self, request: HttpRequest, flow: Flow, asked: Json) -> Json:
        name = str(asked.get("name", "")).strip()[:60]
        flow = drafts.save_draft(flow, asked["graph"], int(asked["revision"]), _member(request), name)
        self.log_change(request, flow, [{"changed": {"fields": ["draft"]}}])
        return {"revision": flow.revision, "problems": _told(review(flow.draft))}

    def _review(self, request: HttpRequest, flow: Flow, asked: Json) -> Json:
        graph = wellformed(asked["graph"])
        return {"graph": graph, "problems": _told(review(graph))}

    def _publish(self, request: HttpRequest, flow: Flow, asked: Json) -> Json:
        version = drafts.publish(flow, int(asked["revision"]), str(asked.get("note", "")), _member(request))
        self.log_change(request, flow, _("Published version %(n)d") % {"n": version.number})
        return self._use(request, flow, asked) | {"number": version.number}

    def _roll_back(self, request: HttpRequest, flow: Flow, asked: Json) -> Json:
        version = drafts.roll_back(flow, int(asked["number"]), _member(request))
        self.log_change(request, flow, version.note)
        return {"number": version.number, "versions": versions_of(flow)}

    def _use(self, request: HttpRequest, flow: Flow, asked: Json) -> Json:
        known = set(Channel.objects.values_list("pk", flat=True))
        drafts.use_in(flow, known & {int(pk) for pk in asked["channels"]}, bool(asked["for_all"]))
        flow.refresh_from_db()
        return {"where": where(flow)}

    def _versions(self, request: HttpRequest, flow: Flow, asked: Json) -> Json:
        return {"versions": versions_of(flow)}

    def _version(self, request: HttpRequest, flow: Flow, asked: Json) -> Json:
        return {"graph": wellformed(flow.versions.get(number=int(asked["number"])).graph)}

    def _try(self, request: HttpRequest, flow: Flow, asked: Json) -> Json:
        text = asked.get("text")
        run = Rehearsal.of(wellformed(asked["graph"]), str(asked.get("language", "")), asked.get("kept"))
        run.run(str(text)[:LONGEST_WORDS] if text else None)
        return run.as_wire()


def collected(session: Session) -> Panel:
    """What the flow's forms kept, beside the transcript."""
    rows = [[name, value] for name, value in sorted(session.variables.items())]
    return Panel(_("Collected in this session"), [_("Variable"), _("Value")], rows)


panels.append(collected)


def _member(request: HttpRequest) -> Any:
    return request.user


def _told(found: Any) -> list[Json]:
    return [_problem(one) for one in found]


def _problem(problem: Problem) -> Json:
    return {"node": problem.node, "field": problem.field, "text": str(problem), "warning": problem.is_warning}
