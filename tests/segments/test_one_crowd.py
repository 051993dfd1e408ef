"""The reference without groups keeps skew, ties and correlations, and has one mode a column."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp, spearmanr

from segments.learning.one_crowd import margin, one_crowd
from tests.conformance.planted import Floats

LEVELS = (np.arange(20_000) + 0.5) / 20_000


def has_one_mode(share: Floats, width: Floats) -> bool:
    """The density rises to its highest cell and falls after it, but for rounding."""
    density = share / width
    top = int(np.argmax(density))
    rises = (np.diff(density[: top + 1]) >= -1e-9).all()
    return bool(rises and (np.diff(density[top:]) <= 1e-9).all())


@pytest.mark.parametrize("kind", ["normal", "exponential", "uniform"])
def test_margin__of_a_column_with_one_mode__then_it_is_that_column(kind: str) -> None:
    rng = np.random.default_rng(0)
    column = getattr(rng, kind)(size=5000)
    found = margin(column)
    assert has_one_mode(found.share, np.diff(found.edges))
    assert ks_2samp(found.at(LEVELS), column).statistic < 0.03


def test_margin__of_two_humps__then_it_has_one_between_them() -> None:
    rng = np.random.default_rng(0)
    column = np.concatenate([rng.normal(-5, 1, 2500), rng.normal(5, 1, 2500)])
    found = margin(column)
    counts, edges = np.histogram(column, 50)
    assert not has_one_mode(counts / 5000, np.diff(edges))
    assert has_one_mode(found.share, np.diff(found.edges))
    assert ks_2samp(found.at(LEVELS), column).statistic > 0.1


def test_margin__of_small_counts__then_only_those_counts_are_drawn() -> None:
    column = np.random.default_rng(0).poisson(1.5, 3000).astype(float)
    drawn = margin(column).at(LEVELS)
    assert set(drawn) <= set(column)
    assert drawn.mean() == pytest.approx(column.mean(), rel=0.05)


def test_margin__of_counts_with_two_humps__then_it_is_worked_by_hand() -> None:
    """Shares .4 .1 .4 .1 on 0, 1, 2, 3: the dip is filled from the second hump (or the first)."""
    column = np.repeat([0.0, 1, 2, 3], [40, 10, 40, 10])
    share = margin(column).share
    assert sorted(share.round(3).tolist()) == [0.1, 0.25, 0.25, 0.4]


def test_crowd__when_drawn__then_rank_correlations_are_kept() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(4000, 3)) @ np.array([[1, 0.8, 0], [0, 0.6, 0.3], [0, 0, 1]])
    rows = np.exp(rows)
    drawn = one_crowd(rows).draw(np.random.default_rng(1))
    np.testing.assert_allclose(spearmanr(drawn).statistic, spearmanr(rows).statistic, atol=0.06)


def test_crowd__when_columns_are_categories__then_their_combinations_are_kept_and_no_more() -> None:
    rng = np.random.default_rng(0)
    category = rng.integers(0, 3, 4000)
    rows = np.column_stack([np.eye(3)[category], category + rng.normal(0, 0.1, 4000)])
    drawn = one_crowd(rows).draw(np.random.default_rng(1))
    assert (drawn[:, :3].sum(axis=1) == 1).all()
    assert abs(spearmanr(drawn[:, 0], drawn[:, 3]).statistic) < 0.06


def test_crowd__when_drawn_with_the_same_seed__then_it_is_the_same() -> None:
    crowd = one_crowd(np.random.default_rng(0).normal(size=(100, 2)))
    one, other = (crowd.draw(np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
