"""Which scans answer a set of traits."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.conditions.types import TraitSpec
from marketing.kernel.errors import NotFound
from marketing.kernel.windows import Window
from marketing.personas import plan
from marketing.personas.shipped import SHIPPED

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SPECS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.builds(
        lambda events, days, skip: TraitSpec(
            function="count",
            events=tuple(events),
            window=Window(days=days, skip_days=skip if days else 0),
        ),
        st.lists(st.sampled_from("AB"), min_size=1, max_size=2, unique=True),
        st.none() | st.integers(1, 400),
        st.integers(0, 60),
    ),
)


def spec(*events: str, days: int | None = None) -> TraitSpec:
    return TraitSpec(function="count", events=events, window=Window(days=days))


@given(SPECS)
def test_plan__when_made__then_each_part_is_in_one_scan_that_reaches_it(
    specs: dict[str, TraitSpec],
) -> None:
    parts = plan.parts_of(specs)
    scans = plan.make(parts.values(), NOW, SHANGHAI)
    answered = [part.key() for scan in scans for part in scan.parts]
    assert sorted(answered) == sorted(parts)
    for scan in scans:
        starts = [each.window.bounds(NOW, SHANGHAI)[0] for each in scan.parts]
        assert scan.since == (None if None in starts else min(filter(None, starts)))
        assert all(set(each.events) == set(scan.events) for each in scan.parts)
    assert len(scans) <= 2 * len({frozenset(each.events) for each in specs.values()})


def test_plan__when_events_are_the_same__then_near_windows_share_and_far_ones_do() -> None:
    specs = {
        "week": spec("A", "B", days=7),
        "quarter": spec("B", "A", days=90),
        "year": spec("A", "B", days=365),
        "ever": spec("A", "B"),
        "other": spec("A", days=7),
    }
    scans = plan.make(plan.parts_of(specs).values(), NOW, SHANGHAI)
    quarter, week = (Window(days=days).bounds(NOW, SHANGHAI)[0] for days in (90, 7))
    assert {(scan.events, scan.since): len(scan.parts) for scan in scans} == {
        (("A",), week): 1, (("A", "B"), None): 2, (("A", "B"), quarter): 2,
    }  # fmt: skip


def test_plan__when_traits_share_a_part__then_it_is_computed_once() -> None:
    specs = {
        function: TraitSpec(function=function, events=("B", "A", "A"), property="x")
        for function in ("sum", "mean", "count")
    }
    parts = plan.parts_of(specs).values()
    assert sorted(part.kind for part in parts) == ["known", "n", "total"]
    assert {part.events for part in parts} == {("A", "B")}


def test_plan__when_the_same_texts_are_counted_and_ranked__then_one_scan_answers_both() -> None:
    specs = {
        function: TraitSpec(function=function, events=("A",), property="x")
        for function in ("distinct", "mode")
    }
    (scan,) = plan.make(plan.parts_of(specs).values(), NOW, SHANGHAI)
    assert {part.kind for part in scan.parts} == {"distinct", "mode"}


def test_plan__when_it_is_of_the_shipped_traits__then_few_scans_answer_many() -> None:
    parts = plan.parts_of({name: trait.spec for name, trait in SHIPPED.items()})
    assert len(plan.make(parts.values(), NOW, SHANGHAI)) < len(parts) / 2 + 2


def test_plan__when_a_function_is_misspelt__then_the_nearest_is_suggested() -> None:
    with pytest.raises(NotFound, match="trait function 'cuont'") as caught:
        plan.parts_of({"x": TraitSpec(function="cuont", events=("A",))})
    assert caught.value.fix == "Did you mean 'count'?"
