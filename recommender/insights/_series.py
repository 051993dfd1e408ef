"""One number a local period from the events, as exact as the events are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from recommender.insights._calendar import Calendar
from recommender.insights._choice import EventChoice, holds

if TYPE_CHECKING:
    from marketing.events.scans import Expression, Source

Measure = Literal["count", "people", "sum"]
# A sum of floats in another order differs in its last bits; a model must not see that.
_DECIMALS = 6


@dataclass(frozen=True)
class Series:
    """values: float64[n], one a period, without a gap. first_days: its n local dates."""

    values: NDArray[np.float64]
    first_days: tuple[date, ...]

    def __len__(self) -> int:
        return len(self.values)


def measured(
    source: Source, choice: EventChoice, measure: Measure, property: str, calendar: Calendar,
    periods: int,
) -> Series:  # fmt: skip
    """The first ``periods`` of the calendar, from the first one with such an event on.

    A period without events is 0. Empty without any event; for ``sum``, without any number.
    """
    rows = source.rows(calendar.since)
    rows = rows.filter(
        (rows.event == choice.event) & (rows.at_us < int(calendar.starts_us[periods]))
    )
    rows = rows.filter(holds(rows, choice))
    table = _by_period(rows, measure, property, calendar, periods).to_pyarrow()
    place = table["period"].to_numpy().astype(np.int64)
    values = np.zeros(periods)
    values[place] = table["value"].to_numpy(zero_copy_only=False).astype(np.float64)
    start = int(place.min()) if len(place) else periods
    return Series(values.round(_DECIMALS)[start:], calendar.first_days[start:periods])


def _by_period(
    rows: Expression, measure: Measure, property: str, calendar: Calendar, periods: int
) -> Expression:
    import ibis
    import pyarrow as pa

    from marketing.events.scans import number

    starts = ibis.memtable(
        pa.table({"start_us": calendar.starts_us[:periods], "period": np.arange(periods)})
    )
    columns = {"person": rows.person, "at_us": rows.at_us}
    if measure == "sum":
        columns["number"] = number(rows.properties.cast("json"), property)
    placed = rows.select(**columns).asof_join(starts, on=rows.at_us >= starts.start_us)
    if measure == "sum":
        placed = placed.filter(placed.number.notnull())
        value = placed.number.sum()
    else:
        value = placed.count() if measure == "count" else placed.person.nunique()
    return placed.group_by("period").aggregate(value=value)
