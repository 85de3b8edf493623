"""Which entries hold the very question."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.matching.packed import Parts
from chatbot.matching.sparse import Ints
from chatbot.matching.text import key
from chatbot.matching.vocabulary import Hashes, hashes


@dataclass(frozen=True, slots=True)
class Exact:
    """owners[i] is the entry of the question whose key is hashed to keys[i]; keys ascend, then owners."""

    keys: Hashes
    owners: Ints

    @classmethod
    def of(cls, entries: Sequence[Sequence[str]]) -> "Exact":
        """entries[i] are the questions of entry i."""
        distinct = [sorted(set(map(key, questions))) for questions in entries]
        found = hashes(text for texts in distinct for text in texts)
        owners = np.repeat(np.arange(len(distinct), dtype=np.int32), [len(texts) for texts in distinct])
        order = np.lexsort((owners, found))
        return cls(found[order], owners[order])

    def entries(self, text: str) -> list[int]:
        """In their order."""
        wanted = hashes([key(text)])[0]
        begin, end = np.searchsorted(self.keys, wanted, "left"), np.searchsorted(self.keys, wanted, "right")
        return [int(owner) for owner in self.owners[begin:end]]

    def parts(self) -> Parts:
        return {"keys": self.keys, "owners": self.owners}
