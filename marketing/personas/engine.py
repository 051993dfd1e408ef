"""The persona engine: a plan's scans as Ibis expressions, answers as columns by ordinal."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import numpy as np
import pyarrow as pa

from marketing.conditions.types import Column, Filter, TraitSpec
from marketing.events.messages import microseconds
from marketing.events.scans import Expression, Source, number, value
from marketing.personas.plan import Scan
from marketing.personas.traits import Moment, Rows, check

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


@dataclass(frozen=True)
class Run:
    """What all scans of one run share."""

    source: Source
    now: datetime
    zone: ZoneInfo
    size: int
    people: tuple[int, ...] | None = None

    @property
    def moment(self) -> Moment:
        offset = self.now.astimezone(self.zone).utcoffset()
        seconds = offset.total_seconds() if offset else 0.0
        return Moment(microseconds(self.now.astimezone(UTC)), int(seconds) * 1_000_000)


def compute(run: Run, scans: Sequence[Scan]) -> dict[str, Column]:
    """Column name to Column of length ``run.size`` (people without events get the empty value)."""
    answers: dict[str, Column] = {}
    for scan in scans:
        answers.update(_scan(run, scan))
    return answers


def _scan(run: Run, scan: Scan) -> dict[str, Column]:
    rows = run.source.rows(scan.since)
    rows = rows.filter(rows.event.isin(list(scan.events)))
    if run.people is not None:
        rows = rows.filter(rows.person.isin(list(run.people)))
    aggregates = {
        f"c{i}": _aggregate(rows, spec, run) for i, (_name, spec) in enumerate(scan.columns)
    }
    table = rows.group_by("person").aggregate(**aggregates).to_pyarrow()
    ordinals = table["person"].to_numpy().astype(np.int64)
    return {
        name: _scatter(table[f"c{i}"], ordinals, spec, run.size)
        for i, (name, spec) in enumerate(scan.columns)
    }


def _aggregate(rows: Expression, spec: TraitSpec, run: Run) -> Expression:
    properties = rows.properties.cast("json")
    since, until = spec.window.bounds(run.now, run.zone)
    inside = rows.at_us < microseconds(until)
    if since is not None:
        inside &= rows.at_us >= microseconds(since)
    inside = reduce(operator.and_, (_holds(properties, each) for each in spec.where), inside)
    name = spec.property or ""
    text = value(properties, name).cast("string").nullif("null")
    columns = Rows(rows.at_us, number(properties, name), text, inside)
    return check(spec).aggregate(columns, run.moment)


def _holds(properties: Expression, each: Filter) -> Expression:
    if isinstance(each.value, str):
        found = value(properties, each.property).str
    else:
        found = number(properties, each.property)
    wanted = float(each.value) if isinstance(each.value, bool) else each.value
    return _COMPARE[each.op](found, wanted).fill_null(ibis.literal(False))


def _scatter(
    answers: pa.ChunkedArray, ordinals: np.ndarray[Any, Any], spec: TraitSpec, size: int
) -> Column:
    """From one row per person seen to one row per ordinal."""
    found = answers.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    empty = check(spec).empty
    values = np.full(size, np.nan if empty is None else float(empty), dtype=np.float64)
    values[ordinals] = np.where(np.isnan(found) & (empty is not None), values[ordinals], found)
    return Column(values, ~np.isnan(values))
