"""What every task of learning starts from: columns, people, names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from marketing.conditions.criteria import Label
from marketing.conditions.types import Ref
from marketing.kernel.errors import unknown_name
from marketing.kernel.text import Text
from marketing.people.queries import all_erased
from marketing.personas.types import Personas
from marketing.workspace.asked import Progress
from segments import queries
from segments.analysis.shares import Share
from segments.discovery.questions import Question
from segments.discovery.reports import Part, Report
from segments.learning.columns import Bools, Ints
from segments.learning.points import Labels
from segments.learning.prepare import LeftOut


@dataclass(frozen=True)
class Found:
    """``blob`` None: there is nothing to assign people by."""

    report: Report
    blob: bytes | None = None
    threshold: float | None = None
    keeps_rows: bool = False
    # Of the study's people, where they fall into groups: int32[m].
    labels: Labels | None = None


@dataclass(frozen=True)
class Study:
    """``personas`` know segments too."""

    question: Question
    personas: Personas
    progress: Progress

    @cached_property
    def label(self) -> Label:
        return queries.labeller()

    @cached_property
    def people(self) -> Ints:
        """int64[m]: everybody who exists, or the members of the segment that was named."""
        inside = self.personas.exists.copy()
        gone = np.array(all_erased(), dtype=np.int64)  # whom no refresh has taken out yet
        inside[gone[gone < len(inside)]] = False
        if self.question.within is not None:
            inside = inside & self.members(self.question.within)
        return np.flatnonzero(inside).astype(np.int64)

    def members(self, key: str) -> Bools:
        """bool[size] by ordinal. Raises NotFound."""
        versions = queries.newest_versions()
        if key not in versions:
            raise unknown_name("segment", key, versions)
        return queries.as_mask(versions[key].members, self.personas.size)

    def name(self, ref: Ref) -> Text:
        return Text(self.label(ref, "en"), self.label(ref, "zh"))

    def names(self, refs: Iterable[Ref]) -> tuple[Text, ...]:
        return tuple(self.name(ref) for ref in refs)

    def left_out(self, columns: Sequence[LeftOut]) -> tuple[tuple[Text, str], ...]:
        return tuple((self.name(each.ref), each.why) for each in columns)


def part(share: Share | None) -> Part | None:
    return None if share is None else Part(rate=share.rate, low=share.low, high=share.high)
