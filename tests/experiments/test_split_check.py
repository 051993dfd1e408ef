"""The check of the split and its bench, against scipy and statsmodels' results."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.split_worlds import World, simulate
from bench.splits import Row, main, totals_p
from marketing.experiments.statistics.checks.split import check_split
from marketing.experiments.statistics.ratio_mismatch import ratio_mismatch_p_value
from marketing.experiments.statistics.stratified_mismatch import stratified_p_values

Table = tuple[NDArray[np.int64], NDArray[np.float64]]
EVEN = [1.0, 1.0]
SIDES = ("less", "greater")
BANDIT = World("bandit", 30_000, 30, (0.10, 0.12), True, floor=0.05)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Strata whose arms are all meant to hold 60 people or more."""
    strata, arms = draw(st.integers(1, 5)), draw(st.integers(2, 4))
    cells = st.lists(st.integers(1, 4), min_size=arms, max_size=arms)
    weights = np.array(draw(st.lists(cells, min_size=strata, max_size=strata)), np.float64)
    off = np.array(draw(st.lists(st.lists(st.integers(-9, 60), min_size=arms, max_size=arms),
                                 min_size=strata, max_size=strata)))  # fmt: skip
    return (80 * weights).astype(np.int64) * 2 + off, weights


@given(table=tables(), scale=st.floats(0.1, 10))
def test_split__one_stratum__then_scipys_chi_square_for_both_questions(
    table: Table, scale: float
) -> None:
    observed, weights = table[0][:1], scale * table[1][:1]
    expected = weights[0] / weights.sum() * observed.sum()
    theirs = scipy.stats.chisquare(observed[0], expected).pvalue
    ours = check_split(observed, weights)
    found = (ours.p_value, ours.lasting_p, ours.anywhere_p, ours.strata[0].p_value)
    assert found == pytest.approx((theirs,) * 4, abs=1e-9)
    assert ours.p_value == pytest.approx(ratio_mismatch_p_value(observed[0], weights[0]))


@given(table=tables())
def test_split__filled_strata__then_squares_are_the_sum_of_scipys(table: Table) -> None:
    observed, weights = table
    expected = weights / weights.sum(axis=1, keepdims=True) * observed.sum(axis=1, keepdims=True)
    each = [scipy.stats.chisquare(*pair).statistic for pair in zip(observed, expected, strict=True)]
    theirs = scipy.stats.chi2.sf(sum(each), observed.shape[0] * (observed.shape[1] - 1))
    assert check_split(observed, weights).anywhere_p == pytest.approx(theirs, abs=1e-9)


@given(table=tables())
def test_split__two_arms__then_lasting_is_the_sum_of_deviations_over_its_deviation(
    table: Table,
) -> None:
    observed, weights = table[0][:, :2], table[1][:, :2]
    people, share = observed.sum(axis=1), weights[:, 0] / weights.sum(axis=1)
    z = (observed[:, 0] - people * share).sum() / np.sqrt((people * share * (1 - share)).sum())
    theirs = 2 * scipy.stats.norm.sf(abs(z))
    assert check_split(observed, weights).lasting_p == pytest.approx(theirs, abs=1e-9)


@given(table=tables(), seed=st.integers(0, 99))
def test_split__arms_in_another_order_or_a_stratum_halved__then_lasting_is_the_same(
    table: Table, seed: int
) -> None:
    observed, weights = table
    order = np.random.default_rng(seed).permutation(observed.shape[1])
    ours = check_split(observed, weights)
    turned = check_split(observed[:, order], weights[:, order])
    parts = np.concatenate([observed[:1] // 2, observed[:1] - observed[:1] // 2, observed[1:]])
    halved = check_split(parts, np.concatenate([weights[:1], weights]))
    assert ours.lasting_p == pytest.approx(turned.lasting_p, abs=1e-9)
    assert ours.anywhere_p == pytest.approx(turned.anywhere_p, abs=1e-9)
    assert ours.lasting_p == pytest.approx(halved.lasting_p, abs=1e-9)


def test_split__strata_of_different_arms__then_each_is_a_question_of_its_own() -> None:
    observed = np.array([[130, 100, 0, 0], [0, 0, 90, 120]])
    weights = np.array([[1, 1, 0, 0], [0, 0, 1, 1.0]])
    each = [scipy.stats.chisquare(pair).statistic for pair in ([130, 100], [90, 120])]
    ours = check_split(observed, weights)
    assert ours.lasting_p == pytest.approx(scipy.stats.chi2.sf(sum(each), 2))


def test_split__small_days__then_merged_with_the_next_until_filled() -> None:
    observed = np.array([[30, 22], [33, 35], [70, 61], [9, 1]])
    ours = check_split(observed, np.array([EVEN] * 4))
    merged = [scipy.stats.chisquare(pair).statistic for pair in ([63, 57], [70, 61])]
    assert ours.anywhere_p == pytest.approx(scipy.stats.chi2.sf(sum(merged), 2))
    assert ours.strata[3].p_value == pytest.approx(scipy.stats.chisquare([9, 1]).pvalue)


def test_split__many_experiments_at_once__then_each_as_alone() -> None:
    observed, weights = simulate(replace(BANDIT, loss=0.2), 20, np.random.default_rng(1))
    found = stratified_p_values(observed, weights)
    together = np.array([found.joined, found.lasting, found.anywhere, found.worst])
    for i in range(20):
        ours = check_split(observed[i], weights[i])
        alone = (ours.p_value, ours.lasting_p, ours.anywhere_p, ours.worst_p)
        assert alone == pytest.approx(together[:, i])


@given(table=tables())
def test_split__any_strata__then_worst_is_scipys_exact_binomial_by_bonferroni(
    table: Table,
) -> None:
    observed, weights = table
    share = weights / weights.sum(axis=1, keepdims=True)
    each = [
        min(scipy.stats.binomtest(int(n), int(row.sum()), p, side).pvalue for side in SIDES)
        for row, split in zip(observed, share, strict=True)
        for n, p in zip(row, split, strict=True)
    ]
    questions = len(each) // (2 if observed.shape[1] == 2 else 1)
    ours = check_split(observed, weights)
    assert ours.worst_p == pytest.approx(min(2 * questions * min(each), 1), rel=1e-6, abs=1e-12)


def test_split__bandit_with_nothing_lost__then_lasting_is_uniform_and_totals_are_not() -> None:
    observed, weights = simulate(BANDIT, 4_000, np.random.default_rng(2))
    found = stratified_p_values(observed, weights)
    assert scipy.stats.kstest(found.lasting, "uniform").pvalue > 0.01
    assert scipy.stats.kstest(found.anywhere, "uniform").pvalue > 0.01
    for p_value in (found.joined, found.worst):
        alarms = int((p_value < 0.01).sum())
        assert scipy.stats.binomtest(alarms, 4_000, 0.01, "greater").pvalue > 0.01
    assert (totals_p(observed, weights) < 0.01).mean() > 0.02


def test_split__one_day_of_ten_broken__then_the_day_is_named() -> None:
    observed = np.array([[5_000, 5_020]] * 10)
    observed[6], observed[2] = [5_000, 4_500], [5_000, 5_300]
    ours = check_split(observed, np.array([EVEN] * 10))
    assert ours.failed and ours.broken == (6,)
    assert ours.lasting_p is not None and ours.lasting_p > 0.001
    assert ours.anywhere_p is not None and ours.anywhere_p / 0.025 > 0.001


def test_split__off_by_luck_on_a_day_but_not_failed__then_no_day_is_named() -> None:
    ours = check_split(np.array([[5_000, 5_365], [5_000, 4_900]]), np.array([EVEN] * 2))
    assert ours.strata[0].adjusted_p is not None and ours.strata[0].adjusted_p < 0.001
    assert not ours.failed and ours.broken == ()


def test_split__day_on_which_all_go_to_one_arm__then_it_asks_nothing() -> None:
    alone = check_split(np.array([[90, 60]]), np.array([EVEN]))
    ours = check_split(np.array([[90, 60], [200, 0]]), np.array([EVEN, [1.0, 0.0]]))
    assert (ours.p_value, ours.anywhere_p) == pytest.approx((alone.p_value, alone.anywhere_p))


def test_split__a_little_lost_every_day__then_failed_and_no_day_named() -> None:
    ours = check_split(np.array([[5_000, 4_900]] * 100), np.array([EVEN] * 100))
    assert ours.failed and ours.broken == ()
    assert ours.anywhere_p is not None and ours.anywhere_p > 0.001


@given(table=tables())
def test_split__several_strata__then_the_questions_are_joined_by_their_weights(
    table: Table,
) -> None:
    observed, weights = (np.concatenate([part, part]) for part in table)
    ours = check_split(observed, weights)
    assert ours.lasting_p is not None and ours.anywhere_p is not None and ours.worst_p is not None
    joined = min(ours.lasting_p / 0.85, ours.anywhere_p / 0.025, ours.worst_p / 0.025, 1)
    assert ours.p_value == pytest.approx(joined)
    assert ours.failed is (joined < 0.001)


@pytest.mark.parametrize(
    ("observed", "weights", "expected"),
    [
        (np.zeros((0, 2), int), np.zeros((0, 2)), None),
        (np.zeros((2, 0), int), np.zeros((2, 0)), None),
        (np.array([[900], [800]]), np.ones((2, 1)), None),
        (np.array([[49, 49]]), np.array([EVEN]), None),
        (np.array([[90, 90, 4]]), np.array([[1, 1, 0.05]]), None),
        (np.array([[0, 0], [60, 60]]), np.array([[0.0, 0.0], EVEN]), 1.0),
        (np.array([[60, 60], [60, 1]]), np.array([EVEN, [1.0, 0.0]]), 0.0),
    ],
)
def test_split__edge_of_meaning__then_none_or_certain(
    observed: NDArray[Any], weights: NDArray[np.float64], expected: float | None
) -> None:
    ours = check_split(observed, weights)
    assert ours.p_value == expected
    assert ours.failed is (expected == 0.0)


def test_split__a_stratum_too_small__then_it_does_not_count_in_the_others_adjustment() -> None:
    observed = np.array([[60, 60], [1, 2], [100, 70]])
    strata = check_split(observed, np.full((3, 2), 0.5)).strata
    alone = [scipy.stats.chisquare(row).pvalue for row in observed]
    assert strata[1].p_value is strata[1].adjusted_p is None
    assert strata[2].adjusted_p == pytest.approx(2 * alone[2])
    assert strata[0].adjusted_p == pytest.approx(alone[0])


def test_splits_bench__small_run__then_losses_are_found_and_quiet_is_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--runs", "100", "--json", "--check"]) == 0
    rows = json.loads(capsys.readouterr().out)
    lossy = [row for row in rows if row["world"]["loss"]]
    assert len(rows) == 9 and len(lossy) == 4
    assert all(row["ours"] <= 0.05 for row in rows if row not in lossy)
    assert all(abs(row["ours"] - row["ceiling"]) < 0.15 for row in lossy[:3])
    assert lossy[3]["ours"] > max(lossy[3]["totals"], lossy[3]["squares"])


@pytest.mark.parametrize(
    ("loss", "low", "high", "missed"),
    [
        (0.0, 0.0009, 0.002, False),
        (0.0, 0.0011, 0.002, True),
        (0.01, 0.93, 0.951, False),
        (0.01, 0.93, 0.949, True),
    ],
)
def test_splits_bench__bounds_beside_the_bar__then_missed_only_beyond_them(
    loss: float, low: float, high: float, missed: bool
) -> None:
    bar = 0.95 if loss else 0.001
    row = Row(replace(BANDIT, loss=loss), 1, 0.5, 0.1, low, high, bar, 0.5, 0.5, None)
    assert row.is_missed is missed
    assert not replace(row, bar=None).is_missed
