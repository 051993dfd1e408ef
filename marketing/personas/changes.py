"""What happened (or expired) as plain columns, and what it adds to the parts that merge.

One fetch serves all parts. Time is cut at every start and end of their spans; rows are sorted by
event and piece, so that what a part counts of an event is one slice and no mask.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from marketing.conditions.types import Filter
from marketing.personas.cleaning import Cleaning
from marketing.personas.engine import Run, followed
from marketing.personas.engines import EVER, Engine, Reading, Span, compiled
from marketing.personas.fields import Fields, needed, passes
from marketing.personas.parts import Part, kind_of

Where = tuple[Filter, ...]
Added = tuple[NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True)
class Changes:
    """Events as columns, sorted by (event, piece of time).

    ``cuts``: where time is cut, rising. ``starts``: int64[names x pieces + 1], where each event's
    pieces begin. ``person`` int64[n], merges followed.
    """

    names: tuple[str, ...]
    cuts: tuple[int, ...]
    starts: NDArray[np.int64]
    person: NDArray[np.int64]
    at_us: NDArray[np.int64]
    numbers: Mapping[str, NDArray[np.float64]]
    meets: Mapping[Where, NDArray[np.bool_]]

    def of(self, part: Part, span: Span) -> Added:
        """(person, what it adds) of each event that the part counts within the span."""
        found = [self._slice(name, part, span) for name in part.events if name in self.names]
        if not found:
            return np.empty(0, dtype=np.int64), np.empty(0)
        people, values = zip(*found, strict=True)
        return np.concatenate(people), np.concatenate(values)

    def people(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Everybody with one of these events; sorted, each once."""
        found = [self.person[self._rows(n, (None, None))] for n in names if n in self.names]
        return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)

    def _slice(self, name: str, part: Part, span: Span) -> Added:
        rows, kind = self._rows(name, span), kind_of(part)
        people, at_us = self.person[rows], self.at_us[rows]
        number = self.numbers[part.property or ""][rows] if kind.reads else np.zeros(len(at_us))
        if part.where:
            meets = self.meets[part.where][rows]
            people, at_us, number = people[meets], at_us[meets], number[meets]
        return people, kind.of(at_us, number)

    def _rows(self, name: str, span: Span) -> slice:
        pieces = len(self.cuts) + 1
        first = self.names.index(name) * pieces
        low = 0 if span[0] is None else self.cuts.index(span[0]) + 1
        high = pieces if span[1] is None else self.cuts.index(span[1]) + 1
        return slice(int(self.starts[first + low]), int(self.starts[first + high]))


def fetch(
    run: Run, engine: Engine, parts: Mapping[Part, Sequence[Span]], also: Iterable[str] = ()
) -> Changes:
    """The events of these parts within their spans; ``also``: all events of these names."""
    also = frozenset(also)
    spans = {span for each in parts.values() for span in each}
    spans |= {EVER} if also else set()
    cuts = tuple(sorted({cut for span in spans for cut in span if cut is not None}))
    names = tuple(sorted({*also, *(name for part in parts for name in part.events)}))
    if not names or not spans:
        nothing = np.empty(0, dtype=np.int64)
        return Changes((), cuts, np.zeros(1, dtype=np.int64), nothing, nothing, {}, {})
    fields, wheres = needed(parts), tuple(sorted({p.where for p in parts if p.where}, key=repr))
    statement = _statement(engine.dialect, names, _range(spans), fields, wheres, run.cleaning)
    reading = Reading(
        fields, tuple(spans), False, bounds=run.cleaning.bounds, events=_needed(parts, also)
    )
    found = engine.answer(statement, reading)
    at_us, pieces = found["at_us"].to_numpy(), len(cuts) + 1
    key = found["code"].to_numpy().astype(np.int32) * pieces
    key += np.searchsorted(np.array(cuts, dtype=np.int64), at_us, side="right").astype(np.int32)
    order = np.argsort(key, kind="stable")
    people = followed(found["person"].to_numpy().astype(np.int64), run.source.redirects)
    return Changes(
        names=names,
        cuts=cuts,
        starts=np.searchsorted(key[order], np.arange(len(names) * pieces + 1)),
        person=people[order],
        at_us=at_us[order],
        numbers={name: _numbers(found[fields.number(name)])[order] for name in fields.numbers},
        meets={w: np.asarray(found[f"w{i}"])[order] for i, w in enumerate(wheres)},
    )


def _needed(
    parts: Mapping[Part, Sequence[Span]], also: frozenset[str]
) -> dict[Span, frozenset[str]]:
    """Whose events each span is read for: what one part's window lost, another's still holds."""
    found = {EVER: also} if also else {}
    for part, spans in parts.items():
        for span in spans:
            found[span] = found.get(span, frozenset()) | frozenset(part.events)
    return found


def _range(spans: Iterable[Span]) -> Span:
    """From the first start to the last end. What lies between is read, and asked for by nobody."""
    starts, ends = zip(*spans, strict=True)
    return (None if None in starts else min(starts), None if None in ends else max(ends))


@lru_cache(maxsize=64)
def _statement(
    dialect: str,
    names: tuple[str, ...],
    within: Span,
    fields: Fields,
    wheres: tuple[Where, ...],
    cleaning: Cleaning,
) -> str:
    """Within an hour the range stays the same, and so does the statement.

    One comparison a name, and not a list: engines make a join of a list. Pieces of time are told
    apart by whoever reads the answer, which is five times cheaper.
    """
    table = fields.table()
    rows = table.filter(reduce(operator.or_, (table.event == name for name in names)))
    start, end = within
    rows = rows if start is None else rows.filter(rows.at_us >= start)
    rows = rows if end is None else rows.filter(rows.at_us < end)
    masks = {f"w{i}": passes(rows, fields, where, cleaning) for i, where in enumerate(wheres)}
    columns = [fields.number(name) for name in fields.numbers]
    code = rows.event.cases(
        *((name, ibis.literal(i, "int32")) for i, name in enumerate(names)),
        else_=ibis.literal(-1, "int32"),
    )
    return compiled(rows.select("person", "at_us", *columns, code=code, **masks), dialect)


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
