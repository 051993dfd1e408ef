"""Sums of many groups at once are the sums of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.experiments.statistics import cells
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.sufficient import Mean, Proportion

CELLS = 4
PEOPLE = st.lists(
    st.tuples(st.integers(0, CELLS - 1), st.integers(-1_000, 10**6), st.integers(0, 50))
)


@given(PEOPLE)
def test_cells__any_people__then_as_each_group_by_itself(
    people: list[tuple[int, int, int]],
) -> None:
    codes = np.array([code for code, _y, _x in people], dtype=np.int64)
    y = np.array([y for _code, y, _x in people], dtype=np.float64)
    x = np.array([x for _code, _y, x in people], dtype=np.float64)
    inside = [codes == cell for cell in range(CELLS)]
    assert cells.pairs(codes, CELLS, y, x) == [Pairs.of(y[mine], x[mine]) for mine in inside]
    assert cells.means(codes, CELLS, y) == [Mean.of(y[mine]) for mine in inside]
    reached = y > 0
    found = cells.proportions(codes, CELLS, reached)
    assert found == [Proportion.of(reached[mine]) for mine in inside]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_cells__a_value_is_not_a_number__then_refused(value: float) -> None:
    with pytest.raises(ValueError, match="NaN"):
        cells.pairs(np.array([0]), 1, np.array([1.0]), np.array([value]))
