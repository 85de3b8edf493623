"""Arrays in one file that processes share: written once under another name, mapped into memory by whoever reads it.

Layout: MAGIC, length of the head, checksum of the head, head (JSON), then the arrays, each at a multiple of ALIGNMENT.
"""

import json
import os
import struct
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Parts = dict[str, Array]

MAGIC = b"desk-index-1\n"
ALIGNMENT = 64
_PREFACE = struct.Struct("<QI")
_KINDS = frozenset({"<f4", "<f8", "<i4", "<i8", "<u8", "|u1"})


class Broken(ValueError):
    """The file is not what was written."""


def nested(members: Mapping[str, Parts]) -> Parts:
    """The parts of something whose members have parts themselves."""
    return {f"{name}.{key}": array for name, parts in members.items() for key, array in parts.items()}


def under(name: str, parts: Mapping[str, Array]) -> Parts:
    """What `nested` put under `name`."""
    return {key.removeprefix(f"{name}."): array for key, array in parts.items() if key.startswith(f"{name}.")}


def write(path: Path, parts: Mapping[str, Array]) -> None:
    """Readers see the whole file or none. Raises OSError."""
    arrays = {key: np.ascontiguousarray(array) for key, array in parts.items()}
    head = json.dumps(_head(arrays)).encode()
    descriptor, partial = tempfile.mkstemp(dir=path.parent, suffix=".partial")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(MAGIC + _PREFACE.pack(len(head), zlib.crc32(head)) + head)
            for array in arrays.values():
                file.write(b"\0" * (-file.tell() % ALIGNMENT))
                file.write(array.tobytes())
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def read(path: Path) -> Parts:
    """The arrays, mapped and read-only. Raises OSError, or Broken for whatever is wrong with the content."""
    content = np.memmap(path, np.uint8, "r")
    start = len(MAGIC) + _PREFACE.size
    if bytes(content[: len(MAGIC)]) != MAGIC or len(content) < start:
        raise Broken(f"{path}: not an index of this version")
    length, checksum = _PREFACE.unpack(bytes(content[len(MAGIC) : start]))
    head = bytes(content[start : start + length])
    if zlib.crc32(head) != checksum:
        raise Broken(f"{path}: the head is damaged")
    parts: Parts = {}
    end = start + length
    for key, kind, shape, checksum in json.loads(head):
        begin = end + (-end % ALIGNMENT)
        array, end = _array(content, begin, kind, shape)
        if _checksum(array) != checksum:
            raise Broken(f"{path}: {key} is damaged")
        parts[key] = array
    return parts


def _checksum(array: Array) -> int:
    return zlib.crc32(array.data if array.size else b"")


def _head(arrays: Mapping[str, Array]) -> list[list[Any]]:
    return [[key, array.dtype.str, array.shape, _checksum(array)] for key, array in arrays.items()]


def _array(content: Array, begin: int, kind: str, shape: list[int]) -> tuple[Array, int]:
    if kind not in _KINDS:
        raise Broken(f"arrays of {kind} are not stored")
    dtype = np.dtype(kind)
    end = begin + dtype.itemsize * int(np.prod(shape))
    if end > len(content):
        raise Broken("the file is too short")
    return content[begin:end].view(dtype).reshape(shape), end
