"""The little sparse algebra that matching needs, on three numpy arrays a matrix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.matching.packed import Parts

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


_MANY = 20_000
"""Values from which adding row by row is faster than gathering them all first."""


@dataclass(frozen=True, slots=True)
class Vector:
    """A sparse vector: values[i] stands at indices[i]."""

    indices: Ints
    values: Floats

    def dense(self, width: int) -> Floats:
        """What lies below `width`."""
        out = np.zeros(width, np.float32)
        inside = self.indices < width
        out[self.indices[inside]] = self.values[inside]
        return out


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix by rows: row i holds values[starts[i]:starts[i + 1]] at the columns beside them."""

    starts: Ints
    columns: Ints
    values: Floats
    width: int

    @classmethod
    def from_sorted(cls, rows: Ints, columns: Ints, values: Floats, shape: tuple[int, int]) -> "Rows":
        """Rows from triples that are already sorted by row."""
        starts = np.searchsorted(rows, np.arange(shape[0] + 1)).astype(np.int32)
        return cls(starts, columns.astype(np.int32), values.astype(np.float32), shape[1])

    def __len__(self) -> int:
        return len(self.starts) - 1

    def parts(self) -> Parts:
        return {"starts": self.starts, "columns": self.columns, "values": self.values, "width": np.array([self.width])}

    @classmethod
    def of(cls, parts: Parts) -> "Rows":
        return cls(parts["starts"], parts["columns"], parts["values"], int(parts["width"][0]))

    def row_numbers(self) -> Ints:
        """The row of each stored value."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))

    def with_values(self, of_columns: Floats) -> "Rows":
        """The same places, each holding its column's value."""
        return Rows(self.starts, self.columns, of_columns[self.columns], self.width)

    def shares(self) -> "Rows":
        """The same rows, each summing to one."""
        rows = self.row_numbers()
        sums = np.bincount(rows, self.values, minlength=len(self)).astype(np.float32)
        values = self.values / np.maximum(sums, np.float32(1e-9))[rows]
        return Rows(self.starts, self.columns, values.astype(np.float32), self.width)

    def unit(self) -> "Rows":
        """The same rows, each of length one."""
        rows = self.row_numbers()
        squares = np.bincount(rows, self.values * self.values, minlength=len(self))
        lengths = np.sqrt(np.maximum(squares, 1e-12)).astype(np.float32)
        return Rows(self.starts, self.columns, (self.values / lengths[rows]).astype(np.float32), self.width)

    def grouped(self, groups: Ints, count: int) -> "Rows":
        """Sums of the rows of each group; groups[i] is the group of row i, in ascending order."""
        codes = groups[self.row_numbers()].astype(np.int64) * self.width + self.columns
        unique, inverse = np.unique(codes, return_inverse=True)
        sums = np.bincount(inverse, self.values, minlength=len(unique)).astype(np.float32)
        rows, columns = np.divmod(unique, self.width)
        return Rows.from_sorted(rows, columns, sums, (count, self.width))

    def transposed(self) -> "Rows":
        order = np.argsort(self.columns, kind="stable")
        rows = self.row_numbers()[order]
        return Rows.from_sorted(self.columns[order], rows, self.values[order], (self.width, len(self)))

    def weighted_sum(self, weights: Vector) -> Floats:
        """Sum of the rows at weights.indices, each times its weight, as a dense vector of `width`."""
        inside = weights.indices < len(self)  # others are tokens that came later
        numbers, factors = weights.indices[inside], weights.values[inside]
        places, lengths = spans(self.starts[numbers], self.starts[numbers + 1])
        if len(places) < _MANY:
            products = self.values[places] * np.repeat(factors, lengths)
            return np.bincount(self.columns[places], products, self.width).astype(np.float32)
        out = np.zeros(self.width, np.float32)
        for number, factor in zip(numbers.tolist(), factors.tolist(), strict=True):
            start, end = self.starts[number], self.starts[number + 1]
            out[self.columns[start:end]] += factor * self.values[start:end]
        return out

    def dot(self, numbers: Ints, dense: Floats) -> Floats:
        """Product of each numbered row with a dense vector of `width`."""
        places, lengths = spans(self.starts[numbers], self.starts[numbers + 1])
        products = self.values[places] * dense[self.columns[places]]
        owners = np.repeat(np.arange(len(numbers)), lengths)
        return np.bincount(owners, products, minlength=len(numbers)).astype(np.float32)

    def compact(self, numbers: Ints) -> Floats:
        """The numbered rows as a dense matrix of only those columns that occur in them."""
        places, lengths = spans(self.starts[numbers], self.starts[numbers + 1])
        columns, inverse = np.unique(self.columns[places], return_inverse=True)
        out = np.zeros((len(numbers), len(columns)), np.float32)
        out[np.repeat(np.arange(len(numbers)), lengths), inverse] = self.values[places]
        return out


def spans(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """All integers of the ranges starts[i]..ends[i] one after another, and each range's length."""
    lengths = ends - starts
    shifts = starts - (np.cumsum(lengths, dtype=np.int32) - lengths)
    return np.repeat(shifts, lengths) + np.arange(lengths.sum(), dtype=np.int32), lengths
