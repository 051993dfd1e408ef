"""Columns out of a hand: what the pure functions read in a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from marketing.conditions.types import Column, Ref


@dataclass(frozen=True)
class Table:
    """A KeyError for a column that is not there: nobody may read what was not declared."""

    columns: Mapping[Ref, Column]

    def column(self, ref: Ref) -> Column:
        return self.columns[ref]

    def row(self, i: int) -> Table:
        """The population of one person."""
        rows = np.array([i], dtype=np.int64)
        return Table({ref: column.take(rows) for ref, column in self.columns.items()})


def numbers(n: int) -> st.SearchStrategy[Column]:
    """A float64[n] column; missing in places."""
    values = st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=n, max_size=n)
    return values.map(_numbers)


def flags(n: int) -> st.SearchStrategy[Column]:
    """A bool[n] column without gaps, as reachability is."""
    return st.lists(st.booleans(), min_size=n, max_size=n).map(
        lambda row: Column(np.array(row, dtype=bool), np.ones(len(row), dtype=bool))
    )


def column_for(ref: Ref, n: int) -> st.SearchStrategy[Column]:
    return flags(n) if ref.kind == "reachable" else numbers(n)


def full(n: int, value: float) -> Column:
    """The same number for ``n`` people."""
    return Column(np.full(n, value), np.ones(n, dtype=bool))


def _numbers(row: list[int | None]) -> Column:
    values = np.array([np.nan if each is None else each for each in row], dtype=np.float64)
    return Column(values, ~np.isnan(values))
