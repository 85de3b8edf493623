"""The pages of the import: the file, a preview that changes nothing, and what came of it.

Between the pages the rows travel in the page itself, signed; they are checked again before anything is written."""

from typing import Any

from django.contrib import admin
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import get_connection
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.admin.forms import UploadForm
from accounts.mail import is_mail_set_up, send_password
from accounts.models import Member
from chatbot.sheets.reading import Unreadable
from chatbot.sheets.writing import format_of, sheet
from cs_project.member_import.rows import LABELS, MOST_ROWS, Row, check, read_file, template_rows

ROWS, PASSWORDS = "members.import.rows", "members.import.passwords"
SECONDS = 24 * 3600  # that a preview may stay open
Created = list[tuple[Member, str]]


def _team(request: HttpRequest) -> Any:
    """The members' page of the console. Raises PermissionDenied as its own adding does."""
    page: Any = admin.site._registry[Member]
    if not page.has_add_permission(request):
        raise PermissionDenied
    return page


def start(request: HttpRequest) -> HttpResponse:
    """The file; posted, its preview."""
    page, form = _team(request), UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows = read_file(form.cleaned_data["file"])
        except Unreadable as refused:
            form.add_error("file", str(refused))
        else:
            check(rows)
            return _preview(page, request, rows)
    answer: HttpResponse = page.page(
        request, "admin/accounts/member/import.html", _("Import members"), form=form, most_rows=MOST_ROWS
    )
    answer.status_code = 422 if form.errors else 200
    return answer


def template(request: HttpRequest, kind: str) -> HttpResponseBase:
    _team(request)
    return sheet(template_rows(), format_of(kind), "members", _("members"))


def _preview(page: Any, request: HttpRequest, rows: list[Row]) -> HttpResponse:
    bad = [row for row in rows if row.faults]
    sealed = "" if bad else signing.dumps([(row.number, row.texts) for row in rows], salt=ROWS, compress=True)
    context = {"rows": bad or rows, "bad": len(bad), "all": len(rows), "sealed": sealed, "labels": LABELS.values(),
               "mails": is_mail_set_up()}  # fmt: skip
    answer: HttpResponse = page.page(
        request, "admin/accounts/member/import_preview.html", _("Import members"), **context
    )
    answer.status_code = 422 if bad else 200
    return answer


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """All rows or none; who became a member in the meantime is named in the preview."""
    page = _team(request)
    try:
        sealed = signing.loads(request.POST.get("rows", ""), salt=ROWS, max_age=SECONDS)
    except signing.BadSignature:
        return HttpResponseRedirect(reverse("member_import"))
    rows = [Row(number, texts) for number, texts in sealed]
    check(rows)
    if not any(row.faults for row in rows):
        try:
            return _hand_over(page, request, _create(page, request, rows))
        except (ValidationError, IntegrityError):  # somebody added one of them just now
            check(rows)
    return _preview(page, request, rows)


@transaction.atomic
def _create(page: Any, request: HttpRequest, rows: list[Row]) -> Created:
    created: Created = []
    for row in rows:
        password = actions.random_password()
        member = actions.create_member(**row.data, password=password, must_change=True, is_random=True)
        actions.put_in_groups(member, row.groups)
        page.log_addition(request, member, [{"added": {}}])
        created.append((member, password))
    return created


def _hand_over(page: Any, request: HttpRequest, created: Created) -> HttpResponse:
    """As for one member: mailed, and never on the screen then; else in this answer only."""
    context: dict[str, Any] = {"created": created, "mails": is_mail_set_up(), "back": page.url("changelist")}
    if context["mails"]:
        context["failed"] = _mail(created)
    else:
        rows = [(member.nickname, member.account, password) for member, password in created]
        context["sealed"] = signing.dumps(rows, salt=PASSWORDS, compress=True)
    answer: HttpResponse = page.page(request, "admin/accounts/member/imported.html", _("Members imported"), **context)
    answer["Cache-Control"] = "no-store"
    return answer


def _mail(created: Created) -> list[Member]:
    """Over one connection. The members whose letter could not leave."""
    server = get_connection()
    try:
        server.open()
    except OSError:
        return [member for member, _password in created]
    try:
        return [member for member, password in created if not send_password(member, password, server)]
    finally:
        server.close()


@require_POST
def passwords(request: HttpRequest) -> HttpResponseBase:
    """The list that the page before shows, as a file. It comes from that page: nothing is kept here."""
    _team(request)
    try:
        rows = signing.loads(request.POST.get("passwords", ""), salt=PASSWORDS, max_age=SECONDS)
    except signing.BadSignature:
        return HttpResponseRedirect(reverse("member_import"))
    return sheet([(_("nickname"), _("e-mail or account"), _("Password")), *rows], "csv", "passwords")
