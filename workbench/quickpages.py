"""Files of quick replies (A93): one's own as a spreadsheet, and the picture or file that goes with one."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatbot.sheets.writing import format_of, sheet
from workbench.models import QuickFolder, QuickReply
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
    try:
        return JsonResponse({"count": read_in(request.FILES.get("file"), member_of(request))})
    except Refused as refused:
        faults = [{"row": number, "reason": reason} for number, reason in refused.faults]
        return JsonResponse({"faults": faults}, status=400)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@login_required
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Whoever may use the reply reads it; one's own is stored or taken away. 404 for anybody else."""
    member = member_of(request)
    replies = QuickReply.objects.filter(pk=pk, folder__in=QuickFolder.objects.readable_by(member))
    is_read = request.method in ("GET", "HEAD")
    reply = (replies if is_read else replies.filter(folder__owner=member)).first()
    if reply is None or (is_read and not reply.attachment):
        raise Http404
    if is_read:
        response = FileResponse(reply.attachment.open("rb"), as_attachment=True)
        response["X-Content-Type-Options"] = "nosniff"
        return response
    return _change(reply, None if request.method == "DELETE" else request.FILES.get("file"))


def _change(reply: QuickReply, file: UploadedFile | None) -> JsonResponse:
    """The file in the place of the former one; None takes it away. 400 with the reason when it cannot be sent."""
    former = reply.attachment.name
    reply.attachment = file or ""
    try:
        reply.clean_fields(exclude=["folder", "title", "content", "position"])
    except ValidationError as error:
        return JsonResponse({"reason": error.messages[0]}, status=400)
    reply.save(update_fields=["attachment"])
    if former:
        reply.attachment.storage.delete(former)
    return JsonResponse({"file": reply.as_wire()["file"]})
