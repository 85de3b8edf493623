"""An agent's own quick replies as a file: download and upload (A93)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chatbot.sheets.writing import format_of, sheet
from workbench.quickfiles import Refused, read_in, rows_of
from workbench.views import member_of


@require_safe
@login_required
def export_own(request: HttpRequest, kind: str) -> HttpResponseBase:
    return sheet(rows_of(member_of(request)), format_of(kind), "quick-replies")


@require_POST
@login_required
def import_own(request: HttpRequest) -> JsonResponse:
    """`count` of the rows, or 400 with `faults`: [{"row", "reason"}], row 0 for the whole file."""
    file = request.FILES.get("file")
    try:
        if file is None:
            raise Refused([(0, _("Choose a file."))])
        return JsonResponse({"count": read_in(file, member_of(request))})
    except Refused as refused:
        faults = [{"row": number, "reason": reason} for number, reason in refused.faults]
        return JsonResponse({"faults": faults}, status=400)
