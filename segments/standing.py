"""Who stands in the segments that are no rules: people of rosters, and of what was learned."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column, Columns, MaskArray, Ref
from marketing.kernel.errors import Unavailable
from marketing.personas.types import Personas
from segments import rosters
from segments.discovery.assigning import GONE, assigner
from segments.learning.points import NOISE, Labels
from segments.models import Segment
from segments.origins import STANDING


class Standing:
    """Provider of ``standing:`` columns by segment key.

    What was learned assigns these people alone, once for all segments that are groups of it.
    ``ordinals`` (int64[m]): only these people; None: everybody.
    """

    def __init__(
        self,
        personas: Personas,
        segments: Iterable[Segment],
        ordinals: NDArray[np.int64] | None = None,
    ) -> None:
        self.segments = {each.key: each for each in segments if not each.is_dynamic}
        self.ordinals = ordinals
        self.rows: Columns = personas if ordinals is None else personas.some(ordinals)
        self.exists = personas.exists if ordinals is None else personas.exists[ordinals]
        self._people = {
            each.pk: each for each in self.segments.values() if each.kind != Segment.Kind.LEARNED
        }
        self._rosters = rosters.people_of(self._people, ordinals)
        self._labels: dict[int, Labels] = {}

    def __call__(self, ref: Ref) -> Column | None:
        if ref.kind != STANDING or ref.name not in self.segments:
            return None
        segment = self.segments[ref.name]
        inside = self._listed(segment) if segment.pk in self._people else self._learned(segment)
        return Column(inside, np.ones(len(inside), dtype=bool))

    def _listed(self, segment: Segment) -> MaskArray:
        people = self._rosters.get(segment.pk)
        inside = np.zeros(len(self.exists), dtype=bool)
        if people is None:
            return inside
        listed = np.array(people, dtype=np.int64)
        if self.ordinals is not None:
            return np.isin(self.ordinals, listed)
        inside[listed[listed < len(inside)]] = True
        return inside

    def _learned(self, segment: Segment) -> MaskArray:
        """Raises Unavailable where what was learned is forgotten or damaged."""
        if segment.group == GONE:
            raise Unavailable(
                "This group was not found again when it was learned anew",
                code="group_gone", fix="Its members stay as they were; learn new groups.",
            )  # fmt: skip
        learning = segment.learning_id or 0
        if learning not in self._labels:
            labels = np.full(len(self.exists), NOISE, np.int32)
            rows = np.flatnonzero(self.exists)
            labels[rows] = assigner(learning)(self.rows, rows)
            self._labels[learning] = labels
        return np.asarray(self._labels[learning] == segment.group)
