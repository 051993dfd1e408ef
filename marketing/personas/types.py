"""Personas as columns: what evaluations read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import TODAY, Column, Ref
from marketing.kernel.errors import unknown_name
from marketing.personas.layers import Layers

# Gives a column that others own (segments, buckets, reachability), or None if it does not.
Provider = Callable[[Ref], Column | None]
# More people than this are read like everybody.
_FEW = 20_000


class FromRows:
    """A provider that reads a row a person: of some people it reads theirs alone.

    Columns are as long as everybody's all the same; the rows of the others mean nothing.
    """

    def __call__(self, ref: Ref, only: Sequence[int] | None = None) -> Column | None:
        raise NotImplementedError


@dataclass(frozen=True)
class Personas:
    """One version of all personas: columns of length ``size`` indexed by ordinal.

    ``exists``: bool[size], false for ordinal 0 and for merged people.
    """

    version: str
    as_of: datetime
    size: int
    exists: NDArray[np.bool_]
    columns: Mapping[Ref, Column]
    providers: tuple[Provider, ...] = ()
    today: int = 0  # the local day of ``as_of``, days since 1970-01-01
    _kept: dict[Ref, Column] = field(default_factory=dict, repr=False, compare=False)

    def column(self, ref: Ref) -> Column:
        """Raises NotFound with the nearest name."""
        if ref == TODAY:
            return Column(self.today, True)
        if ref in self.columns:
            return self.columns[ref]
        return self._kept[ref] if ref in self._kept else self._provided(ref)

    def rows_of(self, ref: Ref, ordinals: NDArray[np.int64]) -> Column:
        """The rows of some people, in the order of ``ordinals``; where it can, only they are read.

        Raises NotFound with the nearest name.
        """
        is_read = ref in self.columns or ref in self._kept or ref == TODAY
        whole = self.column(ref) if is_read or len(ordinals) > _FEW else None
        column = whole or self._provided(ref, ordinals.tolist())
        return column.take(ordinals) if isinstance(column.values, np.ndarray) else column

    def _provided(self, ref: Ref, only: Sequence[int] | None = None) -> Column:
        for provider in self.providers:
            is_partial = only is not None and isinstance(provider, FromRows)
            column = provider(ref, only) if isinstance(provider, FromRows) else provider(ref)
            if column is not None:
                if not is_partial:
                    self._kept[ref] = column
                return column
        known = [each.name for each in self.columns if each.kind == ref.kind]
        raise unknown_name(ref.kind, ref.name, known)

    def extended(self, *providers: Provider) -> Personas:
        """The same personas with more columns to be had; these providers are asked first."""
        return replace(self, providers=(*providers, *self.providers), _kept={})

    def one(self, ordinal: int) -> OnePersona:
        place = self.columns.place(ordinal) if isinstance(self.columns, Layers) else -1
        return OnePersona(self, ordinal, place)

    def some(self, ordinals: NDArray[np.int64]) -> SomePersonas:
        return SomePersonas(self, ordinals)

    def names(self, kind: str) -> list[str]:
        return sorted(ref.name for ref in self.columns if ref.kind == kind)


@dataclass(frozen=True)
class OnePersona:
    """One row of it, as Python scalars. ``place``: the row in the overlay, -1 for none."""

    personas: Personas
    ordinal: int
    place: int = -1

    def column(self, ref: Ref) -> Column:
        columns = self.personas.columns
        if isinstance(columns, Layers) and ref in columns:
            return columns.at(ref, self.ordinal, self.place)
        if self.ordinal >= self.personas.size:
            column = self.personas.column(ref)
            return Column(None, False) if isinstance(column.values, np.ndarray) else column
        return self.personas.rows_of(ref, np.array([self.ordinal])).at(0)


@dataclass(frozen=True)
class SomePersonas:
    """Some rows of it, in the order of ``ordinals`` (int64[m])."""

    personas: Personas
    ordinals: NDArray[np.int64]
    _kept: dict[Ref, Column] = field(default_factory=dict, repr=False, compare=False)

    def column(self, ref: Ref) -> Column:
        columns = self.personas.columns
        if isinstance(columns, Layers) and ref in columns:
            return columns.take(ref, self.ordinals)
        if ref not in self._kept:
            self._kept[ref] = self.personas.rows_of(ref, self.ordinals)
        return self._kept[ref]
