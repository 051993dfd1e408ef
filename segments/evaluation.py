"""Segments over personas: which may refer to each other, but never in a circle."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.groups import Node
from marketing.conditions.types import Column, MaskArray, Ref
from marketing.experiments.bucketing import buckets
from marketing.kernel.errors import Invalid
from marketing.people.queries import bucketing_ids
from marketing.personas.types import Personas


class Membership:
    """Provider of ``segment:`` columns: evaluates definitions on demand, each once."""

    def __init__(self, personas: Personas, nodes: Mapping[str, Node]) -> None:
        self.nodes = nodes
        self.personas = personas.extended(self, Buckets(personas.size))
        self._done: dict[str, MaskArray] = {}
        self._path: list[str] = []

    def __call__(self, ref: Ref) -> Column | None:
        if ref.kind != "segment" or ref.name not in self.nodes:
            return None
        inside = self.members(ref.name)
        return Column(inside, np.ones(len(inside), dtype=bool))

    def members(self, key: str) -> MaskArray:
        """bool[size]. Raises Invalid with the path when segments refer in a circle."""
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
                answer = self.nodes[key].evaluate(self.personas)
            finally:
                self._path.pop()
            whole = np.broadcast_to(np.asarray(answer, dtype=bool), (self.personas.size,))
            self._done[key] = whole & self.personas.exists
        return self._done[key]


class Buckets:
    """Provider of ``bucket:`` columns: the stable hash of the external id, in [0, 1)."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, ref: Ref) -> Column | None:
        if ref.kind != "bucket":
            return None
        ids = bucketing_ids()
        values: NDArray[np.float64] = np.full(self.size, np.nan)
        ordinals = np.fromiter(ids, dtype=np.int64, count=len(ids))
        known = ordinals < self.size
        values[ordinals[known]] = buckets(ref.name, list(ids.values()))[known]
        return Column(values, ~np.isnan(values))
