"""Two layers read as one: a base of all people and an overlay of those whom fresh events touched.

Nothing is copied until somebody asks for a whole column; one person or a few are picked out of
both layers.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref
from marketing.personas.store import lengthened, patched


class Layers(Mapping[Ref, Column]):
    """Column reference to the column of length ``size``.

    ``ordinals``: int64[m], rising: whose rows ``fresh`` holds. A column that only one layer has
    is missing in the other.
    """

    def __init__(
        self,
        base: Mapping[Ref, Column],
        fresh: Mapping[Ref, Column] | None = None,
        ordinals: NDArray[np.int64] | None = None,
    ) -> None:
        self.base, self.fresh = base, fresh or {}
        self.size: int
        self.ordinals = np.empty(0, dtype=np.int64) if ordinals is None else ordinals
        lengths = (
            [base.size]
            if isinstance(base, Layers)  # not its columns: reading one joins it
            else [len(np.asarray(column.values)) for column in base.values()]
        )
        newest = int(self.ordinals[-1]) + 1 if len(self.ordinals) else 0
        self.size = max([newest, *lengths])
        self._whole: dict[Ref, Column] = {}
        self.others: Mapping[Ref, Column] = {}

    def beside(self, others: Mapping[Ref, Column]) -> Layers:
        """The same with further whole columns (scores); what was joined is shared."""
        both = copy.copy(self)
        both.others = others
        return both

    def __getitem__(self, ref: Ref) -> Column:
        if ref in self.others:
            return self.others[ref]
        if ref not in self._whole:
            self._whole[ref] = self._joined(ref)
        return self._whole[ref]

    def _joined(self, ref: Ref) -> Column:
        base = self._layer(self.base, self.fresh, ref, 0)
        longer = lengthened(base, self.size)
        if not len(self.ordinals):
            return longer
        return patched(longer, self._layer(self.fresh, self.base, ref, len(self.ordinals)),
                       self.ordinals)  # fmt: skip

    def _layer(
        self, layer: Mapping[Ref, Column], other: Mapping[Ref, Column], ref: Ref, rows: int
    ) -> Column:
        return layer[ref] if ref in layer else _missing(other[ref], rows)

    def __iter__(self) -> Iterator[Ref]:
        return iter(dict.fromkeys((*self.base, *self.fresh, *self.others)))

    def __len__(self) -> int:
        return len(set(self.base) | set(self.fresh) | set(self.others))

    def __contains__(self, ref: object) -> bool:
        return ref in self.base or ref in self.fresh or ref in self.others

    def place(self, ordinal: int) -> int:
        """The overlay's row of this person, -1 if the base has them."""
        at = int(np.searchsorted(self.ordinals, ordinal))
        return at if at < len(self.ordinals) and self.ordinals[at] == ordinal else -1

    def at(self, ref: Ref, ordinal: int, place: int) -> Column:
        """One person's value as a scalar column. Raises KeyError for an unknown column."""
        layer, row = (self.base, ordinal) if place < 0 else (self.fresh, place)
        if ref in self.others:
            layer, row = self.others, ordinal
        column = layer.get(ref)
        if column is None:
            if ref not in self:
                raise KeyError(ref)
            return Column(None, False)
        values = column.values
        if not isinstance(values, np.ndarray) or row >= len(values):
            return Column(None, False)
        return _scalar(values.item(row), column.categories)

    def take(self, ref: Ref, ordinals: NDArray[np.int64]) -> Column:
        """Some people's values, in the order of ``ordinals`` (int64[m])."""
        if ref in self.others:
            return self.others[ref].take(ordinals)
        taken = self._of_base(ref, ordinals)
        if not len(self.ordinals):
            return taken
        at = np.minimum(np.searchsorted(self.ordinals, ordinals), len(self.ordinals) - 1)
        rows = np.flatnonzero(self.ordinals[at] == ordinals)
        if ref in self.fresh:
            return patched(taken, self.fresh[ref].take(at[rows]), rows)
        return patched(taken, _missing(taken, len(rows)), rows)

    def _of_base(self, ref: Ref, ordinals: NDArray[np.int64]) -> Column:
        """Rows of the base alone, which may be two layers itself; no column is read whole."""
        if ref not in self.base:
            return _missing(self.fresh[ref], len(ordinals))
        if isinstance(self.base, Layers):
            return self.base.take(ref, ordinals)
        column = self.base[ref]
        inside = ordinals < len(np.asarray(column.values))
        if inside.all():
            return column.take(ordinals)
        nobody = _missing(column, len(ordinals))
        return patched(nobody, column.take(ordinals[inside]), np.flatnonzero(inside))


def _scalar(value: object, categories: tuple[str, ...] | None) -> Column:
    if categories is not None:
        code = int(value)  # type: ignore[call-overload]
        return Column(categories[code], True) if code >= 0 else Column(None, False)
    if isinstance(value, float) and math.isnan(value):
        return Column(None, False)
    return Column(value, True)  # type: ignore[arg-type]


def _missing(like: Column, rows: int) -> Column:
    """A column of the same type in which nobody has a value (of whole numbers: zero)."""
    if like.categories is not None:
        return Column(np.full(rows, -1, dtype=np.int32), np.zeros(rows, dtype=bool), ())
    if np.asarray(like.values).dtype == np.int32:
        return Column(np.zeros(rows, dtype=np.int32), np.ones(rows, dtype=bool))
    return Column(np.full(rows, np.nan), np.zeros(rows, dtype=bool))
