"""Plans of experiments against statsmodels, textbooks and exact counts.

The literals named statsmodels were computed with its 0.15.0: `power_proportions_2indep`,
`TTestIndPower` and `normal_power_het`, sizes by solving them for the number in control.
"""

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from marketing.experiments.statistics.difference import difference_in_proportions
from marketing.experiments.statistics.planning import (
    Design,
    Groups,
    days_needed,
    detectable_in_means,
    detectable_in_proportions,
    groups_for_means,
    groups_for_proportions,
    power_for_means,
    power_for_proportions,
)
from marketing.experiments.statistics.sufficient import Proportion

PLAIN = Design()
ONE_SIDED = Design(two_sided=False)


@st.composite
def designs(draw: st.DrawFn) -> Design:
    two_sided = draw(st.booleans())
    return Design(
        alpha=draw(st.sampled_from([0.01, 0.05, 0.2])),
        power=draw(st.sampled_from([0.5, 0.8, 0.95])),
        two_sided=two_sided,
        ratio=draw(st.sampled_from([0.5, 1.0, 3.7, 9.0])),
        margin=0.0 if two_sided else draw(st.sampled_from([0.0, 0.02])),
        inflation=draw(st.sampled_from([1.0, 1.028, 1.2])),
        correlation=draw(st.sampled_from([0.0, -0.4, 0.8])),
    )


@pytest.mark.parametrize(
    ("base", "effect", "ratio", "alpha", "power", "two_sided", "control"),
    [
        (0.1, 0.01, 1, 0.05, 0.8, True, 14750.754435127807),
        (0.08, 0.03, 9, 0.05, 0.9, True, 1135.929475456874),
        (0.5, -0.05, 0.5, 0.01, 0.8, True, 3494.998753130569),
        (0.02, 0.002, 1, 0.05, 0.8, False, 63552.55072311043),
        (0.3, 0.05, 2, 0.1, 0.95, False, 1123.3356029953532),
    ],
)
def test_groups_for_proportions__statsmodels__then_its_number_rounded_up(
    base: float, effect: float, ratio: float, alpha: float, power: float, two_sided: bool,
    control: float,
) -> None:  # fmt: skip
    design = Design(alpha=alpha, power=power, two_sided=two_sided, ratio=ratio)
    ours = groups_for_proportions(base, effect, design)
    assert ours == Groups(ceil(ratio * ceil(control)), ceil(control))


@pytest.mark.parametrize(
    ("base", "effect", "groups", "alpha", "two_sided", "power"),
    [
        (0.1, 0.02, (3000, 2000), 0.05, True, 0.5951706826908734),
        (0.1, 0.02, (500, 4500), 0.05, True, 0.3010531965799089),
        (0.4, -0.05, (800, 800), 0.1, True, 0.6633332789007647),
        (0.05, 0.01, (5000, 5000), 0.025, False, 0.5922219646914761),
    ],
)
def test_power_for_proportions__statsmodels__then_same(
    base: float, effect: float, groups: tuple[int, int], alpha: float, two_sided: bool, power: float
) -> None:
    ours = power_for_proportions(
        base, effect, Groups(*groups), Design(alpha=alpha, two_sided=two_sided)
    )
    assert ours == pytest.approx(power, abs=1e-9)


@pytest.mark.parametrize(
    ("base", "effect", "margin", "n", "alpha", "power"),
    [
        (0.65, 0.2, 0.1, 25, 0.05, 0.8085840872187151),
        (0.2, 0.0, 0.02, 5000, 0.025, 0.7054139024424569),
        (0.2, -0.005, 0.02, 8000, 0.05, 0.769786754880244),
    ],
)
def test_power_for_proportions__margin__then_statsmodels_with_the_margin_added(
    base: float, effect: float, margin: float, n: int, alpha: float, power: float
) -> None:
    design = Design(alpha=alpha, two_sided=False, margin=margin)
    ours = power_for_proportions(base, effect, Groups(n, n), design)
    assert ours == pytest.approx(power, abs=1e-9)


def test_groups_for_proportions__textbook_non_inferiority__then_25_each() -> None:
    # Chow, Shao and Wang (2008), "Sample Size Calculations in Clinical Research", section 4.2.
    design = Design(two_sided=False, margin=0.1)
    assert groups_for_proportions(0.65, 0.2, design) == Groups(25, 25)


@pytest.mark.parametrize(
    ("effect", "ratio", "alpha", "power", "two_sided", "control"),
    [
        (0.5, 1, 0.05, 0.8, True, 63.76561058891169),  # 64 in Cohen (1988), table 2.4.1
        (0.2, 1, 0.05, 0.8, True, 393.4056930002526),
        (0.8, 1, 0.05, 0.8, True, 25.524571854446116),  # 26 there
        (0.1, 9, 0.01, 0.9, True, 1653.5970195458226),
        (0.25, 0.5, 0.05, 0.95, False, 520.3687974123097),
    ],
)
def test_groups_for_means__statsmodels__then_its_number_rounded_up(
    effect: float, ratio: float, alpha: float, power: float, two_sided: bool, control: float
) -> None:
    design = Design(alpha=alpha, power=power, two_sided=two_sided, ratio=ratio)
    ours = groups_for_means(200.0, 200 * effect, design)
    assert ours == Groups(ceil(ratio * ceil(control)), ceil(control))
    if two_sided:
        assert groups_for_means(200.0, -200 * effect, design) == ours


@pytest.mark.parametrize(
    ("effect", "groups", "alpha", "two_sided", "power"),
    [
        (0.3, (40, 60), 0.05, True, 0.307216894918025),
        (0.05, (5000, 20000), 0.05, True, 0.8853556130159831),
        (0.5, (4, 4), 0.05, True, 0.09228237923828385),
        (0.2, (100, 50), 0.1, False, 0.44826035258432007),
    ],
)
def test_power_for_means__statsmodels__then_same(
    effect: float, groups: tuple[int, int], alpha: float, two_sided: bool, power: float
) -> None:
    design = Design(alpha=alpha, two_sided=two_sided)
    assert power_for_means(1.0, effect, Groups(*groups), design) == pytest.approx(power, abs=1e-9)


@pytest.mark.parametrize(
    ("groups", "alpha", "power", "two_sided", "effect"),
    [
        ((64, 64), 0.05, 0.8, True, 0.499069177194551),
        ((9000, 1000), 0.05, 0.9, True, 0.10806087994966525),
        ((50, 100), 0.01, 0.8, False, 0.5537827523252472),
    ],
)
def test_detectable_in_means__statsmodels__then_same_and_lower_by_the_margin(
    groups: tuple[int, int], alpha: float, power: float, two_sided: bool, effect: float
) -> None:
    design = Design(alpha=alpha, power=power, two_sided=two_sided)
    ours = detectable_in_means(10.0, Groups(*groups), design)
    assert ours == pytest.approx(10 * effect, abs=1e-5)
    if not two_sided:
        lower = Design(alpha=alpha, power=power, two_sided=False, margin=7.0)
        found = detectable_in_means(10.0, Groups(*groups), lower)
        assert found == pytest.approx(10 * effect - 7, abs=1e-5)


def test_design__inflation_and_correlation__then_people_follow_by_their_formulas() -> None:
    inflated = groups_for_proportions(0.1, 0.01, Design(inflation=1.028))
    assert inflated.control == ceil(14750.754435127807 * 1.028)
    adjusted = groups_for_proportions(0.1, 0.01, Design(correlation=-0.6))
    assert adjusted.control == ceil(14750.754435127807 * 0.64)
    inflated = groups_for_means(1.0, 0.5, Design(inflation=1.2))
    assert inflated == Groups(*[ceil(63.76561058891169 * 1.2)] * 2)
    # statsmodels for an effect of 0.5 over the remaining deviation sqrt(0.75).
    assert groups_for_means(1.0, 0.5, Design(correlation=0.5)).control == ceil(48.072651123618805)


@given(base=st.floats(0.02, 0.9), effect=st.sampled_from([-0.015, 0.005, 0.03]), design=designs())
def test_groups_for_proportions__any_design__then_enough_and_one_fewer_is_not(
    base: float, effect: float, design: Design
) -> None:
    if not design.two_sided and effect <= -design.margin:
        return
    ours = groups_for_proportions(base, effect, design)
    assert power_for_proportions(base, effect, ours, design) >= design.power - 1e-9
    if ours.control > 1 and design.ratio == 1:
        fewer = Groups(ours.treated - 1, ours.control - 1)
        assert power_for_proportions(base, effect, fewer, design) < design.power
    found = detectable_in_proportions(base, ours, design)
    assert found is not None
    if effect > 0:
        assert found <= effect + 1e-9


@given(
    deviation=st.floats(0.5, 500), groups=st.tuples(*[st.integers(3, 10**6)] * 2), design=designs()
)
def test_detectable_in_means__any_groups__then_found_with_the_designs_power(
    deviation: float, groups: tuple[int, int], design: Design
) -> None:
    found = detectable_in_means(deviation, Groups(*groups), design)
    assert found is not None
    power = power_for_means(deviation, found, Groups(*groups), design)
    assert power == pytest.approx(design.power, abs=1e-6)


@given(base=st.floats(0.05, 0.8), n=st.integers(300, 10**6), design=designs())
def test_detectable_in_proportions__any_groups__then_found_with_the_designs_power(
    base: float, n: int, design: Design
) -> None:
    groups = Groups(n, 2 * n)
    found = detectable_in_proportions(base, groups, design)
    assert found is not None and found > -design.margin
    power = power_for_proportions(base, found, groups, design)
    assert power == pytest.approx(design.power, abs=1e-6)


def test_power_for_proportions__every_outcome_counted__then_near_our_intervals_power() -> None:
    n, base, effect = 150, 0.2, 0.15
    outcomes = np.arange(n + 1)
    chance = np.outer(
        scipy.stats.binom.pmf(outcomes, n, base + effect), scipy.stats.binom.pmf(outcomes, n, base)
    )
    exact = sum(
        chance[t, c]
        for t, c in zip(*np.nonzero(chance > 1e-7), strict=True)
        if _excludes_zero(int(t), int(c), n)
    )
    assert power_for_proportions(base, effect, Groups(n, n), PLAIN) == pytest.approx(
        exact, abs=0.01
    )


def _excludes_zero(treated: int, control: int, n: int) -> bool:
    found = difference_in_proportions(Proportion(n, treated), Proportion(n, control))
    return found is not None and found.excludes_zero


def test_power_for_means__many_draws__then_share_of_scipys_t_tests() -> None:
    rng = np.random.default_rng(4)
    treated, control = rng.normal(3, 10, (20_000, 90)), rng.normal(0, 10, (20_000, 30))
    found = scipy.stats.ttest_ind(treated, control, axis=1, alternative="greater").pvalue < 0.05
    ours = power_for_means(10.0, 3.0, Groups(90, 30), ONE_SIDED)
    assert ours == pytest.approx(found.mean(), abs=0.015)


def test_detectable_in_proportions__margin_above_the_base__then_no_rate_is_too_low() -> None:
    design = Design(two_sided=False, margin=0.2)
    found = detectable_in_proportions(0.1, Groups(10_000, 10_000), design)
    assert found == pytest.approx(-0.1)


def test_detectable__groups_too_small__then_none() -> None:
    assert detectable_in_proportions(0.9, Groups(3, 3), PLAIN) is None
    assert detectable_in_means(1.0, Groups(1, 1), PLAIN) is None
    assert power_for_means(1.0, 5.0, Groups(1, 1), PLAIN) == 0.0


@pytest.mark.parametrize(
    ("groups", "a_day", "share", "days"),
    [((500, 500), 100, 1.0, 10), ((500, 501), 100, 1.0, 11), ((500, 500), 100, 0.3, 34)],
)
def test_days_needed__people_a_day__then_whole_days(
    groups: tuple[int, int], a_day: float, share: float, days: int
) -> None:
    assert days_needed(Groups(*groups), a_day, share) == days


def _design(**given: Any) -> Callable[[], Design]:
    return lambda: Design(**given)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_design(alpha=0.0), "alpha"),
        (_design(power=1.0), "power"),
        (_design(alpha=0.5, power=0.4), "alpha"),
        (_design(ratio=0.0), "ratio"),
        (_design(ratio=float("inf")), "ratio"),
        (_design(inflation=0.9), "inflation"),
        (_design(correlation=1.0), "correlation"),
        (_design(two_sided=False, margin=-0.1), "margin"),
        (_design(margin=0.1), "one-sided"),
        (lambda: Groups(0, 5), "0 treated"),
        (lambda: groups_for_proportions(0.1, 0.0, PLAIN), "effect of 0"),
        (lambda: groups_for_proportions(0.1, -0.01, ONE_SIDED), "not above"),
        (lambda: groups_for_means(1.0, 0.0, PLAIN), "effect of 0"),
        (lambda: groups_for_means(1.0, 1e-9, PLAIN), "too small"),
        (lambda: groups_for_means(0.0, 1.0, PLAIN), "deviation"),
        (lambda: power_for_means(float("nan"), 1.0, Groups(9, 9), PLAIN), "deviation"),
        (lambda: groups_for_proportions(0.95, 0.1, PLAIN), "rates"),
        (lambda: power_for_proportions(0.05, -0.1, Groups(9, 9), PLAIN), "rates"),
        (lambda: detectable_in_proportions(0.0, Groups(9, 9), PLAIN), "rates"),
        (lambda: days_needed(Groups(9, 9), 0.0), "people a day"),
        (lambda: days_needed(Groups(9, 9), 5, 1.1), "people a day"),
    ],
)
def test_planning__what_nobody_can_mean__then_value_error(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
