"""Groups of people that a test knows of, as a matrix and as persona columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref
from marketing.kernel.text import Language
from marketing.personas.types import Personas

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
CENTRES = np.array([[0, 0, 0], [9, 0, 0], [0, 9, 0], [9, 9, 9]], float)
SIZES = (500, 300, 250, 150)


def blobs(seed: int, sizes: tuple[int, ...] = SIZES) -> tuple[Floats, Ints]:
    """float64[n, 3] in a random order, and which of four groups each row was drawn from."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return CENTRES[truth] + rng.normal(0, 1, (len(truth), 3)), truth


def number(values: Floats) -> Column:
    """As the personas' store has it: NaN is missing."""
    return Column(values, ~np.isnan(values))


def text(values: list[str | None]) -> Column:
    categories = tuple(sorted({value for value in values if value is not None}))
    codes = np.array([-1 if v is None else categories.index(v) for v in values], np.int32)
    return Column(codes, codes >= 0, categories)


def personas(columns: Mapping[Ref, Column]) -> Personas:
    size = max(len(np.asarray(column.values)) for column in columns.values())
    return Personas("v1", NOW, size, np.ones(size, dtype=bool), columns)


def everybody(found: Personas) -> Ints:
    return np.arange(found.size, dtype=np.int64)


def label(ref: Ref, language: Language) -> str:
    return {"en": ref.name.title(), "zh": f"字段{ref.name}"}[language]
