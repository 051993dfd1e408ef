"""Two groups over epochs whose shares moved: by hand, by the score equation, against pooling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.experiments.statistics.compare import Cell, Shape, compare
from marketing.experiments.statistics.pairs import Pairs

Counts = tuple[int, int]
groups = st.integers(2, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


def cell(treated: Counts, control: Counts, share: float | None = 0.5) -> Cell:
    """(people, successes) of either."""
    one, other = (Pairs(n=n, y=k, yy=k) for n, k in (treated, control))
    return Cell(one, other, share)


@given(first=groups, second=groups)
def test_compare__one_epoch_of_conversions__then_bounds_solve_the_score_equation(
    first: Counts, second: Counts
) -> None:
    found = compare(Shape.RATE, [cell(first, second)])
    n, successes = first[0] + second[0], first[1] + second[1]
    if successes in (0, n):
        assert found is None
        return
    assert found is not None
    ends = found.bounds(1.959963984540054)
    assert ends is not None and -1 <= ends[0] <= ends[1] <= 1
    gap = first[1] / first[0] - second[1] / second[0]

    def distance(effect: float) -> float:
        low = (successes - first[0] * effect) / n
        high = low + effect
        variance = high * (1 - high) / first[0] + low * (1 - low) / second[0]
        return float((gap - effect) ** 2 - 3.841458820694124 * variance * n / (n - 1))

    for bound in ends:
        assert abs(bound) == 1 or distance(bound) == pytest.approx(0, abs=1e-9)
    assert found.value == pytest.approx(gap)


def test_compare__shares_that_moved__then_epochs_add_equal_variance() -> None:
    rates, sizes, shares = 0.1 * 0.9, [(1_000, 1_000), (50, 950)], [0.5, 0.05]
    cells = [cell((t, t // 10), (c, c // 10), s) for (t, c), s in zip(sizes, shares, strict=True)]
    weights = np.sqrt([(t + c) * s * (1 - s) for (t, c), s in zip(sizes, shares, strict=True)])
    parts = weights**2 * [rates * (1 / t + 1 / c) for t, c in sizes]
    assert parts[0] == pytest.approx(parts[1])
    found = compare(Shape.RATE, cells)
    assert found is not None
    ends = found.bounds(1.0)
    assert ends is not None
    assert (ends[1] - ends[0]) / 2 == pytest.approx(np.sqrt(parts.sum()) / weights.sum(), rel=0.01)


@given(seed=st.integers(0, 50))
def test_compare__arms_swapped__then_mirrored(seed: int) -> None:
    rng = np.random.default_rng(seed)
    there, back = [], []
    for share in (0.5, 0.2, 0.8):
        first, second = ((int(k), int(rng.integers(1, k))) for k in rng.integers(20, 90, 2))
        there.append(cell(first, second, share))
        back.append(cell(second, first, 1 - share))
    ours, swapped = compare(Shape.RATE, there), compare(Shape.RATE, back)
    assert ours is not None and swapped is not None
    (low, high), (other_low, other_high) = ours.bounds(2) or (0, 0), swapped.bounds(2) or (0, 0)
    assert (low, high) == pytest.approx((-other_high, -other_low))


@pytest.mark.parametrize("share", [None, 0.9])
def test_compare__base_rate_falls_while_the_share_rises__then_pooling_errs_and_epochs_do_not(
    share: float | None,
) -> None:
    cells = [cell((5_000, 1_000), (5_000, 1_000), share and 0.5),
             cell((9_000, 450), (1_000, 50), share)]  # fmt: skip
    pooled = 1_450 / 14_000 - 1_050 / 6_000
    found = compare(Shape.RATE, cells)
    assert pooled < -0.07
    assert found is not None and found.value == pytest.approx(0, abs=1e-12)


def test_compare__too_little__then_none_or_left_out() -> None:
    good, without = cell((50, 9), (50, 5)), cell((50, 9), (50, 5), 0.0)
    nobody, alike = cell((0, 0), (50, 5)), cell((50, 0), (50, 0))
    assert compare(Shape.RATE, []) is None
    assert compare(Shape.RATE, [without, nobody]) is None
    assert compare(Shape.RATE, [alike]) is None
    assert compare(Shape.RATE, [good, without, nobody]) == compare(Shape.RATE, [good])
    same = Cell(Pairs(n=3, y=30, yy=300), Pairs(n=3, y=30, yy=300))
    assert compare(Shape.MEAN, [same]) is None
