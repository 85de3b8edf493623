"""Sending a stored file whole or in part: players seek, and Safari plays nothing without ranges."""

import re
from collections.abc import Iterator
from typing import IO, Any

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK = 64 * 1024
_range = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def file_response(request: HttpRequest, file: FieldFile, mime: str, name: str, *, is_shown: bool) -> HttpResponseBase:
    """200, 206 for one range, or 416 for one outside the file. Several ranges are answered by the whole."""
    wanted = _range.fullmatch(request.headers.get("Range", ""))
    if wanted is None or wanted.groups() == ("", ""):
        whole = FileResponse(file.open("rb"), content_type=mime, as_attachment=not is_shown, filename=name)
        whole["Accept-Ranges"] = "bytes"
        return whole
    first, last = _bounds(wanted[1], wanted[2], file.size)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    part = StreamingHttpResponse(_pieces(file.open("rb"), first, last), status=206, content_type=mime)
    part["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    part["Content-Length"] = str(last - first + 1)
    part["Accept-Ranges"] = "bytes"
    if not is_shown:
        part["Content-Disposition"] = "attachment"
    return part


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte, both included; `-500` means the last 500."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _pieces(file: IO[Any], first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
