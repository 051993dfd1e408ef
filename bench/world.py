"""A seeded world of people and events, as large as asked, in the product's own warehouse format.

People's activity and contents' popularity follow Zipf's law; events are spread over 366 days.
The last day is kept apart as well: it is what a daily slide takes in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable
from numpy.typing import NDArray
from rich.progress import track

from marketing.events import warehouse
from marketing.events.standard import PROMOTED
from marketing.kernel.local_days import DAY_US

SEED = 20_240_612
DAYS = 366
FIRST_DAY = 19_724  # 2024-01-02
CONTENTS = 3_000
# Name, share of all events, properties.
EVENTS: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    ("Course Viewed", 0.42, ("content", "seconds")),
    ("Lesson Completed", 0.20, ("content", "lesson")),
    ("Lesson Progressed", 0.16, ("content", "seconds")),
    ("Searched", 0.08, ("query",)),
    ("Product Added", 0.05, ("content", "price_cents")),
    ("Order Completed", 0.04, ("content", "price_cents")),
    ("Push Opened", 0.03, ("channel",)),
    ("Comment Posted", 0.02, ("content",)),
)
NAMES = tuple(name for name, _share, _properties in EVENTS)
NOW = datetime.fromtimestamp(((FIRST_DAY + DAYS - 1) * DAY_US + 15 * 3_600_000_000) / 1e6, UTC)


@dataclass(frozen=True)
class World:
    """``folder``: the Delta table. ``newest``: the last day's events, of ``warehouse.SCHEMA``."""

    folder: Path
    people: int
    events: int
    newest: pa.Table

    def table(self) -> DeltaTable:
        return DeltaTable(str(self.folder))


def build(folder: Path, people: int, events: int, days: int = DAYS) -> World:
    """Write the world; the same arguments give the same world. ``days``: only the last so many."""
    rng = np.random.default_rng(SEED)
    draw = _Draws(rng, people)
    begin = DAYS - days
    per_day = np.full(days, events // days)
    per_day[: events - int(per_day.sum())] += 1
    newest = warehouse.SCHEMA.empty_table()
    written, batch = 0, 0
    for first in track(range(begin, DAYS, 14), description="events", transient=True):
        some = [draw.day(day, int(per_day[day - begin]))
                for day in range(first, min(first + 14, DAYS))]  # fmt: skip
        batch, written = batch + 1, written + sum(each.num_rows for each in some)
        warehouse.write(pa.concat_tables(some), batch, 0, written)
        newest = some[-1]
    return World(folder, people, events, newest)


class _Draws:
    """Columns of random events."""

    def __init__(self, rng: np.random.Generator, people: int) -> None:
        self.rng = rng
        self.activity = _zipf(people, 0.6)
        self.order = rng.permutation(people) + 1
        self.popularity = _zipf(CONTENTS, 1.0)
        self.shares = np.cumsum([share for _name, share, _properties in EVENTS])
        self.words = {
            "content": pa.array([f"c{i:04}" for i in range(CONTENTS)]),
            "lesson": pa.array([f"l{i:02}" for i in range(40)]),
            "query": pa.array([f"word {i}" for i in range(500)]),
            "channel": pa.array(["push", "inbox"]),
        }

    def day(self, day: int, n: int) -> pa.Table:
        rng = self.rng
        until = DAY_US if day < DAYS - 1 else 15 * 3_600_000_000  # now is in the afternoon
        at_us = (FIRST_DAY + day) * DAY_US + rng.integers(0, until, n)
        person = self.order[
            np.searchsorted(self.activity, rng.random(n)).clip(max=len(self.order) - 1)
        ]
        kind = np.searchsorted(self.shares, rng.random(n)).clip(max=len(EVENTS) - 1)
        columns = {
            "message_id": pc.binary_join_element_wise(
                pa.repeat(f"{day:03}", n), pa.array(np.arange(n)).cast(pa.string()), "-"
            ),
            "person": pa.array(person, pa.int64()),
            "kind": pa.repeat("track", n),
            "event": pa.array(NAMES).take(pa.array(kind)),
            "at_us": pa.array(at_us, pa.int64()),
            "received_at_us": pa.array(at_us, pa.int64()),
            "shape": pa.repeat(pa.scalar(len(PROMOTED), pa.int16()), n),
        }
        columns |= self._promoted(kind, n)
        columns["properties"] = _as_json(columns)
        return pa.table([columns[field.name] for field in warehouse.SCHEMA], warehouse.SCHEMA)

    def _promoted(self, kind: NDArray[np.int64], n: int) -> dict[str, pa.Array]:
        found = {}
        for each in PROMOTED:
            has = np.isin(
                kind, [i for i, (_n, _s, names) in enumerate(EVENTS) if each.name in names]
            )
            values = self._values(each.name, each.type, n)
            found[each.column] = pc.if_else(pa.array(has), values, pa.nulls(n, values.type))
        return found

    def _values(self, name: str, type_: str, n: int) -> pa.Array:
        if name == "content":
            code = np.searchsorted(self.popularity, self.rng.random(n)).clip(max=CONTENTS - 1)
            return self.words[name].take(pa.array(code))
        if name in self.words:
            return self.words[name].take(pa.array(self.rng.integers(0, len(self.words[name]), n)))
        if name == "price_cents":
            return pa.array(self.rng.integers(10, 400, n) * 100.0)
        if name == "seconds":
            return pa.array(self.rng.integers(1, 3_600, n) * 1.0)
        return pa.nulls(n, pa.string() if type_ == "text" else pa.float64())


def _zipf(n: int, exponent: float) -> NDArray[np.float64]:
    weights = 1 / np.arange(1, n + 1) ** exponent
    return np.cumsum(weights / weights.sum())


def _as_json(columns: dict[str, pa.Array]) -> pa.Array:
    """The same properties as a host would have sent them."""
    parts = []
    for each in PROMOTED:
        values = columns[each.column]
        if values.null_count == len(values):
            continue
        text = values.cast(pa.int64()).cast(pa.string()) if each.type == "number" else values
        quote = "" if each.type == "number" else '"'
        parts.append(pc.binary_join_element_wise(f'"{each.name}":{quote}', text, quote, ""))
    inside = pc.binary_join_element_wise(*parts, ",", null_handling="skip")
    return pc.binary_join_element_wise("{", inside, "}", "")
