"""What a recording is, by its content: voice or film, its MIME type, its length. Names and claims decide nothing."""

import logging
import re
from typing import IO, Any, BinaryIO, cast

from tinytag import TinyTag

logger = logging.getLogger(__name__)
HEAD = 256 * 1024  # bytes: where containers say which tracks they hold
LONGEST_SECONDS = 24 * 3600
_film_track = re.compile(rb"hdlr.{8}vide", re.DOTALL)
_mp3_frame = re.compile(rb"\xff[\xf2\xf3\xfa\xfb]")


def mime_of(file: IO[Any]) -> str:
    """`audio/…` or `video/…` for what browsers play, otherwise an empty string."""
    file.seek(0)
    head = file.read(HEAD)
    if head[4:8] == b"ftyp":
        return "video/mp4" if _film_track.search(head) or _film_track.search(_tail(file)) else "audio/mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return "video/webm" if b"V_VP" in head or b"V_AV1" in head else "audio/webm"
    if head.startswith(b"OggS"):
        return "" if b"theora" in head[:512] else "audio/ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    return "audio/mpeg" if head.startswith(b"ID3") or _mp3_frame.match(head) else ""


def seconds_of(file: IO[Any]) -> int:
    """The length in whole seconds, rounded up; 0 when the file does not say (recordings of browsers do not)."""
    file.seek(0)
    try:
        found = TinyTag.get(file_obj=cast(BinaryIO, file), tags=False)
    except Exception as error:  # a stranger's bytes: whatever the reader makes of them, they have no length
        logger.info("a recording does not tell its length: %s", error)
        return 0
    length = found.duration or 0
    return int(-(-length // 1)) if 0 < length <= LONGEST_SECONDS else 0


def _tail(file: IO[Any]) -> bytes:
    """Cameras write their tables after the pictures."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - HEAD))
    return file.read()
