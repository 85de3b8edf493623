"""Vectors that a language service computed, so that no text is sent twice."""

import numpy as np
from django.db import models
from numpy.typing import NDArray


class Embedding(models.Model):
    """key: digest of model and text; values: its unit vector in half precision."""

    key = models.CharField(primary_key=True, max_length=64)
    values = models.BinaryField()

    def __str__(self) -> str:
        return self.key

    @classmethod
    def of(cls, key: str, vector: NDArray[np.float32]) -> "Embedding":
        return cls(key=key, values=vector.astype(np.float16).tobytes())

    def as_array(self) -> NDArray[np.float32]:
        return np.frombuffer(bytes(self.values), np.float16).astype(np.float32)
