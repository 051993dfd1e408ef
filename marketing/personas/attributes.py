"""What people said, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from marketing.conditions.types import Column, Ref, Scalar
from marketing.kernel.sets import as_text
from marketing.personas.store import number_text

_MOST_CATEGORIES = 5_000
_SCALARS = (bool, int, float, str)


def columns(said: Iterable[tuple[int, Mapping[str, object]]], size: int) -> dict[Ref, Column]:
    """(row, attributes) to a column per attribute name; lists are sets, objects are left out.

    Numbers become float64, flags 0.0 and 1.0; a name that was said with several types is text.
    """
    found: dict[str, dict[int, Scalar]] = {}
    for row, attributes in said:
        for name, told in attributes.items():
            value = _held(told)
            if value is not None:
                found.setdefault(name, {})[row] = value
    return {Ref("attribute", name): _column(values, size) for name, values in found.items()}


def _held(told: object) -> Scalar:
    """What a column can hold of it: a scalar, a list of scalars as a set's text, else nothing."""
    if isinstance(told, list) and all(isinstance(each, _SCALARS) for each in told):
        return as_text(told)
    return told if isinstance(told, _SCALARS) else None


def _column(values: Mapping[int, Scalar], size: int) -> Column:
    rows = np.fromiter(values, dtype=np.int64, count=len(values))
    if all(isinstance(value, bool | int | float) for value in values.values()):
        numbers = np.full(size, np.nan)
        numbers[rows] = np.fromiter(
            (float(v) for v in values.values() if v is not None), dtype=np.float64
        )
        return Column(numbers, ~np.isnan(numbers))
    texts = [v if isinstance(v, str) else number_text(v or 0) for v in values.values()]
    categories = tuple(sorted(set(texts)))[:_MOST_CATEGORIES]
    place = {category: code for code, category in enumerate(categories)}
    codes = np.full(size, -1, dtype=np.int32)
    codes[rows] = [place.get(text, -1) for text in texts]
    return Column(codes, codes >= 0, categories)
