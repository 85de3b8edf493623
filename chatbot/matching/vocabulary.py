"""Tokens as numbers, and texts, in arrays: a dictionary of Python strings costs ten times the memory and cannot be
shared between processes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from chatbot.matching.packed import Parts
from chatbot.matching.sparse import Ints

Hashes = NDArray[np.uint64]


def hashes(texts: Iterable[str]) -> Hashes:
    """64 bits a text; two of ten million different texts share theirs with a probability of one in 400,000."""
    digests = (blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(digests), np.uint64)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`hashes` ascending; `ids[i]` is the number of the token hashed to hashes[i]. Numbers run from 0 to width - 1."""

    hashes: Hashes
    ids: Ints

    @classmethod
    def of(cls, tokens: Iterable[str]) -> "Vocabulary":
        """The tokens numbered in their order."""
        found = hashes(tokens)
        order = np.argsort(found, kind="stable")
        return cls(found[order], order.astype(np.int32))

    @property
    def width(self) -> int:
        return len(self.ids)

    def numbers(self, tokens: Sequence[str]) -> Ints:
        """The number of each token, -1 where it is unknown."""
        if not self.width:
            return np.full(len(tokens), -1, np.int32)
        wanted = hashes(tokens)
        places = np.minimum(np.searchsorted(self.hashes, wanted), self.width - 1)
        return np.where(self.hashes[places] == wanted, self.ids[places], np.int32(-1))

    def parts(self) -> Parts:
        return {"hashes": self.hashes, "ids": self.ids}


@dataclass(frozen=True, slots=True)
class Extended:
    """A vocabulary with tokens that came later, numbered after its own."""

    base: Vocabulary
    later: Vocabulary

    @property
    def width(self) -> int:
        return self.base.width + self.later.width

    def numbers(self, tokens: Sequence[str]) -> Ints:
        known, later = self.base.numbers(tokens), self.later.numbers(tokens)
        return np.where((known < 0) & (later >= 0), later + np.int32(self.base.width), known)


_FEW = 30_000
"""Texts that are kept as strings once they were asked for: a few megabytes."""


@dataclass(frozen=True)
class Texts:
    """Text i is the UTF-8 in blob[ends[i - 1]:ends[i]]."""

    blob: NDArray[np.uint8]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        encoded = [text.encode(errors="surrogatepass") for text in texts]
        ends = np.cumsum([len(text) for text in encoded], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> str:
        begin = self.ends[number - 1] if number else 0
        return self.blob[begin : self.ends[number]].tobytes().decode(errors="surrogatepass")

    def many(self, numbers: Ints) -> list[str]:
        """The texts of these numbers, faster than one by one."""
        if len(self) > _FEW:
            return self._read(numbers)
        every = self._all
        return [every[number] for number in numbers.tolist()]

    @cached_property
    def _all(self) -> list[str]:
        return self._read(np.arange(len(self), dtype=np.int32))

    def _read(self, numbers: Ints) -> list[str]:
        blob, begins = self.blob.data, np.where(numbers > 0, self.ends[numbers - 1], 0).tolist()
        ends = self.ends[numbers].tolist()
        return [str(blob[begin:end], "utf-8", "surrogatepass") for begin, end in zip(begins, ends, strict=True)]

    def parts(self) -> Parts:
        return {"blob": self.blob, "ends": self.ends}
