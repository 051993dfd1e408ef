"""The law of the slide: for every trait function it gives what a scan from scratch gives.

Random streams with late events, across changes of the clocks, with people merged in between;
over everybody (the slide) and over the touched people only (the fold).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.conditions.types import Column, TraitSpec
from marketing.events import warehouse
from marketing.events.log import LogRow
from marketing.events.scans import Source
from marketing.personas import slide
from marketing.personas.cleaning import Cleaning, changed
from marketing.personas.engine import Run, answer
from marketing.personas.plan import parts_of
from marketing.personas.rebuilding import differing
from marketing.personas.rows import Rows, everybody, only
from marketing.personas.traits import TRAITS, Moment
from tests.conformance.streams import LISTS, Said, rows, specs, streams

SIZE = 5
ANY_SPEC = st.sampled_from(list(TRAITS)).flatmap(specs)
NAMED = tuple(LISTS.items())
CLEAN = st.sampled_from(
    [
        Cleaning(named=NAMED),
        Cleaning(named=NAMED, limits=(("price", -5.0, 7.5), ("城市", None, 3.0))),
        Cleaning(named=NAMED, dropped=(("price", 0.0, None),), limits=(("城市", -2.0, 2.0),)),
        Cleaning(limits=(("price", 1.0, 1.0),), dropped=(("a b", -5.0, 5.0),)),
    ]
)
# Across a change of the clocks, a midnight, an hour; within an hour; and a long way.
JOURNEYS = st.sampled_from(
    [
        (ZoneInfo("America/New_York"), datetime(2024, 11, 2, 20, 30, tzinfo=UTC), 9.0),
        (ZoneInfo("America/New_York"), datetime(2024, 11, 3, 3, 59, tzinfo=UTC), 27.0),
        (ZoneInfo("Europe/London"), datetime(2024, 3, 30, 9, 30, tzinfo=UTC), 72.0),
        (ZoneInfo("Asia/Kolkata"), datetime(2024, 6, 12, 18, 29, tzinfo=UTC), 1.0),
        (ZoneInfo("UTC"), datetime(2024, 6, 12, 9, 0, tzinfo=UTC), 0.5),
        (ZoneInfo("UTC"), datetime(2024, 6, 1, 9, 0, tzinfo=UTC), 24.0 * 25),
    ]
)


@dataclass(frozen=True)
class Life:
    """A log in two parts, and who is one with whom before and after the second."""

    stream: list[LogRow]
    split: int
    merged: Mapping[int, int]
    later: Mapping[int, int]

    def source(self, end: int, redirects: Mapping[int, int], start: int = 0) -> Source:
        return Source(None, warehouse.as_table(self.stream[start:end]), redirects)


@st.composite
def lives(draw: st.DrawFn, zone: ZoneInfo, before: datetime, after: datetime) -> Life:
    """Events around both moments, in any order; what came first cannot lie in its own future."""
    said = draw(streams(before, zone))
    late: list[Said] = draw(streams(after, zone))
    early = [each for each in said if each.at <= before]
    stream = rows([*early, *(each for each in late if each.at <= after)])
    merged = draw(st.sampled_from([{}, {3: 1}]))
    later = draw(st.sampled_from([{}, {2: 1}])) | merged
    return Life(stream, len(early), merged, later)


def computed(run: Run, asked: Mapping[str, TraitSpec]) -> dict[str, Column]:
    with run.opened() as engine:
        return answer(run, engine, parts_of(asked).values())


def picked(column: Column, people: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Column:
    return column.take(people)


@settings(max_examples=500, deadline=None)
@given(data=st.data(), journey=JOURNEYS)
def test_slide__when_time_passes_and_events_come__then_it_is_the_scan(
    data: st.DataObject, journey: tuple[ZoneInfo, datetime, float]
) -> None:
    zone, before, hours = journey
    after = before + timedelta(hours=hours)
    life = data.draw(lives(zone, before, after))
    drawn = data.draw(st.lists(ANY_SPEC, min_size=1, max_size=5))
    asked = {f"t{i}": spec for i, spec in enumerate(drawn)}
    clean, ruled = data.draw(CLEAN), data.draw(CLEAN)  # an operator changes the rules in between
    then = run(life, life.split, life.merged, Moment(before, zone), everybody(SIZE), clean)
    end = len(life.stream)
    now = run(life, end, life.later, Moment(after, zone), everybody(SIZE), ruled)
    again = changed(clean, ruled, parts_of(asked))
    old = {key: column for key, column in computed(then, asked).items() if key not in again}
    slid = slide.advance(step(life, now, before), old, parts_of(asked).values())
    wanted = computed(now, asked)
    assert {key: differing(slid[key], wanted[key]) for key in wanted} == dict.fromkeys(wanted, 0)


@settings(max_examples=50, deadline=None)
@given(data=st.data(), journey=JOURNEYS)
def test_fold__when_events_come_within_the_hour__then_the_touched_people_are_as_scanned(
    data: st.DataObject, journey: tuple[ZoneInfo, datetime, float]
) -> None:
    zone, now, _hours = journey
    life = data.draw(lives(zone, now, now))
    drawn = data.draw(st.lists(ANY_SPEC, min_size=1, max_size=5))
    asked = {f"t{i}": spec for i, spec in enumerate(drawn)}
    moment, end, clean = Moment(now, zone), len(life.stream), data.draw(CLEAN)
    old = computed(run(life, life.split, life.merged, moment, everybody(SIZE), clean), asked)
    new = dict(life.later.items() - life.merged.items())
    fresh = {life.later.get(row.person, row.person) for row in life.stream[life.split :]}
    touched = np.array(sorted(fresh | set(new) | set(new.values())), dtype=np.int64)
    some = run(life, end, life.later, moment, only(touched), clean)
    before = {key: picked(column, touched) for key, column in old.items()}
    folded = slide.advance(step(life, some, now), before, parts_of(asked).values())
    wanted = computed(run(life, end, life.later, moment, everybody(SIZE), clean), asked)
    found = {key: differing(folded[key], picked(wanted[key], touched)) for key in wanted}
    assert found == dict.fromkeys(wanted, 0)


def run(
    life: Life,
    end: int,
    redirects: Mapping[int, int],
    moment: Moment,
    whose: Rows,
    clean: Cleaning,
) -> Run:
    return Run(life.source(end, redirects), moment, whose, clean, is_open=True)


def step(life: Life, now: Run, before: datetime) -> slide.Step:
    new = sorted(life.later.items() - life.merged.items())
    pairs = np.array(new, dtype=np.int64).reshape(-1, 2)
    fresh = life.source(len(life.stream), life.later, life.split)
    return slide.Step(now, fresh, Moment(before, now.moment.zone), pairs[:, 0], pairs[:, 1])
