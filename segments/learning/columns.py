"""Persona columns of some people, as plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column, Columns, Ref

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
LARGEST = 1e100


def numbers(columns: Columns, ref: Ref, people: Ints) -> Floats:
    """float64[m], flags as 0 and 1; NaN where it is missing or not finite.

    Beyond 1e100 it counts as 1e100: squares and cubes of it still fit into a float64.
    """
    column = taken(columns, ref, people)
    values = np.asarray(column.values, dtype=np.float64)
    known = np.asarray(column.present) & np.isfinite(values)
    return np.where(known, np.clip(values, -LARGEST, LARGEST), np.nan)


def choices(columns: Columns, ref: Ref, people: Ints) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """int32[m] codes into the categories, -1 where it is missing; and the categories."""
    column = taken(columns, ref, people)
    codes = np.where(column.present, np.asarray(column.values), -1).astype(np.int32)
    return codes, column.categories or ()


def is_text(columns: Columns, ref: Ref) -> bool:
    """Whether the column holds texts (codes into categories) and not numbers or flags."""
    return columns.column(ref).categories is not None


def is_flag(values: Floats) -> bool:
    """Whether everything known is 0 or 1, both of them present."""
    known = values[~np.isnan(values)]
    return bool(((known == 0) | (known == 1)).all() and known.any() and not known.all())


def taken(columns: Columns, ref: Ref, people: Ints) -> Column:
    """Raises NotFound for a column that does not exist. Beyond its end a column is missing."""
    column = columns.column(ref)
    size = len(np.asarray(column.values))
    if not len(people) or int(people.max()) < size:
        return column.take(people)
    inside = people < size
    found = column.take(np.where(inside, people, 0))
    return Column(found.values, np.asarray(found.present) & inside, found.categories)
