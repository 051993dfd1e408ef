"""The RFM grid: every cell has one region, and the numbers are those of a plain loop."""

from __future__ import annotations

from itertools import product
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing.kernel.errors import Invalid
from segments.analysis.rfm_grid import rfm_grid
from segments.analysis.rfm_regions import LEVELS, REGIONS, region_of

# The widespread table, as it is usually printed: recency down, frequency across (1 to 5).
TABLE = {
    5: ("new", "potential_loyalists", "potential_loyalists", "champions", "champions"),
    4: ("promising", "potential_loyalists", "potential_loyalists", "loyal", "loyal"),
    3: ("about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    1: ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
}
LEVEL = st.none() | st.integers(1, 5)
PEOPLE = st.lists(st.tuples(LEVEL, LEVEL, st.none() | st.integers(0, 10_000)), max_size=60)


@pytest.mark.parametrize(("recency", "frequency"), list(product(LEVELS, LEVELS)))
def test_cell__of_the_grid__then_exactly_one_region_holds_it_whatever_the_money(
    recency: int, frequency: int
) -> None:
    holding = [region for region in REGIONS if region.holds(recency, frequency)]
    assert [region.key for region in holding] == [TABLE[recency][frequency - 1]]
    for money in LEVELS:
        grid = rfm_grid(*(np.array([float(x)]) for x in (recency, frequency, money)))
        assert sum(total.people for total in grid.regions) == 1
        assert grid.cells[recency, frequency].region is holding[0]


def test_regions__when_named__then_in_both_languages_and_all_differ() -> None:
    for language in ("en", "zh"):
        assert len({region.name.say(language) for region in REGIONS}) == len(REGIONS) == 10
        assert all(region.meaning.say(language) for region in REGIONS)


@pytest.mark.parametrize(("recency", "frequency"), [(0, 3), (3, 6)])
def test_region__of_another_level__then_there_is_none(recency: int, frequency: int) -> None:
    with pytest.raises(ValueError, match="no region"):
        region_of(recency, frequency)


def column(values: list[int | None]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([np.nan if value is None else float(value) for value in values])


@settings(max_examples=150, deadline=None)
@given(PEOPLE)
def test_grid__beside_a_plain_loop__then_people_shares_and_medians_are_equal(
    people: list[tuple[int | None, int | None, int | None]],
) -> None:
    grid = rfm_grid(*(column([each[i] for each in people]) for i in range(3)))
    known = [(r, f, m) for r, f, m in people if r is not None and f is not None]
    assert (grid.people, grid.without) == (len(known), len(people) - len(known))
    assert len(grid.cells) == 25
    for (recency, frequency), cell in grid.cells.items():
        money = [m for r, f, m in known if (r, f) == (recency, frequency)]
        assert cell.people == len(money)
        assert cell.share == (len(money) / len(known) if known else None)
        amounts = [m for m in money if m is not None]
        assert cell.median_money == (median(amounts) if amounts else None)
    total = sum(m for _, _, m in known if m is not None)
    for each in grid.regions:
        mine = [m for r, f, m in known if TABLE[r][f - 1] == each.region.key]
        assert each.people == len(mine)
        paid = sum(m for m in mine if m is not None)
        assert each.money_share == (pytest.approx(paid / total) if total else None)


def test_levels__when_they_are_not_1_to_5__then_they_are_refused() -> None:
    one = np.array([1.0])
    for recency, frequency, money in ((np.array([2.5]), one, one), (one, np.array([6.0]), one),
                                      (one, one, np.ones(2))):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            rfm_grid(recency, frequency, money)
        assert caught.value.code == "bad_levels"
