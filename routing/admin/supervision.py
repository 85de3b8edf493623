"""What a supervisor may do with a session from its page: take over, transfer, assign, end."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Group, Member
from routing.actions import assign, end_by_agent, take_over, transfer
from routing.models import Desk, reason_label
from routing.models.assignment import NOTE_LENGTH
from sessions_flow.models import Session, State
from sessions_flow.protocol.errors import ProtocolError


def supervision(session: Session) -> list[tuple[Any, str]]:
    """The links below the records of a running session."""
    if session.state == State.ENDED:
        return []
    links = [(_("Take over"), "take_over"), (_("End session"), "end")]
    if session.state in (State.WAITING, State.SERVING):
        links.insert(1, (_("Transfer or assign"), "give"))
    return [(label, reverse(f"admin:routing_session_{name}", args=[session.pk])) for label, name in links]


def supervision_urls(console: Any) -> list[URLPattern]:
    """`console` is the admin whose pages these look like."""
    desk = Supervision(console)
    pages = {"take_over": desk.take_over, "give": desk.give, "end": desk.end}
    wrap = console.admin_site.admin_view
    return [
        path(f"session/<int:pk>/{name}/", wrap(page), name=f"routing_session_{name}") for name, page in pages.items()
    ]


class GiveForm(forms.Form):
    agent = forms.ChoiceField(label=gettext_lazy("agent"), required=False, widget=UnfoldAdminSelectWidget)
    group = forms.ChoiceField(label=gettext_lazy("group"), required=False, widget=UnfoldAdminSelectWidget)
    note = forms.CharField(
        label=gettext_lazy("note"), required=False, max_length=NOTE_LENGTH, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args: Any, can_group: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desks = Desk.objects.logged_in().select_related("member").order_by("member__nickname")
        agents = [(str(desk.member_id), _with_status(desk)) for desk in desks]
        cast(forms.ChoiceField, self.fields["agent"]).choices = [("", "–"), *agents]
        groups = [(str(group.pk), group.name) for group in Group.objects.present().order_by("name")]
        cast(forms.ChoiceField, self.fields["group"]).choices = [("", "–"), *groups]
        if not can_group:
            del self.fields["group"], self.fields["note"]


def _with_status(desk: Desk) -> str:
    status = desk.get_status_display()
    why = f" ({reason_label(desk.reason)})" if desk.reason else ""
    return f"{desk.member.nickname} · {desk.member.account} · {status}{why} {desk.load}/{desk.limit}"


class Supervision:
    def __init__(self, console: Any) -> None:
        self.console = console

    def take_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        warning = _("You serve this session from now on; it appears in your workbench.")
        return self._confirmed(request, pk, _("Take over this session?"), warning, take_over)

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        warning = _("The visitor is told that the session has ended. He can ask again at any time.")
        return self._confirmed(request, pk, _("End this session?"), warning, end_by_agent)

    def _confirmed(self, request: HttpRequest, pk: int, title: str, warning: str, act: Any) -> HttpResponse:
        session = self._found(pk)
        if request.method != "POST":
            page = {"original": session, "warning": warning, "is_danger": act is end_by_agent, "back": session_url(pk)}
            return cast(HttpResponse, self.console.page(request, "admin/confirm.html", title, **page))
        return self._done(request, session, lambda: act(session, request.user))

    def give(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To an agent, or (while somebody serves it) to a group."""
        session = self._found(pk)
        is_served = session.state == State.SERVING
        form = GiveForm(request.POST or None, can_group=is_served)
        if request.method != "POST" or not form.is_valid():
            page = {"original": session, "form": form, "back": session_url(pk)}
            title = _("Transfer or assign")
            return cast(HttpResponse, self.console.page(request, "admin/routing/give.html", title, **page))
        to = Member.objects.present().filter(pk=form.cleaned_data["agent"] or 0).first()
        group = Group.objects.present().filter(pk=form.cleaned_data.get("group") or 0).first()
        note = form.cleaned_data.get("note", "")

        def act() -> None:
            if is_served or to is None:
                transfer(session, cast(Member, request.user), to=to, group=group, note=note)
            else:
                assign(session, cast(Member, request.user), to)

        return self._done(request, session, act)

    def _found(self, pk: int) -> Session:
        session = Session.objects.filter(pk=pk).first()
        if session is None:
            raise Http404
        return session

    def _done(self, request: HttpRequest, session: Session, act: Any) -> HttpResponseRedirect:
        """Back to the session's page, with what happened."""
        try:
            act()
        except ProtocolError as error:
            self.console.message_user(request, str(error.reason), messages.ERROR)
        else:
            self.console.message_user(request, "", messages.SUCCESS)
        return HttpResponseRedirect(session_url(session.pk))


def session_url(session_pk: int) -> str:
    return reverse("admin:sessions_flow_session_change", args=[session_pk])
