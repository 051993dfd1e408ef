"""Effects after adaptation: against scipy where there is one epoch, and by simulation."""

from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from marketing.experiments.statistics.adaptive.epochs import (
    Epoch,
    Weighting,
    effect_after_adaptation,
)
from marketing.experiments.statistics.sufficient import Mean, Proportion

EVEN = (0.5, 0.5)
groups = st.integers(2, 400).flatmap(
    lambda n: st.integers(0, n).map(lambda successes: Proportion(n, successes))
)
amounts = st.lists(st.integers(0, 10**6), max_size=20).map(
    lambda given: Mean.of(np.array(given, dtype=np.int64))
)


def _epoch(
    first: tuple[int, int], second: tuple[int, int], shares: tuple[float, float] = EVEN
) -> Epoch:
    return Epoch.of_conversions(shares, [Proportion(*first), Proportion(*second)])


@given(arms=st.tuples(amounts, amounts, amounts, amounts))
def test_epoch__two_days__then_their_sum_is_the_whole(arms: tuple[Mean, Mean, Mean, Mean]) -> None:
    a, b, c, d = arms
    assert Epoch(EVEN, (a, b)) + Epoch(EVEN, (c, d)) == Epoch(EVEN, (a + c, b + d))


def test_effect__one_epoch_of_amounts__then_scipys_welch() -> None:
    rng = np.random.default_rng(7)
    treated, control = rng.gamma(2.0, 900.0, 60), rng.gamma(2.0, 400.0, 17)
    epoch = Epoch((0.2, 0.8), (Mean.of(control), Mean.of(treated)))
    theirs = scipy.stats.ttest_ind(treated, control, equal_var=False).confidence_interval(0.9)
    for weighting in Weighting:
        ours = effect_after_adaptation([epoch], 1, 0, 0.9, weighting)
        assert ours is not None
        assert (ours.interval.low, ours.interval.high) == pytest.approx((theirs.low, theirs.high))
        assert (ours.epochs, ours.left_out) == (1, 0)


@given(first=groups, second=groups)
def test_effect__one_epoch_of_conversions__then_bounds_solve_the_score_equation(
    first: Proportion, second: Proportion
) -> None:
    ours = effect_after_adaptation([Epoch.of_conversions(EVEN, [first, second])], 0, 1)
    n, successes = first.n + second.n, first.successes + second.successes
    if successes in (0, n):
        assert ours is None
        return
    assert ours is not None and -1 <= ours.interval.low <= ours.interval.high <= 1
    gap = first.successes / first.n - second.successes / second.n

    def distance(effect: float) -> float:
        low = (successes - first.n * effect) / n
        high = low + effect
        variance = high * (1 - high) / first.n + low * (1 - low) / second.n
        return float((gap - effect) ** 2 - 3.841458820694124 * variance * n / (n - 1))

    for bound in (ours.interval.low, ours.interval.high):
        assert abs(bound) == 1 or distance(bound) == pytest.approx(0, abs=1e-9)
    assert ours.interval.estimate == pytest.approx(gap)


def test_effect__two_epochs__then_weighted_by_hand() -> None:
    shares = [(0.5, 0.5), (0.9, 0.1)]
    epochs = [_epoch((100, 10), (100, 20), shares[0]), _epoch((540, 54), (60, 9), shares[1])]
    root = np.sqrt([200 * 0.25, 600 * 0.09])
    for weighting, weights in ((Weighting.STABILISING, root), (Weighting.TRAFFIC, [200, 600])):
        ours = effect_after_adaptation(epochs, 1, 0, weighting=weighting)
        assert ours is not None
        assert ours.interval.estimate == pytest.approx(np.average([0.1, 0.05], weights=weights))


def test_effect__stabilising_weights__then_epochs_add_equal_variance() -> None:
    rates, shares = 0.1 * 0.9, [(0.5, 0.5), (0.95, 0.05)]
    sizes = [(1_000, 1_000), (950, 50)]
    parts = [
        (sum(n) * e[0] * e[1]) * rates * (1 / n[0] + 1 / n[1])
        for n, e in zip(sizes, shares, strict=True)
    ]
    assert parts[0] == pytest.approx(parts[1])
    epochs = [
        _epoch((n[0], n[0] // 10), (n[1], n[1] // 10), e)
        for n, e in zip(sizes, shares, strict=True)
    ]
    ours = effect_after_adaptation(epochs, 1, 0)
    weights = np.sqrt([2_000 * 0.25, 1_000 * 0.0475])
    assert ours is not None
    expected = np.sqrt(sum(parts)) / weights.sum()
    assert ours.standard_error == pytest.approx(expected, rel=1e-3)


@given(seed=st.integers(0, 50))
def test_effect__arms_swapped__then_mirrored(seed: int) -> None:
    rng = np.random.default_rng(seed)
    epochs = []
    for share in (0.5, 0.2, 0.8):
        n = rng.integers(20, 90, 2)
        first, second = ((int(k), int(rng.integers(1, k))) for k in n)
        epochs.append(_epoch(first, second, (share, 1 - share)))
    ours, swapped = (effect_after_adaptation(epochs, *arms) for arms in ((1, 0), (0, 1)))
    assert ours is not None and swapped is not None
    mirrored = (-swapped.interval.high, -swapped.interval.low)
    assert (ours.interval.low, ours.interval.high) == pytest.approx(mirrored)


def test_effect__base_rate_falls_while_the_share_rises__then_pooling_errs_and_epochs_do_not() -> (
    None
):
    epochs = [
        _epoch((5_000, 1_000), (5_000, 1_000)),
        _epoch((1_000, 50), (9_000, 450), (0.1, 0.9)),
    ]  # fmt: skip
    pooled = 1_450 / 14_000 - 1_050 / 6_000
    ours = effect_after_adaptation(epochs, 1, 0)
    assert pooled < -0.07
    assert ours is not None and ours.interval.estimate == pytest.approx(0, abs=1e-12)
    assert ours.interval.covers(0)


def test_effect__too_little__then_none_or_left_out() -> None:
    good, lonely = _epoch((50, 5), (50, 9)), _epoch((50, 5), (1, 1))
    without = _epoch((50, 5), (50, 9), (1.0, 0.0))
    assert effect_after_adaptation([], 1, 0) is None
    assert effect_after_adaptation([lonely, without], 1, 0) is None
    assert effect_after_adaptation([_epoch((50, 0), (50, 0))], 1, 0) is None
    same = Epoch(EVEN, (Mean(3, 30, 300), Mean(3, 30, 300)))
    assert effect_after_adaptation([same], 1, 0) is None
    both = effect_after_adaptation([good, lonely, without], 1, 0)
    alone = effect_after_adaptation([good], 1, 0)
    assert both is not None and alone is not None
    assert (both.interval, both.epochs, both.left_out) == (alone.interval, 1, 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Epoch((1.0,), ()), "1 shares for 0 arms"),
        (lambda: Epoch((0.5, 0.4), (Mean(), Mean())), "shares"),
        (lambda: Epoch((1.5, -0.5), (Mean(), Mean())), "shares"),
        (lambda: Epoch((), ()), "shares"),
        (lambda: _epoch((1, 1), (1, 1)) + _epoch((1, 1), (1, 1), (0.4, 0.6)), "do not add"),
        (lambda: _epoch((1, 1), (1, 1)) + Epoch(EVEN, (Mean(), Mean())), "do not add"),
        (lambda: effect_after_adaptation([_epoch((9, 1), (9, 1))], 2, 0), "arms 2 and 0"),
        (lambda: effect_after_adaptation([], 1, 1), "against itself"),
        (lambda: effect_after_adaptation([_epoch((9, 1), (9, 1))], 1, 0, 1.0), "confidence"),
        (
            lambda: effect_after_adaptation(
                [_epoch((9, 1), (9, 1)), Epoch(EVEN, (Mean(), Mean()))], 1, 0
            ),
            "mixed",
        ),
    ],
)
def test_epochs__what_nobody_can_mean__then_value_error(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
