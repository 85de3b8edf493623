"""What a recording is, by its content."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_flow.doors.recordings import mime_of, seconds_of
from tests.recordings import mp3, mp4, ogg, wav, webm


@pytest.mark.feature("F45")
@pytest.mark.parametrize(
    ("content", "mime", "seconds"),
    [
        (wav(3), "audio/wav", 3),
        (mp3(100), "audio/mpeg", 3),
        (b"ID3\x03\0\0\0\0\0\0" + mp3(100), "audio/mpeg", 3),
        (mp4(b"vide", 12), "video/mp4", 12),
        (mp4(b"soun", 7), "audio/mp4", 7),
        (webm(), "audio/webm", 0),
        (webm(b"V_VP9"), "video/webm", 0),
        (ogg(), "audio/ogg", 0),
        (ogg(b"\x80theora"), "", 0),
        (b"just a text", "", 0),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "", 0),
        (b"<html>ftyp", "", 0),
        (b"", "", 0),
    ],
)
def test_content_decides(content, mime, seconds):
    file = io.BytesIO(content)
    assert (mime_of(file), seconds_of(file) if mime else 0) == (mime, seconds)


@given(st.sampled_from([wav(1), mp3(3), mp4()[:100] + mp4()[-200:], webm(), ogg()]), st.binary(max_size=200), st.data())
def test_damaged_files_have_no_length_and_break_nothing(content, junk, data):
    at = data.draw(st.integers(0, len(content)))
    file = io.BytesIO(content[:at] + junk + content[at + len(junk) :])
    assert mime_of(file) == "" or mime_of(file).partition("/")[0] in ("audio", "video")
    assert 0 <= seconds_of(file) <= 24 * 3600
