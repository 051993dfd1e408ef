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
def test_plan__when_made__then_each_trait_is_in_one_scan_that_reaches_it(
    specs: dict[str, TraitSpec],
) -> None:
    scans = plan.make(specs, NOW, SHANGHAI)
    answered = [name for scan in scans for name, _spec in scan.columns]
    assert sorted(answered) == sorted(specs)
    for scan in scans:
        starts = [each.window.bounds(NOW, SHANGHAI)[0] for _name, each in scan.columns]
        assert scan.since == (None if None in starts else min(filter(None, starts)))
        assert all(set(each.events) == set(scan.events) for _name, each in scan.columns)
    assert len(scans) <= 2 * len({frozenset(each.events) for each in specs.values()})


def test_plan__when_events_are_the_same__then_near_windows_share_and_far_ones_do() -> None:
    specs = {
        "week": spec("A", "B", days=7),
        "quarter": spec("B", "A", days=90),
        "year": spec("A", "B", days=365),
        "ever": spec("A", "B"),
        "other": spec("A", days=7),
    }
    scans = plan.make(specs, NOW, SHANGHAI)
    assert [[name for name, _spec in scan.columns] for scan in scans] == [
        ["other"], ["ever", "year"], ["quarter", "week"],
    ]  # fmt: skip
    quarter = Window(days=90).bounds(NOW, SHANGHAI)[0]
    assert [scan.since for scan in scans[1:]] == [None, quarter]


def test_plan__when_it_is_of_the_shipped_traits__then_few_scans_answer_many() -> None:
    specs = {name: trait.spec for name, trait in SHIPPED.items()}
    scans = plan.make(specs, NOW, SHANGHAI)
    assert 2 * len(scans) <= len(specs)


def test_plan__when_a_function_is_misspelt__then_the_nearest_is_suggested() -> None:
    with pytest.raises(NotFound, match="trait function 'cuont'") as caught:
        plan.make({"x": TraitSpec(function="cuont", events=("A",))}, NOW, SHANGHAI)
    assert caught.value.fix == "Did you mean 'count'?"
