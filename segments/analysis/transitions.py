"""How people move between exclusive stages, and where that leads if it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from pyroaring import BitMap

from marketing.kernel.errors import Invalid
from segments.analysis.shares import Share, share_of

# In no stage: as a row, who is new since then; as a column, who is in none any more.
NOWHERE: Final = ""


@dataclass(frozen=True)
class Transitions:
    """``counts[a][b]``: people in stage a then and b now. ``NOWHERE`` is a row (new people) and a
    column (in no stage any more). ``rates[a][b]``: their share of a's people then with its bounds
    at 95 %, None where a had nobody; of ``NOWHERE`` it is the share of the new.
    """

    stages: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]
    rates: Mapping[str, Mapping[str, Share | None]]

    @property
    def now(self) -> dict[str, int]:
        """People by stage now."""
        return {b: sum(row[b] for row in self.counts.values()) for b in self.stages}

    @property
    def new(self) -> dict[str, int]:
        """Who came from nowhere, by the stage they are in now."""
        return {b: self.counts[NOWHERE][b] for b in self.stages}


def transitions(then: Mapping[str, BitMap], now: Mapping[str, BitMap]) -> Transitions:
    """Stage → members at two moments; the same stages. Raises Invalid: ``not_exclusive`` (naming
    who overlaps with whom), ``other_stages``.
    """
    if set(then) != set(now) or not then:
        raise Invalid("Both moments need the same stages", code="other_stages",
                      fix="Choose moments at which all stages were refreshed.")  # fmt: skip
    _require_exclusive(then, "then")
    _require_exclusive(now, "now")
    stages = tuple(then)
    counts = {a: _row(then[a], now, stages) for a in stages}
    known = BitMap.union(*then.values())
    counts[NOWHERE] = {b: len(now[b] - known) for b in stages} | {NOWHERE: 0}
    rates = {a: _rates(row) for a, row in counts.items()}
    return Transitions(stages, counts, rates)


def expected(found: Transitions, steps: int, *, with_new: bool = True) -> list[dict[str, float]]:
    """People by stage after 1, 2, … ``steps`` more steps as long as the one observed.

    It assumes that the rates stay and that only a person's present stage matters (a Markov chain);
    each step as many new people come as came in the one observed, unless ``with_new`` is false; who
    is in no stage does not return. Raises Invalid, ``no_rates``, when people would be in a stage
    from which nobody was seen to move, because nobody was in it.
    """
    chance = np.array([[_rate(found, a, b) for b in found.stages] for a in found.stages])
    people = np.array([found.now[stage] for stage in found.stages], dtype=np.float64)
    new = np.array([found.new[stage] if with_new else 0 for stage in found.stages])
    answer = []
    for _ in range(steps):
        _require_rates(found, people, chance)
        people = people @ np.nan_to_num(chance) + new
        answer.append(dict(zip(found.stages, people.tolist(), strict=True)))
    return answer


def _require_exclusive(stages: Mapping[str, BitMap], when: str) -> None:
    shared = [
        f"{a} and {b} ({both:,})" for a, b in combinations(stages, 2)
        if (both := stages[a].intersection_cardinality(stages[b]))
    ]  # fmt: skip
    if shared:
        raise Invalid(
            f"These stages share people {when}: {', '.join(shared)}", code="not_exclusive",
            fix="Choose stages of which everybody is in at most one.",
        )  # fmt: skip


def _row(members: BitMap, now: Mapping[str, BitMap], stages: tuple[str, ...]) -> dict[str, int]:
    row = {b: members.intersection_cardinality(now[b]) for b in stages}
    return row | {NOWHERE: len(members) - sum(row.values())}


def _rates(row: Mapping[str, int]) -> dict[str, Share | None]:
    total = sum(row.values())
    return {b: share_of(people, total) for b, people in row.items()}


def _rate(found: Transitions, a: str, b: str) -> float:
    share = found.rates[a][b]
    return share.rate if share else np.nan


def _require_rates(
    found: Transitions, people: np.ndarray[tuple[int], np.dtype[np.float64]],
    chance: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:  # fmt: skip
    for i, stage in enumerate(found.stages):
        if people[i] and np.isnan(chance[i]).any():
            raise Invalid(
                f"Nobody was in stage '{stage}' then, so nothing is known about leaving it",
                code="no_rates", fix="Choose a longer step or an earlier moment.",
            )  # fmt: skip
