"""Segments over personas: which may refer to each other, but never in a circle."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.groups import Node
from marketing.conditions.types import Column, Columns, MaskArray, Ref
from marketing.experiments.bucketing import buckets
from marketing.kernel.errors import Invalid
from marketing.people.queries import bucketing_ids
from marketing.personas.types import Personas, Provider
from segments.entering import SinceEntered


class Membership:
    """Columns with ``segment:`` and ``bucket:`` among them; each segment is evaluated once.

    ``ordinals`` (int64[m]): only these people's rows; None for everybody's. ``standing``: who has
    the people of the segments that are no rules, for the same rows.
    """

    def __init__(
        self,
        personas: Personas,
        nodes: Mapping[str, Node],
        ordinals: NDArray[np.int64] | None = None,
        standing: Provider = lambda ref: None,
    ) -> None:
        self.nodes, self._standing = nodes, standing
        self.rows: Columns = personas if ordinals is None else personas.some(ordinals)
        self.exists = personas.exists if ordinals is None else personas.exists[ordinals]
        self._bucket = Buckets(personas.size, ordinals)
        self._entering = SinceEntered(personas.size, personas.today)
        self._ordinals = ordinals
        self._done: dict[str, MaskArray] = {}
        self._path: list[str] = []

    def column(self, ref: Ref) -> Column:
        if ref.kind == "segment" and ref.name in self.nodes:
            inside = self.members(ref.name)
            return Column(inside, np.ones(len(inside), dtype=bool))
        own = self._bucket(ref) or self._since(ref) or self._standing(ref)
        return own or self.rows.column(ref)

    def _since(self, ref: Ref) -> Column | None:
        column = self._entering(ref)
        if column is None or self._ordinals is None:
            return column
        return column.take(self._ordinals)

    def members(self, key: str) -> MaskArray:
        """bool[m]. Raises Invalid with the path when segments refer in a circle."""
        if key in self._path:
            circle = " → ".join([*self._path[self._path.index(key) :], key])
            raise Invalid(
                f"Segments refer to each other in a circle: {circle}",
                code="segment_cycle",
                pointer="/condition",
                fix="Remove one of these references.",
            )
        if key not in self._done:
            self._path.append(key)
            try:
                answer = self.nodes[key].evaluate(self)
            finally:
                self._path.pop()
            whole = np.broadcast_to(np.asarray(answer, dtype=bool), self.exists.shape)
            self._done[key] = whole & self.exists
        return self._done[key]


class Buckets:
    """Provider of ``bucket:`` columns: the stable hash of the external id, in [0, 1)."""

    def __init__(self, size: int, ordinals: NDArray[np.int64] | None = None) -> None:
        self.size, self.ordinals = size, ordinals

    def __call__(self, ref: Ref) -> Column | None:
        if ref.kind != "bucket":
            return None
        if self.ordinals is None:
            return self._everybody(ref.name)
        ids = bucketing_ids(self.ordinals.tolist())
        known = [ids.get(ordinal) for ordinal in self.ordinals.tolist()]
        values = np.full(len(known), np.nan)
        rows = [row for row, each in enumerate(known) if each is not None]
        values[rows] = buckets(ref.name, [each for each in known if each is not None])
        return Column(values, ~np.isnan(values))

    def _everybody(self, seed: str) -> Column:
        ids = bucketing_ids()
        values: NDArray[np.float64] = np.full(self.size, np.nan)
        ordinals = np.fromiter(ids, dtype=np.int64, count=len(ids))
        known = ordinals < self.size
        values[ordinals[known]] = buckets(seed, list(ids.values()))[known]
        return Column(values, ~np.isnan(values))
