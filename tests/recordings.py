"""Small real files, made here: a picture, a WAV, an MP3, an MP4 film, an M4A voice, a WebM and an Ogg."""

import io
import struct
import wave

from PIL import Image


def picture() -> bytes:
    """A PNG."""
    out = io.BytesIO()
    Image.new("RGB", (320, 200), "#2f7fd6").save(out, "PNG")
    return out.getvalue()


def wav(seconds: int = 3) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes([128]) * (8000 * seconds - 100))
    return out.getvalue()


def mp3(frames: int = 100) -> bytes:
    """Frames of 26 ms at 128 kbit/s."""
    return (b"\xff\xfb\x90\x64" + bytes(413)) * frames


def mp4(handler: bytes = b"vide", seconds: int = 12) -> bytes:
    """Tables only: one track and its length."""
    length = struct.pack(">IIII", 0, 0, 1000, seconds * 1000)
    media = _box(b"mdia", _box(b"mdhd", bytes(4), length, bytes(4)), _box(b"hdlr", bytes(8), handler, bytes(13)))
    tables = _box(b"moov", _box(b"mvhd", bytes(4), length, bytes(80)), _box(b"trak", media))
    return _box(b"ftyp", b"isom", bytes(4), b"isom") + _box(b"mdat", bytes(400_000)) + tables


def webm(codec: bytes = b"A_OPUS") -> bytes:
    """As far as the names of document and codec."""
    return b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(40) + codec + bytes(40)


def ogg(codec: bytes = b"OpusHead") -> bytes:
    return b"OggS\x00\x02" + bytes(20) + b"\x01\x13" + codec + bytes(60)


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body
