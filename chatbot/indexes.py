"""Indexes that processes share: a file for each set of questions, built by whoever needs it first.

The name is a digest of the questions and of the code that reads them, so that a rollback finds its file again and a
new version of the desk never reads an old format. A file that is damaged or cannot be written costs time only.
"""

import hashlib
import importlib.metadata
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings

import chatbot.matching
from chatbot.matching import Entry, Matcher, packed
from chatbot.matching.packed import Parts

try:
    import fcntl
except ImportError:  # Windows: two processes may build the same file, and either is right
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)
SMALL = 100  # entries that are read as fast as a file
ABANDONED_SECONDS = 3600
MOST_FILES = 12  # what was not used for longest goes


def shared_matcher(entries: Sequence[Entry]) -> Matcher:
    """A matcher of the entries, its arrays mapped from a file."""
    if len(entries) <= SMALL:
        return Matcher(entries)
    return Matcher.of(stored(f"{digest_of(entries)}.index", lambda: Matcher(entries).parts()))


def stored(name: str, build: Callable[[], Parts]) -> Parts:
    """The arrays of the file of that name, built if need be; what `build` raises passes through."""
    try:
        path = folder() / name
        found = _read(path)
        if found is None:
            with _locked(path):
                found = _read(path) or _build(path, build)
        return found
    except OSError as error:
        logger.warning("%s is kept in memory: %s", name, error)
        return build()


def digest_of(entries: Sequence[Entry]) -> str:
    told = repr((_code(), [(entry.id, entry.questions) for entry in entries]))
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:40]


def folder() -> Path:
    path = Path(settings.DATA_DIR) / "bot"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _read(path: Path) -> Parts | None:
    try:
        parts = packed.read(path)
        os.utime(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        logger.warning("%s is built again: %s", path.name, error)
        path.unlink(missing_ok=True)
        return None
    return parts


def _build(path: Path, build: Callable[[], Parts]) -> Parts:
    """From the file once it is written: what was built would stay in this process's own memory."""
    parts = build()
    try:
        packed.write(path, parts)
        _forget_old_files(path)
    except OSError as error:
        logger.warning("%s cannot be stored: %s", path.name, error)
        return parts
    return _read(path) or parts


def _forget_old_files(newest: Path) -> None:
    files = sorted(newest.parent.glob(f"*{newest.suffix}"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[MOST_FILES:]:
        file.unlink(missing_ok=True)
        file.with_name(f"{file.name}.lock").unlink(missing_ok=True)
    for file in newest.parent.glob("*.partial"):  # whoever wrote it was killed
        if file.stat().st_mtime < time.time() - ABANDONED_SECONDS:
            file.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Between processes and threads of this machine."""
    with path.with_name(f"{path.name}.lock").open("w") as file:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@cache
def _code() -> str:
    """The code that makes tokens of questions."""
    files = sorted(Path(chatbot.matching.__file__).parent.glob("*.py"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files))
    for name in ("rjieba", "snowballstemmer"):
        digest.update(importlib.metadata.version(name).encode())
    return digest.hexdigest()
