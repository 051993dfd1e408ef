"""Events of exposed people into the arrays of their metrics: one pruned scan a distinct event.

The rows of a scan come in batches and are counted by place in dense arrays. A join with the
exposures and a GROUP BY in the engine took twice as long (see ``bench/results.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from marketing.events.scans import Source
from marketing.experiments.exposed import Exposed
from marketing.experiments.metrics import METRICS, Definition, Rows
from marketing.personas.cleaning import Bound
from marketing.personas.engines import Reading
from marketing.personas.engines.duckdb import DuckDB
from marketing.personas.fields import Fields
from marketing.personas.parts import Expression

_BATCH = 1_000_000


@dataclass(frozen=True)
class Tally:
    """An array that one event's rows go into, after the exposure or (``is_before``) before it."""

    definition: Definition
    event: str
    amount: str
    is_before: bool
    values: NDArray[np.float64]

    def take(self, rows: Rows) -> None:
        METRICS.get(self.definition.kind).add(self.values, rows, self.definition)


@dataclass(frozen=True)
class Places:
    """Whose row an ordinal is, merged ones included."""

    who: Exposed
    redirects: Mapping[int, int]

    @cached_property
    def of_ordinal(self) -> NDArray[np.int64]:
        """int64[size]: -1 for whoever was not exposed, and at the end for all ordinals beyond."""
        highest = int(self.who.people.max(initial=0))
        found = np.full(max([highest, *self.redirects]) + 2, -1, dtype=np.int64)
        found[self.who.people] = np.arange(len(self.who))
        gone = [(old, new) for old, new in self.redirects.items() if new <= highest]
        found[[old for old, _new in gone]] = found[[new for _old, new in gone]]
        return found

    def __call__(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[m]: the row of each, -1 for none."""
        return self.of_ordinal[np.minimum(ordinals, len(self.of_ordinal) - 1)]


def fill(
    source: Source, who: Exposed, tallies: Sequence[Tally], bounds: Mapping[str, Bound]
) -> None:
    """Count everything that happened into the tallies, in place; ``bounds``: of numbers."""
    if not len(who):
        return
    places, engine = Places(who, source.redirects), DuckDB(source)
    try:
        for event in sorted({each.event for each in tallies}):
            mine = [each for each in tallies if each.event == event]
            for batch in engine.stream(*_question(who, event, mine, bounds), _BATCH):
                _count(batch, places, mine)
    finally:
        engine.close()


def _question(
    who: Exposed, event: str, tallies: Sequence[Tally], bounds: Mapping[str, Bound]
) -> tuple[Expression, Reading]:
    """person, at_us and a column an amount of this event's rows that may be in a window."""
    fields = Fields(tuple(sorted({each.amount for each in tallies} - {""})), ())
    start, end = _span(who, tallies)
    rows = fields.table()
    rows = rows.filter((rows.event == event) & (rows.at_us >= start) & (rows.at_us < end))
    amounts = {name: rows[fields.number(name)].fill_null(0.0) for name in fields.numbers}
    question = rows.select("person", "at_us", **{f"number:{k}": v for k, v in amounts.items()})
    return question, Reading(fields, ((start, end),), follow=False, bounds=bounds)


def _span(who: Exposed, tallies: Iterable[Tally]) -> tuple[int, int]:
    """[start, end): from the first window's beginning to the last one's end."""
    after = max((each.definition.window_us for each in tallies if not each.is_before), default=0)
    before = max((each.definition.window_us for each in tallies if each.is_before), default=0)
    return int(who.since.min()) - before, int(who.since.max()) + after + 1


def _count(batch: pa.RecordBatch, places: Places, tallies: Sequence[Tally]) -> None:
    """The exposed people's rows of a batch into the tallies that they are inside the window of."""
    place = places(batch["person"].to_numpy())
    known = np.flatnonzero(place >= 0)
    place = place[known]
    after_us = batch["at_us"].to_numpy()[known] - places.who.since[place]
    amounts = {each.amount: batch[f"number:{each.amount}"].to_numpy()[known]
               for each in tallies if each.amount}  # fmt: skip
    for is_before, window_us in {(t.is_before, t.definition.window_us) for t in tallies}:
        begun = after_us + window_us if is_before else after_us
        inside = np.flatnonzero((begun >= 0) & (begun < window_us + (not is_before)))
        mine = [each for each in tallies if each.is_before == is_before
                and each.definition.window_us == window_us]  # fmt: skip
        cut = {name: values[inside] for name, values in amounts.items()}
        for each in mine:
            each.take(Rows(place[inside], begun[inside], cut.get(each.amount)))
