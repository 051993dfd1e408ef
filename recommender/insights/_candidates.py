"""The three ways to forecast: seasonal naive (the baseline), exponential smoothing, ARIMA.

Each is fitted on a history float64[n] with a season of ``season`` periods (1 = none) and says then
what comes next: expectation and standard deviation ahead, and the expectation one step ahead for a
longer series under the same parameters, so that no value is used before it happened.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from marketing.kernel.text import Text

Floats = NDArray[np.float64]


class Fitted(Protocol):
    """What a fit knows."""

    def ahead(self, horizon: int) -> tuple[Floats, Floats]:
        """(expectation float64[h], standard deviation float64[h]) after the history."""
        ...

    def one_step(self, longer: Floats) -> Floats:
        """float64[n]: each value expected from those before it alone; NaN where that is none."""
        ...

    def said(self) -> str:
        """Its form, in the field's notation."""
        ...


class Candidate(Protocol):
    label: ClassVar[Text]

    def fit(self, history: Floats, season: int) -> Fitted: ...


@dataclass(frozen=True)
class SeasonalNaive:
    """As a season ago (Hyndman, Athanasopoulos: Forecasting: Principles and Practice, 3rd ed., 5.2
    and 5.5)."""

    label: ClassVar[Text] = Text("As a season ago (seasonal naive)", "与上一周期相同（季节朴素法）")

    def fit(self, history: Floats, season: int) -> Fitted:
        changes = history[season:] - history[:-season]
        return _AsBefore(history, season, float(np.sqrt(np.mean(np.square(changes)))))


@dataclass(frozen=True)
class _AsBefore:
    history: Floats
    season: int
    spread: float

    def ahead(self, horizon: int) -> tuple[Floats, Floats]:
        step = np.arange(horizon)
        last = self.history[-self.season :]
        seasons = step // self.season + 1
        return last[step % self.season], self.spread * np.sqrt(seasons)

    def one_step(self, longer: Floats) -> Floats:
        return np.append(np.full(self.season, np.nan), longer[: -self.season])

    def said(self) -> str:
        return f"y[t-{self.season}]"


@dataclass(frozen=True)
class Ets:
    """Additive errors, no trend or a damped one, additive season: the smaller AICc.

    Hyndman, Koehler, Ord, Snyder: Forecasting with Exponential Smoothing (2008).
    """

    label: ClassVar[Text] = Text("Exponential smoothing (ETS)", "指数平滑（ETS）")

    def fit(self, history: Floats, season: int) -> Fitted:
        found = [_Smoothed.of(history, season, trend) for trend in (False, True)]
        return min(found, key=lambda each: each.aicc)


@dataclass(frozen=True)
class _Smoothed:
    fit: Any
    season: int
    has_trend: bool

    @classmethod
    def of(cls, history: Floats, season: int, has_trend: bool) -> _Smoothed:
        with _quiet():
            return cls(_ets(history, season, has_trend).fit(disp=False, maxiter=500), season,
                       has_trend)  # fmt: skip

    @property
    def aicc(self) -> float:
        return float(self.fit.aicc)

    def ahead(self, horizon: int) -> tuple[Floats, Floats]:
        n = len(self.fit.model.endog)
        said = self.fit.get_prediction(n, n + horizon - 1)
        return (np.asarray(said.predicted_mean, np.float64),
                np.sqrt(np.asarray(said.forecast_variance, np.float64)))  # fmt: skip

    def one_step(self, longer: Floats) -> Floats:
        smoothed = _ets(longer, self.season, self.has_trend).smooth(np.asarray(self.fit.params))
        return np.asarray(smoothed.fittedvalues, np.float64)

    def said(self) -> str:
        return f"ETS(A,{'Ad' if self.has_trend else 'N'},{'A' if self.season > 1 else 'N'})"


def _ets(values: Floats, season: int, has_trend: bool) -> Any:
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    return ETSModel(
        pd.Series(values),
        error="add",
        trend="add" if has_trend else None,
        damped_trend=has_trend,
        seasonal="add" if season > 1 else None,
        seasonal_periods=season if season > 1 else None,
    )


@dataclass(frozen=True)
class Arima:
    """Once differenced, and by the season: the order with the smallest AICc.

    The orders around the airline model (Box, Jenkins: Time Series Analysis, 1970).
    """

    label: ClassVar[Text] = Text("ARIMA", "ARIMA 模型")
    orders: tuple[tuple[int, int, int], ...] = ((0, 1, 1), (1, 1, 1), (0, 1, 2))

    def fit(self, history: Floats, season: int) -> Fitted:
        found = [_Integrated.of(history, season, order) for order in self.orders]
        return min(found, key=lambda each: each.aicc)


@dataclass(frozen=True)
class _Integrated:
    fit: Any
    season: int
    order: tuple[int, int, int]

    @classmethod
    def of(cls, history: Floats, season: int, order: tuple[int, int, int]) -> _Integrated:
        with _quiet():
            return cls(_arima(history, season, order).fit(disp=False, maxiter=100), season, order)

    @property
    def aicc(self) -> float:
        return float(self.fit.aicc)

    def ahead(self, horizon: int) -> tuple[Floats, Floats]:
        said = self.fit.get_forecast(horizon)
        return np.asarray(said.predicted_mean, np.float64), np.asarray(said.se_mean, np.float64)

    def one_step(self, longer: Floats) -> Floats:
        filtered = _arima(longer, self.season, self.order).filter(self.fit.params)
        return np.asarray(filtered.predict(), np.float64)

    def said(self) -> str:
        seasonal = f"(0,1,1)[{self.season}]" if self.season > 1 else ""
        return f"ARIMA({','.join(map(str, self.order))}){seasonal}"


def _arima(values: Floats, season: int, order: tuple[int, int, int]) -> Any:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    seasonal = (0, 1, 1, season) if season > 1 else (0, 0, 0, 0)
    return SARIMAX(values, order=order, seasonal_order=seasonal)


@contextmanager
def _quiet() -> Iterator[None]:
    """An optimiser is judged by the errors on what it did not see, not by its warnings."""
    # On import it has its own warnings shown always: that comes first, so that ours holds.
    import statsmodels.tsa.statespace.sarimax  # noqa: F401

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


BASELINE = "seasonal_naive"
CANDIDATES: dict[str, Candidate] = {BASELINE: SeasonalNaive(), "ets": Ets(), "arima": Arima()}
