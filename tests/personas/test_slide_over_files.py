"""The slide over the warehouse's files: each edge of a window reads its own events only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from deltalake import DeltaTable

from marketing.conditions.types import TraitSpec
from marketing.events import warehouse
from marketing.events.scans import Source
from marketing.kernel.moments import microseconds
from marketing.kernel.windows import Window
from marketing.personas import changes, slide
from marketing.personas.engine import Run, answer
from marketing.personas.engines import EVER, Reading, Span, by_events
from marketing.personas.fields import Fields
from marketing.personas.parts import Part
from marketing.personas.plan import parts_of
from marketing.personas.rebuilding import differing
from marketing.personas.rows import everybody
from marketing.personas.traits import Moment
from tests.conformance.streams import Said, rows

SIZE = 6
UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
NAMES = ("A", "B", "C")


@pytest.fixture
def table(tmp_path: Path, settings: pytest.FixtureRequest) -> DeltaTable:
    """Forty days of all three events, a file a day."""
    settings.WAREHOUSE_URL = str(tmp_path / "warehouse")  # type: ignore[attr-defined]
    rng = np.random.default_rng(7)
    said = [
        Said(int(rng.integers(1, SIZE)), str(rng.choice(NAMES)), at, {"price": int(i % 9)})
        for i in range(800)
        for at in [NOW - timedelta(minutes=int(rng.integers(0, 40 * 24 * 60)))]
    ]
    warehouse.write(warehouse.as_table(rows(said)), 1, 0, len(said))
    return DeltaTable(str(tmp_path / "warehouse"))


def spec(event: str, function: str = "count", **window: int) -> TraitSpec:
    return TraitSpec(function=function, events=(event,), property="price", window=Window(**window))


def test_slide__when_events_have_windows_of_their_own__then_it_is_the_scan(
    table: DeltaTable,
) -> None:
    asked = {
        "a": spec("A", days=7), "b": spec("B", "sum", days=14), "c": spec("C", days=30),
        "ab": TraitSpec(function="count", events=("A", "B"), window=Window(days=21)),
        "hours": spec("C", "sum", hours=48), "skipped": spec("A", days=7, skip_days=3),
    }  # fmt: skip
    parts = list(parts_of(asked).values())
    nobody = np.empty(0, dtype=np.int64)
    moments = [NOW - timedelta(days=2), NOW - timedelta(hours=30), NOW]
    runs = [Run(Source(table, warehouse.as_table([]), {}), Moment(each, UTC_ZONE),
                everybody(SIZE), is_open=True) for each in moments]  # fmt: skip
    found = scanned(runs[0], parts)
    for before, run in pairwise(runs):
        fresh = Source(None, warehouse.as_table([]), {})
        step = slide.Step(run, fresh, before.moment, nobody, nobody)
        found = slide.advance(step, found, parts)
        wanted = scanned(run, parts)
        different = {key: differing(found[key], wanted[key]) for key in wanted}
        assert different == dict.fromkeys(wanted, 0)


def scanned(run: Run, parts: Sequence[Part]) -> slide.Parts:
    with run.opened() as engine:
        return answer(run, engine, parts)


def day(ago: int) -> Span:
    start = NOW.replace(hour=0, minute=0) - timedelta(days=ago)
    return microseconds(start), microseconds(start + timedelta(days=1))


def test_reading__when_spans_say_their_events__then_files_are_grouped_by_them(
    table: DeltaTable,
) -> None:
    source = Source(table, warehouse.as_table([]), {})
    uris = {(NOW.date() - each.day).days: each.uri for each in source.stored}
    spans = day(1), day(2), day(3), (day(3)[0], day(1)[1]), day(5)
    events = dict(zip(spans, map(frozenset, ("A", "A", "B", "C")), strict=False))
    reading = Reading(Fields((), ()), spans, events=events)
    found = by_events(source, reading, [uris[ago] for ago in (1, 2, 3, 5)])
    assert found == {
        frozenset("AC"): [uris[1], uris[2]],
        frozenset("BC"): [uris[3]],
        None: [uris[5]],
    }


def test_needed__two_parts_whose_windows_share_an_edge__then_it_is_read_for_both() -> None:
    """A span that one event needs is not read for another's sake alone."""
    edge, own = (10, 20), (20, 30)
    specs = {name: TraitSpec(function="count", events=(name,), window=Window(days=3))
             for name in ("A", "B")}  # fmt: skip
    one, other = (part for part in parts_of(specs).values())
    found = changes._needed({one: [edge, own], other: [edge]}, frozenset({"C"}))
    assert found == {
        EVER: frozenset({"C"}), edge: frozenset({"A", "B"}), own: frozenset(one.events),
    }  # fmt: skip
