"""What happened (or expired) as plain columns, and what it adds to the parts that merge.

One fetch serves all parts. Time is cut at every start and end of their spans; rows are sorted by
event and piece, so that what a part counts of an event is one slice and no mask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from marketing.conditions.types import Filter
from marketing.personas.cleaning import Cleaning
from marketing.personas.engine import Run, followed
from marketing.personas.engines import EVER, Engine, Reading, Span, compiled
from marketing.personas.fields import Fields, needed, passes
from marketing.personas.parts import Expression, Part, kind_of

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
    """The events of these parts within any of their spans; ``also``: all events of these names."""
    spans = {span for each in parts.values() for span in each}
    spans |= {EVER} if also else set()
    cuts = tuple(sorted({cut for span in spans for cut in span if cut is not None}))
    names = tuple(sorted({*also, *(name for part in parts for name in part.events)}))
    if not names:
        nothing = np.empty(0, dtype=np.int64)
        return Changes((), cuts, np.zeros(1, dtype=np.int64), nothing, nothing, {}, {})
    fields, wheres = needed(parts), tuple(sorted({p.where for p in parts if p.where}, key=repr))
    statement = _statement(engine.dialect, names, cuts, tuple(sorted(spans, key=repr)), fields,
                           wheres, run.cleaning)  # fmt: skip
    reading = Reading(fields, tuple(spans), follow=False, bounds=run.cleaning.bounds)
    found = engine.answer(statement, reading)
    key = found["key"].to_numpy().astype(np.int32)
    order = np.argsort(key, kind="stable")
    pieces = len(names) * (len(cuts) + 1)
    people = followed(found["person"].to_numpy().astype(np.int64), run.source.redirects)
    return Changes(
        names=names,
        cuts=cuts,
        starts=np.searchsorted(key[order], np.arange(pieces + 1)),
        person=people[order],
        at_us=found["at_us"].to_numpy()[order],
        numbers={name: _numbers(found[fields.number(name)])[order] for name in fields.numbers},
        meets={w: np.asarray(found[f"w{i}"])[order] for i, w in enumerate(wheres)},
    )


@lru_cache(maxsize=64)
def _statement(
    dialect: str,
    names: tuple[str, ...],
    cuts: tuple[int, ...],
    spans: tuple[Span, ...],
    fields: Fields,
    wheres: tuple[Where, ...],
    cleaning: Cleaning,
) -> str:
    """Within an hour the cuts stay the same, and so does the statement."""
    table = fields.table()
    rows = table.filter(table.event.isin(list(names)) & _within(table, spans))
    masks = {f"w{i}": passes(rows, fields, where, cleaning) for i, where in enumerate(wheres)}
    columns = [fields.number(name) for name in fields.numbers]
    return compiled(
        rows.select("person", "at_us", *columns, key=_key(rows, names, cuts), **masks), dialect
    )


def _key(rows: Expression, names: tuple[str, ...], cuts: tuple[int, ...]) -> Expression:
    """Place of the event times the number of pieces, plus the piece."""
    pieces = len(cuts) + 1
    code = ibis.cases(
        *((rows.event == name, ibis.literal(i * pieces, "int32")) for i, name in enumerate(names)),
        else_=ibis.literal(0, "int32"),
    )
    if not cuts:
        return code
    piece = ibis.cases(
        *((rows.at_us < cut, ibis.literal(i, "int32")) for i, cut in enumerate(cuts)),
        else_=ibis.literal(len(cuts), "int32"),
    )
    return code + piece


def _within(table: Expression, spans: Sequence[Span]) -> Expression:
    answer: Expression = ibis.literal(False)
    for start, end in spans:
        inside: Expression = ibis.literal(True)
        if start is not None:
            inside = inside & (table.at_us >= start)
        if end is not None:
            inside = inside & (table.at_us < end)
        answer = answer | inside
    return answer


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
