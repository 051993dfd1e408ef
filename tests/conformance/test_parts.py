"""The laws of every part: what scans answer in pieces and slides put together."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.conditions.types import Column, Step, Then
from marketing.events import warehouse
from marketing.events.scans import Source
from marketing.personas.changes import fetch
from marketing.personas.cleaning import Cleaning
from marketing.personas.engine import Run, answer, as_kind, nothing, put
from marketing.personas.engines import EVER
from marketing.personas.parts import PARTS, Merge, Part
from marketing.personas.rebuilding import differing
from marketing.personas.rows import everybody
from marketing.personas.traits import Moment
from tests.conformance.streams import FILTERS, LISTS, MOMENTS, NAMES, ZONES, Said, rows, streams

SIZE = 5
every_member = pytest.mark.parametrize("kind", list(PARTS))
laws = settings(max_examples=10, deadline=None)


def parts(kind: str) -> st.SearchStrategy[Part]:
    step = Step(events=NAMES[1:2])
    return st.builds(
        lambda where, name: Part(
            kind=kind, events=NAMES[:1], property=name if PARTS.get(kind).reads else None,
            where=tuple(where),
            then=Then(step=step, within_hours=24) if kind == "sequence" else None,
            steps=(step,) if kind == "steps" else (),
        ),
        st.lists(FILTERS, max_size=1), st.sampled_from(["price", "城市"]),
    )  # fmt: skip


def run_over(stream: list[Said], now: datetime, zone: ZoneInfo) -> Run:
    source = Source(None, warehouse.as_table(rows(stream)), {})
    cleaning = Cleaning(named=tuple(LISTS.items()))
    return Run(source, Moment(now, zone), everybody(SIZE), cleaning, is_open=True)


def answered(run: Run, part: Part) -> Column:
    with run.opened() as engine:
        return answer(run, engine, [part])[part.key()]


@every_member
@laws
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_part__when_it_merges__then_two_halves_are_the_whole(
    kind: str, data: st.DataObject, now: datetime, zone: ZoneInfo
) -> None:
    member, part = PARTS.get(kind), data.draw(parts(kind))
    stream = data.draw(streams(now, zone))
    whole = answered(run_over(stream, now, zone), part)
    if member.merge is None:  # then only the events tell: at least their order does not matter
        assert differing(answered(run_over(stream[::-1], now, zone), part), whole) == 0
        return
    half = data.draw(st.integers(0, len(stream)))
    together = answered(run_over(stream[:half], now, zone), part)
    other = answered(run_over(stream[half:], now, zone), part)
    put(np.asarray(together.values), np.arange(SIZE), np.asarray(other.values, np.float64),
        member.merge)  # fmt: skip
    assert differing(as_kind(together, member), whole) == 0


@every_member
@laws
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_part__when_it_merges__then_its_events_one_by_one_are_what_a_scan_answers(
    kind: str, data: st.DataObject, now: datetime, zone: ZoneInfo
) -> None:
    member, part = PARTS.get(kind), data.draw(parts(kind))
    if member.merge is None:
        with pytest.raises(NotImplementedError):
            member.of(np.empty(0, dtype=np.int64), np.empty(0))
        return
    run = run_over(data.draw(streams(now, zone)), now, zone)
    column = nothing(member, SIZE)
    with run.opened() as engine:
        people, values = fetch(run, engine, {part: [EVER]}).of(part, EVER)
    put(np.asarray(column.values), people, values, member.merge)
    assert differing(as_kind(column, member), answered(run, part)) == 0


@every_member
def test_part__when_it_declares_itself__then_a_sum_begins_at_nothing(kind: str) -> None:
    member = PARTS.get(kind)
    assert member.empty in (None, 0)
    assert (member.merge is Merge.ADD) <= (member.empty == 0)
    assert not (member.is_text and member.is_whole)
    assert member.reads in ("", "number", "text")
