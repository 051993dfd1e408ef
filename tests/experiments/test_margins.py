"""Guardrails: is it ruled out that more than a share of the control's value is lost?"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.experiments.statistics.compare import Cell, Shape, compare
from marketing.experiments.statistics.pairs import Pairs


def rate(n: int, reached: int) -> Pairs:
    return Pairs(n, reached, 0.0, reached)


def kept(shape: Shape, cells: list[Cell], keep: float) -> float:
    found = compare(shape, cells, keep=keep)
    assert found is not None
    return found.z


@given(st.integers(20, 500), st.integers(20, 500), st.data())
def test_rates__all_of_the_control_is_kept__then_as_without_a_margin(
    n: int, m: int, data: st.DataObject
) -> None:
    cells = [Cell(rate(n, data.draw(st.integers(1, n - 1))), rate(m, data.draw(st.integers(0, m))))]
    plain = compare(Shape.RATE, cells)
    assert plain is not None
    assert kept(Shape.RATE, cells, 1 + 1e-9) == pytest.approx(plain.z, abs=1e-4)


def test_rates__by_hand__then_the_same() -> None:
    """450 of 9,000 against 60 of 1,000, nine tenths of which are to be kept."""
    shared = 510 / (1_000 + 0.9 * 9_000)
    lost = 0.9 * shared
    variance = lost * (1 - lost) / 9_000 + 0.81 * shared * (1 - shared) / 1_000
    wanted = (0.05 - 0.9 * 0.06) / sqrt(variance * 10_000 / 9_999)
    assert kept(Shape.RATE, [Cell(rate(9_000, 450), rate(1_000, 60))], 0.9) == pytest.approx(wanted)


def test_amounts__by_hand__then_the_same() -> None:
    rng = np.random.default_rng(2)
    y, other = rng.gamma(2, 50, 400), rng.gamma(2, 50, 300)
    error = sqrt(y.var(ddof=1) / 400 + 0.95**2 * other.var(ddof=1) / 300)
    wanted = (y.mean() - 0.95 * other.mean()) / error
    assert kept(Shape.MEAN, [Cell(Pairs.of(y), Pairs.of(other))], 0.95) == pytest.approx(wanted)


def test_ratios__by_hand__then_the_same() -> None:
    rng = np.random.default_rng(3)
    groups, told = [], []
    for n in (500, 400):
        x = rng.poisson(5, n) + 1.0
        y = rng.binomial(x.astype(int), 0.2).astype(float)
        ratio = y.mean() / x.mean()
        told.append((ratio, (y - ratio * x).var(ddof=1) / n / x.mean() ** 2))
        groups.append(Pairs.of(y, x))
    (a, var_a), (b, var_b) = told
    wanted = (a - 0.9 * b) / sqrt(var_a + 0.81 * var_b)
    assert kept(Shape.RATIO, [Cell(groups[0], groups[1])], 0.9) == pytest.approx(wanted)


def test_adjusted_amounts__kept_in_part__then_about_zero_where_just_that_part_is_kept() -> None:
    """What was before is taken off as a distance from its mean: else its level would be lost too,
    and the error would be far too small.
    """
    rng, found = np.random.default_rng(4), []
    for _ in range(2_000):
        arms = []
        for part in (0.9, 1.0):
            before = rng.normal(100, 20, 200)
            arms.append(Pairs.of(part * (before + rng.normal(0, 10, 200)), before))
        found.append(kept(Shape.ADJUSTED, [Cell(arms[0], arms[1])], 0.9))
    assert np.mean(found) == pytest.approx(0, abs=0.08)
    assert np.std(found) == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize(("held_out", "rate_", "keep"), [(1_000, 0.05, 0.9), (200, 0.1, 1.2)])
def test_rates__just_so_much_is_kept__then_rarely_said_to_be_more_or_less(
    held_out: int, rate_: float, keep: float
) -> None:
    rng = np.random.default_rng(9)
    treated, control = (rng.binomial(n, p, 4_000).tolist()
                        for n, p in ((9_000, keep * rate_), (held_out, rate_)))  # fmt: skip
    z = np.array([
        kept(Shape.RATE, [Cell(rate(9_000, a), rate(held_out, b))], keep)
        for a, b in zip(treated, control, strict=True)
    ])  # fmt: skip
    # 2.5 %, and three Monte-Carlo errors
    assert np.mean(z > 1.96) < 0.0325 and np.mean(z < -1.96) < 0.0325


def test_rates__kept_in_no_cell_alone_but_together__then_the_cells_count_by_their_weights() -> None:
    cells = [Cell(rate(400, 40), rate(400, 30)), Cell(rate(100, 5), rate(300, 30))]
    weights = [200.0, 75.0]
    value = sum(
        w / 275 * (t.y / t.n - 0.8 * c.y / c.n) for w, (t, c, _) in zip(weights, cells, strict=True)
    )
    found = compare(Shape.RATE, cells, keep=0.8)
    assert found is not None and found.value == pytest.approx(value)
