"""Forecasts against published fits, their own recursions in plain Python, and planted signals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import median_abs_deviation

from marketing.kernel.text import Text
from recommender.insights import INSIGHTS, Moment, Refused
from recommender.insights._anomalies import judge, usual
from recommender.insights._candidates import BASELINE, CANDIDATES, Arima, Ets, SeasonalNaive
from recommender.insights._rolling import Span, backtest, origins, shortest
from recommender.insights._scale import Scale
from recommender.insights.forecast import best
from tests.conformance.sources import source_of
from tests.conformance.streams import Said, rows
from tests.insights.ask import UTC_ZONE, ask

Floats = NDArray[np.float64]
NOW = datetime(2024, 6, 12, 12, tzinfo=UTC)
AS_IS = Scale(is_root=False)
# Monthly airline passengers, thousands, 1949 to 1960: Box, Jenkins, Time Series Analysis, series G.
AIRLINE = [
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170,
    170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180,
    193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237,
    211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229, 242, 233, 267, 269,
    270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271,
    306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435,
    491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417,
    391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
]  # fmt: skip


def wave(n: int, seed: int, noise: float = 1.0) -> Floats:
    """A week's rhythm around a slow drift, with independent noise."""
    rng = np.random.default_rng(seed)
    week = np.array([3.0, 1, 0, -1, 0, 4, -7])
    drift = 60 + week[np.arange(n) % 7] + 0.02 * np.arange(n)
    return np.asarray(drift + noise * rng.standard_normal(n), np.float64)


def test_arima__on_the_airline_series__then_the_published_estimates() -> None:
    """R's arima(log(AirPassengers), c(0,1,1), list(order = c(0,1,1))): ma1 -0.4018, sma1 -0.5569,
    sigma^2 0.001348 (R documentation of the series; Box and Jenkins give 0.40 and 0.61)."""
    fitted: Any = Arima(orders=((0, 1, 1),)).fit(np.log(np.array(AIRLINE, float)), 12)
    assert fitted.fit.params == pytest.approx([-0.4018, -0.5569, 0.001348], rel=2e-3)


@pytest.mark.parametrize("season", [1, 7])
def test_ets__then_its_one_step_and_its_spread_are_the_textbook_recursion(season: int) -> None:
    """Additive errors, damped trend, additive season: Hyndman et al. (2008), table 2.3, and the
    forecast variance of table 6.1 in its sum form."""
    history, longer = wave(90, 1), wave(120, 1)
    fitted: Any = Ets().fit(history, season)
    named = dict(zip(fitted.fit.model.param_names, fitted.fit.params, strict=True))
    expected, coefficients = by_recursion(named, longer, season, 10)
    assert fitted.one_step(longer) == pytest.approx(expected, abs=1e-8)
    spread = np.sqrt(fitted.fit.scale * np.cumsum(np.append(1.0, np.square(coefficients))))
    assert fitted.ahead(10)[1] == pytest.approx(spread, rel=1e-6)


def by_recursion(
    named: dict[str, float], values: Floats, season: int, horizon: int
) -> tuple[list[float], list[float]]:
    """(one step ahead, c_1 to c_{h-1})."""
    alpha, gamma = named["smoothing_level"], named.get("smoothing_seasonal", 0.0)
    beta, phi = named.get("smoothing_trend", 0.0), named.get("damping_trend", 0.0)
    level, trend = named["initial_level"], named.get("initial_trend", 0.0)
    # The library numbers them backwards from the start: the first value meets the last of them.
    states = [named.get(f"initial_seasonal.{season - 1 - k}", 0.0) for k in range(season)]
    found = []
    for t, value in enumerate(values):
        usual = level + phi * trend + states[t % season]
        error = value - usual
        found.append(usual)
        level, trend = level + phi * trend + alpha * error, phi * trend + beta * error
        states[t % season] += gamma * error
    damped = [sum(phi**i for i in range(1, j + 1)) for j in range(1, horizon)]
    return found, [
        alpha + beta * damped[j - 1] + gamma * (season > 1 and j % season == 0)
        for j in range(1, horizon)
    ]


def test_seasonal_naive__when_worked_by_hand__then_values_and_spreads() -> None:
    fitted = SeasonalNaive().fit(np.array([1.0, 2, 3, 2, 4, 3]), 3)
    median, spread = fitted.ahead(5)
    assert median.tolist() == [2, 4, 3, 2, 4]
    # Changes 1, 2, 0: the root of their mean square is sqrt(5/3); twice as uncertain in variance
    # one season on.
    assert spread == pytest.approx([(5 / 3) ** 0.5] * 3 + [(10 / 3) ** 0.5] * 2)
    np.testing.assert_array_equal(
        fitted.one_step(np.array([1.0, 2, 3, 2, 4, 3])), [np.nan, np.nan, np.nan, 1, 2, 3]
    )


@pytest.mark.parametrize("name", CANDIDATES)
@pytest.mark.parametrize("season", [1, 7])
def test_one_step__when_later_values_change__then_what_was_expected_before_them_does_not(
    name: str, season: int
) -> None:
    values = wave(80, 2)
    fitted = CANDIDATES[name].fit(values[:50], season)
    changed = values.copy()
    changed[65:] += 1_000
    before, after = fitted.one_step(values)[50:], fitted.one_step(changed)[50:]
    assert before[:16] == pytest.approx(after[:16], abs=1e-8)
    assert abs(before[17:] - after[17:]).max() > 1
    assert fitted.one_step(values[:51])[50] == pytest.approx(fitted.ahead(1)[0][0], rel=1e-6)


# --- the judge ------------------------------------------------------------------------------


class Zero:
    """Expects 0 and a spread of 1, always."""

    def ahead(self, horizon: int) -> tuple[Floats, Floats]:
        return np.zeros(horizon), np.ones(horizon)

    def one_step(self, longer: Floats) -> Floats:
        return np.zeros(len(longer))

    def said(self) -> str:
        return "0"


class Zeros:
    label: ClassVar[Text] = Text("zero", "零")

    def __init__(self) -> None:
        self.histories: list[int] = []

    def fit(self, history: Floats, season: int) -> Zero:
        self.histories.append(len(history))
        return Zero()


def test_backtest__when_worked_by_hand__then_mase_and_coverage() -> None:
    # 26 values: origins at 20, 21, …, 24, two periods ahead each.
    values = np.array([1.0, -1] * 10 + [0, 0, 1.5, 3, 0, 1])
    judge = Zeros()
    test = backtest(judge, values, AS_IS, 1, 2, lambda: None)
    assert judge.histories == [20, 21, 22, 23, 24]
    # Ahead of each origin: (0, 0) (0, 1.5) (1.5, 3) (3, 0) (0, 1).
    assert test.covered80 == 6 / 10 and test.covered95 == 8 / 10
    # One step changes: nineteen of 2; then 1; then 0; then 1.5; then 1.5.
    usual = [38 / 19, 39 / 20, 39 / 21, 40.5 / 22, 42 / 23]
    errors = [0, 0.75, 2.25, 1.5, 0.5]
    assert test.mase == pytest.approx(np.mean(np.divide(errors, usual)))


def test_origins__then_each_has_its_history_and_its_horizon() -> None:
    for n, horizon, season in ((60, 28, 7), (364, 28, 7), (25, 3, 1), (1_100, 90, 7)):
        found = origins(n, horizon, season)
        assert 3 <= len(found) <= 10 and found == sorted(set(found))
        assert found[0] >= shortest(season) and found[-1] == n - horizon
    assert origins(57, 28, 7) == []


def test_choice__when_even__then_the_baseline_wins() -> None:
    def tested(mase: float | None) -> Any:
        return type("T", (), {"mase": mase})()

    assert best({BASELINE: tested(0.9), "ets": tested(0.9), "arima": tested(1.2)}) == BASELINE
    assert best({BASELINE: tested(0.9), "ets": tested(0.8), "arima": None}) == "ets"
    assert best({BASELINE: tested(None), "ets": tested(None)}) == BASELINE


def test_anomalies__on_a_published_sample__then_the_modified_z_scores() -> None:
    """The sample of Iglewicz and Hoaglin's discussion: median 2.45, MAD 0.15; (8.2 - 2.45) / 0.15
    times 0.6745 is 25.86."""
    sample = np.array([2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3])
    found = usual(sample, 8.3)
    assert found.score(sample)[8] == pytest.approx(25.86, abs=0.01)
    assert (np.abs(found.score(sample)) > 3.5).tolist() == [False] * 8 + [True] * 2
    assert found.spread == pytest.approx(median_abs_deviation(sample, scale="normal"))


def test_anomalies__where_most_are_alike__then_the_odd_one_is_still_found() -> None:
    residual = np.zeros(30)
    assert not usual(residual, 5.0).score(residual).any()
    rounding = np.linspace(0, 1e-12, 30)
    assert not usual(rounding, 5.0).score(rounding).any()
    residual[9] = 1
    assert np.flatnonzero(usual(residual, 5.0).score(residual) > 3.5).tolist() == [9]


def test_anomalies__a_spike__then_it_has_no_echo_and_a_new_level_is_believed() -> None:
    """Expected is what was a week ago: left alone, a spike would make the same day of the next
    week look too low."""
    rng = np.random.default_rng(3)
    values = 50 + rng.standard_normal(84)
    values[40] += 30
    fitted = SeasonalNaive().fit(values[:28], 7)
    found = judge(values, [Span(fitted, 28, 60), Span(fitted, 60, 84)], 5.0, 7)
    assert np.flatnonzero(found.is_unusual).tolist() == [40]
    assert found.expected[47] == pytest.approx(values[33])
    higher = values.copy()
    higher[56:] += 30
    risen = judge(higher, [Span(fitted, 28, 60), Span(fitted, 60, 84)], 5.0, 7)
    after = np.flatnonzero(risen.is_unusual)
    # Six days stay strange for the days that remember the old level; the seventh is believed.
    assert set(range(56, 63)) <= set(after.tolist()) and after.max() < 77


def test_scale__of_counts__then_the_root_and_back() -> None:
    values = np.array([0.0, 1, 2.25, 100])
    assert Scale.of(values).is_root and not Scale.of(-values).is_root
    assert Scale.of(values).back(Scale.of(values).to(values)) == pytest.approx(values)
    assert Scale.of(values).back(np.array([-2.0, 3.0])).tolist() == [0, 9]


# --- the whole -------------------------------------------------------------------------------


def counted(values: Iterable[float]) -> list[Said]:
    """One event of the value's amount a day, the last value yesterday."""
    values = list(values)
    start = NOW - timedelta(days=len(values))
    return [
        Said(1, "buy", start + timedelta(days=day), {"amount": float(value)})
        for day, value in enumerate(values)
    ]


def total(**more: Any) -> dict[str, Any]:
    return {"of": {"event": "buy"}, "measure": "sum", "property": "amount", "horizon": 14, **more}


def test_forecast__of_a_planted_rhythm__then_it_beats_the_baseline_and_covers() -> None:
    truth = wave(214, 3)
    answer = ask("forecast", total(), counted(truth[:200]), NOW)
    mase = {each.name: each.mase for each in answer.candidates}
    assert answer.chosen in ("ets", "arima") and mase[answer.chosen] < 0.9 * mase[BASELINE]
    won = next(each for each in answer.candidates if each.name == answer.chosen)
    assert 0.7 <= won.covered80 <= 0.9 <= won.covered95 <= 1
    inside = [a.low95 <= t <= a.high95 for a, t in zip(answer.ahead, truth[200:], strict=True)]
    assert sum(inside) >= 12
    for each in answer.ahead:
        assert each.low95 < each.low80 < each.median < each.high80 < each.high95
    assert answer.ahead[0].first_day == NOW.date()
    assert [each.value for each in answer.past] == pytest.approx(truth[:200], abs=1e-6)


def test_forecast__of_a_walk_by_seasons__then_the_baseline_can_win() -> None:
    rng = np.random.default_rng(11)
    weeks = np.cumsum(rng.normal(0, 4, (30, 7)), axis=0) + 300
    answer = ask("forecast", total(horizon=7), counted(weeks.ravel()), NOW)
    assert answer.chosen == BASELINE


def test_forecast__with_a_planted_spike__then_that_day_is_unusual() -> None:
    truth = wave(180, 5)
    truth[120] += 12
    answer = ask("forecast", total(), counted(truth), NOW)
    flagged = [i for i, each in enumerate(answer.past) if each.is_anomaly]
    assert 120 in flagged and 127 not in flagged and len(flagged) <= 2
    spike = answer.past[120]
    assert spike.value > spike.high > spike.expected > spike.low
    assert spike.score > 3.5
    unjudged = [each for each in answer.past if each.expected is None]
    assert len(unjudged) == 28 and not any(each.is_anomaly for each in unjudged)


def test_forecast__of_counts__then_no_bound_is_below_zero() -> None:
    rng = np.random.default_rng(1)
    answer = ask("forecast", total(), counted(rng.poisson(0.7, 90)), NOW)
    lines = [x for a in answer.ahead for x in (a.low95, a.low80, a.median)]
    lines += [each.low for each in answer.past if each.low is not None]
    assert min(lines) >= 0


def test_forecast__of_a_constant__then_that_constant_and_nothing_unusual() -> None:
    answer = ask("forecast", total(), counted([4.0] * 80), NOW)
    assert answer.chosen == BASELINE
    assert {(a.low95, a.median, a.high95) for a in answer.ahead} == {(4.0, 4.0, 4.0)}
    assert not any(each.is_anomaly for each in answer.past)


def test_forecast__of_a_series_too_short__then_it_says_what_is_missing() -> None:
    with pytest.raises(Refused) as error:
        ask("forecast", total(), counted(wave(43, 1)), NOW)
    assert error.value.code == "series_too_short"
    assert error.value.why.en == ("The series has 43 whole days; a forecast of 14 needs 44")
    assert error.value.remedy.zh.startswith("还差 1 天")
    assert len(ask("forecast", total(), counted(wave(44, 1)), NOW).past) == 44


def test_forecast__of_a_property_without_numbers__then_refused_by_name() -> None:
    with pytest.raises(Refused) as error:
        ask("forecast", total(property="price"), counted(wave(60, 1)), NOW)
    assert error.value.code == "no_numbers" and "price" in error.value.message


def test_forecast__by_week__then_weeks_start_on_monday_without_the_running_one() -> None:
    values = np.random.default_rng(4).poisson(9, 40 * 7)
    asked = total(by="week", horizon=4, periods=30, skip=2)
    answer = ask("forecast", asked, counted(values), NOW)
    assert {each.first_day.weekday() for each in [*answer.past, *answer.ahead]} == {0}
    # NOW is a Wednesday: its week and the two before are left out.
    assert answer.past[-1].first_day == date(2024, 5, 20)
    assert answer.ahead[0].first_day == date(2024, 5, 27)
    assert (len(answer.past), answer.season) == (30, 1)


def test_forecast__while_it_is_computed__then_it_says_how_far_it_is() -> None:
    import msgspec

    shares: list[float] = []
    question = msgspec.convert(total(), INSIGHTS.get("forecast"))
    source = source_of(rows(counted(wave(60, 1))))
    question.answer(source, Moment(NOW, UTC_ZONE, progress=shares.append))
    assert len(shares) == 3 * len(origins(60, 14, 7))
    assert shares == sorted(shares) and 0 < shares[0] < shares[-1] < 1
