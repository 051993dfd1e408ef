"""Checks of an experiment, against scipy, numpy, statsmodels' results and counting by hand."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from marketing.experiments.statistics.checks.exposure import (
    UNASSIGNED,
    ExposureCheck,
    check_exposure,
)
from marketing.experiments.statistics.checks.interaction import check_interaction
from marketing.experiments.statistics.checks.novelty import NOVELTY_P, check_novelty
from marketing.experiments.statistics.checks.outliers import check_outliers
from marketing.experiments.statistics.checks.split import check_split
from marketing.experiments.statistics.difference import difference_in_means
from marketing.experiments.statistics.sufficient import Mean, Proportion

exposures = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 2), st.integers(-1, 2)), max_size=30
)


@given(rows=exposures)
def test_exposure__any_rows__then_as_counted_person_by_person(
    rows: list[tuple[int, int, int]],
) -> None:
    seen, none, other = defaultdict(set), set(), set()
    for person, arm, assigned in rows:
        seen[person].add(arm)
        if assigned == -1:
            none.add(person)
        elif arm != assigned:
            other.add(person)
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    ours = check_exposure(columns[:, 0] << 40, *columns[:, 1:].T.astype(np.int8))
    crossed = sum(len(arms) > 1 for arms in seen.values())
    assert ours == ExposureCheck(
        len(rows), sum(row[2] == -1 for row in rows), len(seen), len(none), crossed, len(other)
    )


@pytest.mark.parametrize(
    ("counts", "missing", "mixed"),
    [
        ((0, 0, 0, 0, 0, 0), False, False),
        ((5000, 4, 1000, 1, 10, 10), False, False),
        # Of 1,000 where 1, or 10, are borne: so many more that chance is below one in a thousand.
        ((5000, 4, 1000, 5, 20, 20), False, False),
        ((5000, 4, 1000, 6, 0, 0), True, False),
        ((5000, 0, 1000, 0, 22, 0), False, True),
        ((5000, 0, 1000, 0, 0, 22), False, True),
        ((2, 0, 2, 0, 1, 1), False, False),
    ],
)
def test_exposure__at_its_thresholds__then_fails_above_them_only(
    counts: tuple[int, ...], missing: bool, mixed: bool
) -> None:
    ours = ExposureCheck(*counts)
    assert (ours.assignment_is_missing, ours.arms_are_mixed) == (missing, mixed)
    assert ours.failed is (missing or mixed)
    assert (ours.crossover_share is None) is (ours.people == 0)


DAYS = np.array([0, 1, 2, 3, 5, 8])
EFFECTS = np.array([0.05, 0.041, 0.043, 0.03, 0.02, 0.012])
ERRORS = np.array([0.005, 0.006, 0.0055, 0.007, 0.009, 0.012])


def test_novelty__statsmodels_wls_of_fixed_scale__then_same_and_fading() -> None:
    ours = check_novelty(DAYS, EFFECTS, ERRORS)
    assert ours is not None
    assert ours.slope.estimate == pytest.approx(-0.005180672767006235)
    assert (ours.slope.low, ours.slope.high) == pytest.approx((-0.00777953, -0.00258181), abs=1e-8)
    assert ours.p_value == pytest.approx(9.342031004824002e-05)
    assert ours.failed and ours.fades and not ours.grows
    mirrored = check_novelty(DAYS, -EFFECTS, ERRORS)
    assert mirrored is not None and mirrored.fades
    rising = check_novelty(DAYS, EFFECTS[::-1], ERRORS)
    assert rising is not None and rising.grows and not rising.fades


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 60), st.floats(-1, 1), st.floats(0.01, 2)), min_size=2, max_size=20
    ).filter(lambda rows: len({day for day, _, _ in rows}) > 1)
)
def test_novelty__any_days__then_numpys_polyfit(rows: list[tuple[int, float, float]]) -> None:
    days, effects, errors = np.array(rows).T
    ours = check_novelty(days, effects, errors, 0.9)
    (slope, _), covariance = np.polyfit(days, effects, 1, w=1 / errors, cov="unscaled")
    reach = scipy.stats.norm.ppf(0.95) * np.sqrt(covariance[0, 0])
    assert ours is not None
    found = (ours.slope.estimate, ours.slope.low, ours.slope.high)
    assert found == pytest.approx((slope, slope - reach, slope + reach), abs=1e-7)


def test_novelty__early_and_late__then_means_by_inverse_variance() -> None:
    ours = check_novelty(np.array([4, 0, 1, 2]), np.array([1, 4, 2, 2.0]), np.array([1, 1, 2, 1.0]))
    assert ours is not None
    assert ours.early.estimate == pytest.approx((4 + 2 * 0.25 + 2) / 2.25)
    assert ours.late.estimate == pytest.approx(1)
    assert ours.late_minus_early.estimate == pytest.approx(1 - 6.5 / 2.25)
    assert ours.late_minus_early.width == pytest.approx(2 * 1.959964 * np.sqrt(1 / 2.25 + 1))
    assert ours.failed is (ours.p_value < NOVELTY_P)


def test_novelty__one_day__then_none() -> None:
    assert check_novelty(np.array([2, 2]), np.array([0.1, 0.2]), np.array([1.0, 1.0])) is None
    assert check_novelty(np.array([]), np.array([]), np.array([])) is None


CELLS = [
    [Mean(40, 39151, 47603721), Mean(50, 52654, 66930862)],
    [Mean(60, 75974, 117503024), Mean(30, 45986, 90833352)],
    [Mean(45, 43598, 50321634), Mean(55, 54470, 64261836)],
]


def test_interaction__statsmodels_wls_with_the_cells_variances__then_same() -> None:
    ours = check_interaction(CELLS)
    assert ours is not None
    estimates = [row[0].estimate for row in ours.differences]
    assert estimates == pytest.approx([192.3283333333327, -52.78580808080782])
    errors = [row[0].width / 2 / 1.959963985 for row in ours.differences]
    assert errors == pytest.approx([200.09469285669815, 134.8816403109908])
    assert (ours.chi_square, ours.degrees_of_freedom) == pytest.approx((1.626185, 2), abs=1e-6)
    assert ours.p_value == pytest.approx(0.4434846, abs=1e-7)
    assert not ours.failed


@given(
    rates=st.lists(st.lists(st.integers(5, 95), min_size=3, max_size=3), min_size=2, max_size=4),
    n=st.integers(100, 3000),
)
def test_interaction__any_rates__then_misfit_of_numpys_additive_least_squares(
    rates: list[list[int]], n: int
) -> None:
    cells = [[Proportion(n + 7 * j, n * r // 100) for j, r in enumerate(row)] for row in rates]
    ours = check_interaction(cells)
    flat = [cell for row in cells for cell in row]
    means = np.array([cell.successes / cell.n for cell in flat])
    error = np.sqrt(means * (1 - means) / ([cell.n - 1 for cell in flat]))
    rows, columns = np.divmod(np.arange(len(flat)), 3)
    design = np.hstack([np.eye(len(rates))[rows], np.eye(3)[columns]])
    fit = np.linalg.lstsq(design / error[:, None], means / error)[0]
    misfit = float((((means - design @ fit) / error) ** 2).sum())
    assert ours is not None
    assert ours.chi_square == pytest.approx(misfit, rel=1e-6, abs=1e-6)
    assert ours.p_value == pytest.approx(
        scipy.stats.chi2.sf(misfit, 2 * (len(rates) - 1)), abs=1e-6
    )
    assert ours.failed is (ours.p_value < 0.001)


def test_interaction__cell_that_says_nothing__then_none() -> None:
    full = Proportion(100, 50)
    assert check_interaction([[full, full], [full, Proportion(100, 4)]]) is None
    assert check_interaction([[full, full], [full, Proportion(100, 96)]]) is None
    assert check_interaction([[full, full], [full, Proportion(10, 5)]]) is not None
    assert check_interaction([[CELLS[0][0]] * 2, [CELLS[0][0], Mean(1, 5, 25)]]) is None
    assert check_interaction([[CELLS[0][0]] * 2, [CELLS[0][0], Mean(2, 10, 50)]]) is None


@given(
    amounts=st.lists(st.integers(0, 9_999), min_size=20, max_size=90),
    share=st.sampled_from([0.01, 0.05, 0.1]),
)
def test_outliers__any_amounts__then_scipys_winsorize_and_welch(
    amounts: list[int], share: float
) -> None:
    both = np.array(amounts)
    cut = len(both) // 3
    ours = check_outliers(both[:cut], both[cut:], share)
    kept = np.asarray(scipy.stats.mstats.winsorize(both, (0, share)))
    theirs = difference_in_means(Mean.of(kept[:cut]), Mean.of(kept[cut:]))
    assert (ours.winsorised if ours else None) == theirs
    if ours:
        assert ours.effect == difference_in_means(Mean.of(both[:cut]), Mean.of(both[cut:]))
        assert (ours.limit, ours.n_moved) == (kept.max(), (both != kept).sum())


@pytest.mark.parametrize("others", [0, -2])
def test_outliers__a_few_whales_make_the_effect__then_failed(others: int) -> None:
    """The others pay as those of the other group do, or less."""
    control = np.tile([100, 200, 300], 400)
    treated = np.append(control[:-9] + others, [20_000] * 9)
    ours = check_outliers(treated, control)
    assert ours is not None and ours.failed and ours.n_moved == 9
    assert ours.effect.low > 0 > ours.winsorised.low
    swapped = check_outliers(control, treated)
    assert swapped is not None and swapped.failed


def test_outliers__one_whale_hides_the_effect__then_nothing_hangs_on_it() -> None:
    control = np.tile([100, 200, 300], 40)
    ours = check_outliers(np.append(control[:-1] + 150, 10**6), control)
    assert ours is not None and not ours.failed
    assert ours.winsorised.excludes_zero and not ours.effect.excludes_zero


def test_outliers__signs_differ_where_no_effect_is_shown__then_not_failed() -> None:
    control = np.tile([100, 200, 300], 40)
    ours = check_outliers(np.append(control[:-1] - 1, 3_000), control)
    assert ours is not None and ours.effect.estimate > 0 > ours.winsorised.estimate
    assert not ours.effect.excludes_zero and not ours.failed


@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_outliers__heavy_tailed_amounts__then_rarely_failed(effect: float) -> None:
    dice, failed = np.random.default_rng(11), 0
    for _ in range(200):
        some = np.round(np.exp(dice.normal(8, 1.5, (2, 4_000))))
        amounts = np.where(dice.random(some.shape) < 0.05, some, 0.0)
        amounts[0] *= 1 + effect
        ours = check_outliers(*amounts)
        failed += ours is not None and ours.failed
    assert failed <= 10  # 5 %; signs alone differ in 70, significance with an effect in as many


def test_outliers__effect_on_everybody__then_not_failed() -> None:
    control = np.tile([100, 200, 300], 40)
    ours = check_outliers(control + 150, control)
    assert ours is not None and not ours.failed and ours.effect.excludes_zero
    assert check_outliers(np.append(np.zeros(199, int), 5), np.zeros(200, int)) is None
    assert check_outliers(control, control[:1]) is None


ONE, WHO = np.array([0.5]), np.array([1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: check_split(np.array([5, 5]), np.array([1.0, 1.0])), "counts"),
        (lambda: check_split(np.array([[5, 5]]), np.array([[1.0, 1, 1]])), "counts"),
        (lambda: check_split(np.array([[5.0, 5]]), np.array([[1.0, 1.0]])), "float64"),
        (lambda: check_split(np.array([[-5, 5]]), np.array([[1.0, 1.0]])), "negative"),
        (lambda: check_split(np.array([[5, 5]]), np.array([[1, np.nan]])), "not finite"),
        (lambda: check_exposure(WHO, WHO, np.array([1, 2])), "assigned"),
        (lambda: check_exposure(WHO, WHO - 2, WHO), "below 0"),
        (lambda: check_exposure(WHO, WHO, WHO * (UNASSIGNED - 1)), "below 0"),
        (lambda: check_exposure(WHO, ONE, WHO), "whole numbers"),
        (lambda: check_novelty(WHO, ONE, np.array([1.0, 2.0])), "errors"),
        (lambda: check_novelty(WHO, ONE * np.nan, ONE), "NaN"),
        (lambda: check_novelty(WHO, ONE, ONE * 0), "not above 0"),
        (lambda: check_novelty(WHO, ONE, ONE, 1.0), "confidence"),
        (lambda: check_interaction([]), "2 by 2"),
        (lambda: check_interaction([[Mean(), Mean()], [Mean()]]), "2 by 2"),
        (lambda: check_interaction([[Mean()], [Mean()]]), "2 by 2"),
        (lambda: check_interaction(CELLS, 0.0), "confidence"),
        (lambda: check_outliers(WHO, WHO, 0.0), "top share"),
        (lambda: check_outliers(ONE * np.inf, WHO), "infinity"),
        (lambda: check_outliers(DAYS, DAYS, 0.1, 1.0), "confidence"),
    ],
)
def test_checks__what_nobody_can_mean__then_value_error(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
