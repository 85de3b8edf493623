"""The same findings in the console: a page of all, and what is wrong on the overview."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from cs_project.doctor.findings import Check, Finding, examine


def troubles() -> list[tuple[Check, Finding]]:
    """Errors of the checks that ask nobody else, for the overview."""
    return [(check, finding) for check, finding in examine(only_quick=True) if finding.state == "error"]


def doctor_page(request: HttpRequest) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("Check of the installation"), "rows": examine()}
    return TemplateResponse(request, "admin/doctor.html", context)
