"""How often something happens, what to expect of the next days or weeks, and which were unusual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.text import Text
from recommender.insights import Insight, Moment, Refused, _calendar
from recommender.insights._anomalies import Judged, judge
from recommender.insights._candidates import BASELINE, CANDIDATES
from recommender.insights._choice import EventChoice
from recommender.insights._rolling import Z80, Z95, Backtest, backtest, origins, shortest
from recommender.insights._scale import Scale
from recommender.insights._series import Measure, Series, measured

if TYPE_CHECKING:
    from marketing.events.scans import Source

Floats = NDArray[np.float64]
MOST_PERIODS = 1_100
# So many unusual periods in a row, or a season of them, are a new level.
_PATIENCE = 3
_SEASONS = {"day": 7, "week": 1}
_UNITS = {"day": Text("days", "天"), "week": Text("weeks", "周")}
_NOTHING = Text("There is no such event in the time looked at", "所看的时间内没有这种事件")
_NO_NUMBER = Text(
    "No such event carries a number in '{property}'", "这种事件的属性“{property}”中没有数字"
)
_SHORT = Text(
    "The series has {n} whole {unit}; a forecast of {horizon} needs {needed}",
    "序列只有 {n} 个完整的{unit}；预测 {horizon} {unit}需要 {needed} 个",
)
_OTHER_EVENT = Text(
    "Choose an event that has happened, or look further back.", "请选择发生过的事件，或看更久以前。"
)
_OTHER_PROPERTY = Text("Choose a numeric property of the event.", "请选择该事件的数值属性。")
_WAIT = Text(
    "{missing} {unit} are missing: look further back, ask for fewer ahead, or wait.",
    "还差 {missing} {unit}：请看更久以前、少预测一些，或等待更多数据。",
)


class Past(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One whole period. ``expected``, ``low``, ``high``: one step ahead, with the anomaly
    threshold; None before the first origin. ``score``: the modified z-score."""

    first_day: date
    value: float
    expected: float | None
    low: float | None
    high: float | None
    score: float | None
    is_anomaly: bool


class Ahead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One period to come: the median and the intervals of 80 and 95 %."""

    first_day: date
    median: float
    low80: float
    high80: float
    low95: float
    high95: float


class Tried(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One candidate on the rolling origins. ``form``: as fitted on the whole series, in the field's
    notation. All None if its fit broke down; ``mase`` None also where its scale is 0."""

    name: str
    form: str | None
    mase: float | None
    covered80: float | None
    covered95: float | None


class ForecastAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``season``: in periods, 1 = none. ``origins``: how often each candidate was tried."""

    chosen: str
    candidates: tuple[Tried, ...]
    past: tuple[Past, ...]
    ahead: tuple[Ahead, ...]
    season: int
    origins: int


class Forecast(Insight, frozen=True, kw_only=True):
    """A series of whole local days or weeks; the running one is never looked at.

    ``measure``: how many events, how many different people, or the total of ``property``.
    ``periods`` whole ones are looked at, after leaving out the newest ``skip``; ``horizon`` are
    forecast. ``threshold``: from which modified z-score on a period is unusual.
    """

    label: ClassVar[Text] = Text("Forecast and anomalies", "趋势预测与异常")
    result: ClassVar[type[msgspec.Struct]] = ForecastAnswer
    example: ClassVar[Mapping[str, Any]] = {
        "of": {"event": "Course Enrolled"},
        "measure": "count",
        "by": "day",
        "periods": 182,
        "horizon": 14,
    }

    of: EventChoice
    measure: Measure = "count"
    property: Annotated[str, msgspec.Meta(max_length=120)] = ""
    by: Literal["day", "week"] = "day"
    periods: Annotated[int, msgspec.Meta(ge=20, le=MOST_PERIODS)] = 364
    skip: Annotated[int, msgspec.Meta(ge=0, le=MOST_PERIODS)] = 0
    horizon: Annotated[int, msgspec.Meta(ge=1, le=90)] = 28
    threshold: Annotated[float, msgspec.Meta(ge=1.5, le=20)] = 3.5

    def __post_init__(self) -> None:
        if (self.measure == "sum") != bool(self.property):
            raise ValueError("a sum needs a property, and nothing else takes one")

    def events(self) -> tuple[str, ...]:
        return (self.of.event,)

    def answer(self, source: Source, moment: Moment) -> ForecastAnswer:
        # Only what is loaded can be limited: the libraries with threads of their own come first.
        import statsmodels.tsa.statespace.sarimax  # noqa: F401
        from threadpoolctl import threadpool_limits

        # The matrices are tiny: threads that wait for each other cost ten times what they do.
        with threadpool_limits(1, "blas"):
            return self._answer(source, moment)

    def _answer(self, source: Source, moment: Moment) -> ForecastAnswer:
        whole = _calendar.until(moment.now, moment.zone, self.by, self.periods + self.skip + 1)
        series = measured(source, self.of, self.measure, self.property, whole, self.periods)
        self._require(series)
        season = _SEASONS[self.by]
        at = origins(len(series), self.horizon, season)
        scale = Scale.of(series.values)
        tried = _try_all(series.values, scale, season, self.horizon, len(at), moment)
        chosen, modelled = best(tried), scale.to(series.values)
        return ForecastAnswer(
            chosen=chosen,
            candidates=tuple(_tried(name, each, modelled, season) for name, each in tried.items()),
            past=_past(
                series, self._judged(tried[chosen], modelled, season), scale, self.threshold
            ),
            ahead=self._ahead(chosen, series, scale, season),
            season=season,
            origins=len(at),
        )

    def _judged(self, test: Backtest | None, modelled: Floats, season: int) -> Judged:
        spans = test.spans if test else ()
        return judge(modelled, spans, self.threshold, max(season, _PATIENCE))

    def _require(self, series: Series) -> None:
        """Raises Refused, saying what is missing."""
        season = _SEASONS[self.by]
        if not len(series):
            if self.measure == "sum":
                raise Refused("no_numbers", _NO_NUMBER, _OTHER_PROPERTY, property=self.property)
            raise Refused("no_such_events", _NOTHING, _OTHER_EVENT)
        needed = shortest(season) + self.horizon + 2
        if len(series) < needed:
            unit = _UNITS[self.by]
            raise Refused(
                "series_too_short",
                Text(_SHORT.en.replace("{unit}", unit.en), _SHORT.zh.replace("{unit}", unit.zh)),
                Text(_WAIT.en.replace("{unit}", unit.en), _WAIT.zh.replace("{unit}", unit.zh)),
                n=len(series), horizon=self.horizon, needed=needed, missing=needed - len(series),
            )  # fmt: skip

    def _ahead(self, chosen: str, series: Series, scale: Scale, season: int) -> tuple[Ahead, ...]:
        """From a fit on the whole series."""
        fitted = CANDIDATES[chosen].fit(scale.to(series.values), season)
        mean, spread = fitted.ahead(self.horizon)
        lines = [scale.back(mean + z * spread) for z in (0.0, -Z80, Z80, -Z95, Z95)]
        names = ("median", "low80", "high80", "low95", "high95")
        last = series.first_days[-1]
        return tuple(
            Ahead(
                first_day=_calendar.shifted(last, self.by, step + 1),
                **{name: float(line[step]) for name, line in zip(names, lines, strict=True)},
            )
            for step in range(self.horizon)
        )


def best(tried: Mapping[str, Backtest | None]) -> str:
    """The smallest MASE. The baseline comes first, so that it wins what is even."""
    known = {name: test.mase for name, test in tried.items() if test and test.mase is not None}
    return min(known, key=lambda name: known[name]) if known else BASELINE


def _try_all(
    values: Floats, scale: Scale, season: int, horizon: int, at: int, moment: Moment
) -> dict[str, Backtest | None]:
    """By name, the baseline first; None for a candidate whose fit breaks down."""
    done = _Counter(len(CANDIDATES) * at, moment)
    found: dict[str, Backtest | None] = {}
    for name, candidate in CANDIDATES.items():
        try:
            found[name] = backtest(candidate, values, scale, season, horizon, done)
        except (ArithmeticError, np.linalg.LinAlgError):
            found[name] = None
    return found


@dataclass
class _Counter:
    """Says how much is done."""

    of: int
    moment: Moment
    done: int = 0

    def __call__(self) -> None:
        self.done += 1
        self.moment.progress(self.done / (self.of + 1))


def _tried(name: str, test: Backtest | None, modelled: Floats, season: int) -> Tried:
    if test is None:
        return Tried(name=name, form=None, mase=None, covered80=None, covered95=None)
    return Tried(
        name=name,
        form=CANDIDATES[name].fit(modelled, season).said(),
        mase=test.mase,
        covered80=test.covered80,
        covered95=test.covered95,
    )


def _past(series: Series, found: Judged, scale: Scale, threshold: float) -> tuple[Past, ...]:
    usual = found.expected + found.usual.centre
    away = threshold * found.usual.spread
    columns = (scale.back(found.expected), scale.back(usual - away), scale.back(usual + away),
               found.score)  # fmt: skip
    return tuple(
        Past(
            first_day=day,
            value=float(series.values[i]),
            is_anomaly=bool(found.is_unusual[i]),
            **dict(zip(("expected", "low", "high", "score"), _row(columns, i), strict=True)),
        )
        for i, day in enumerate(series.first_days)
    )


def _row(columns: tuple[Floats, ...], row: int) -> list[float | None]:
    values = [float(column[row]) for column in columns]
    return [None if np.isnan(value) else value for value in values]
