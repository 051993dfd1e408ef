"""How small an effect an experiment here can show, and how long a larger one takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.text import Text
from recommender.insights import Breakdown, Insight, Moment, Refused, _calendar
from recommender.insights._arrivals import Span, arrivals
from recommender.insights._choice import EventChoice, names
from recommender.insights._history import History, amount, history, share
from recommender.insights._planning import (
    MOST_DAYS,
    Amount,
    Level,
    Trial,
    days_until,
    detectable,
    needed,
)

if TYPE_CHECKING:
    from marketing.events.scans import Source

MOST_GOALS, MOST_ACTIVE = 8, 200
Reach = Literal["as_they_come", "at_once"]
Unit = Literal["share", "money", "number"]

_NOBODY = Text("Nobody was active in the last {days} days", "最近 {days} 天没有活跃的人")
_WIDER = Text(
    "Look further back, choose other events for who is active, or another segment.",
    "请回看更久，或更换“算作活跃”的事件、换一个分群。",
)
_OPEN = Text(
    "Nobody's {goal_days} days are over yet: who was active came later than that",
    "还没有人满 {goal_days} 天：活跃的人都是在那之后才来的",
)
_FURTHER = Text("Look further back, or take a shorter goal window.", "请回看更久，或缩短目标窗口。")


class PlannedDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``people`` have come by the end of this day. ``detectable``: the smallest rise that so many
    show, in the answer's ``unit`` (a share: 0.018 = 1.8 points); None = no rise would be found.
    ``inflation``: people over those of a single look.
    """

    day: int
    people: int
    inflation: float
    detectable: float | None


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``effect`` (in the answer's ``unit``) takes: people in both groups and days; both None =
    no number of people would show it; ``days`` None = so many never come.
    """

    effect: float
    treated: int | None
    control: int | None
    days: int | None


class PlannerAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``people`` were active in the time looked at, ``new_a_day`` of them for the first time ever,
    on average. ``reached`` of ``matured`` (those whose goal window is over) did the goal event.
    ``unit`` share: ``base`` is their share, in (0, 1), and ``deviation`` None. Of an amount, it
    is the mean over ``matured``, above 0 (who did not reach the goal counts 0), and ``deviation``
    the sample standard deviation, above 0; money is in minor units. ``days``: planned days 1 to 90;
    ``planned`` is the one that was asked about. ``wish``: None = none was asked about.
    """

    people: int
    new_a_day: float
    matured: int
    reached: int
    base: float
    deviation: float | None
    unit: Unit
    days: tuple[PlannedDay, ...]
    planned: PlannedDay
    wish: Wish | None


class Planner(Insight, frozen=True, kw_only=True):
    """Plans an experiment on whether people do one of the ``goal`` events, or on their amounts.

    ``amount``: the number of the goal events that is summed for each person, money in minor units
    where its name ends in _cents; events without it add nothing. None: whether the goal is reached.
    ``active``: events that make somebody one of those who would take part; ``segment``: only its
    members as of now. ``days`` are looked back on; each person counts from their first activity in
    them, and has ``goal_days`` from then on. ``reach``: people take part as they come, or all who
    are at hand at once and new ones as they come. The rise that is hoped for: ``effect_points``, in
    percentage points, or of an amount ``effect_percent``, in percent of its mean. ``daily_looks``:
    a planned look a day, or one at the end.
    """

    label: ClassVar[Text] = Text("Plan an experiment", "实验规划")
    result: ClassVar[type[msgspec.Struct]] = PlannerAnswer
    version: ClassVar[int] = 2
    example: ClassVar[Mapping[str, Any]] = {
        "goal": [{"event": "Order Completed"}],
        "active": [{"event": "Course Viewed"}],
        "goal_days": 14,
        "days": 56,
        "effect_points": 2,
    }

    goal: Annotated[tuple[EventChoice, ...], msgspec.Meta(min_length=1, max_length=MOST_GOALS)]
    active: Annotated[tuple[EventChoice, ...], msgspec.Meta(min_length=1, max_length=MOST_ACTIVE)]
    amount: Annotated[str, msgspec.Meta(min_length=1, max_length=120)] | None = None
    segment: Annotated[str, msgspec.Meta(min_length=1, max_length=120)] | None = None
    goal_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 14
    days: Annotated[int, msgspec.Meta(ge=2, le=366)] = 56
    reach: Reach = "as_they_come"
    holdout_percent: Annotated[int, msgspec.Meta(ge=1, le=90)] = 10
    power: Annotated[float, msgspec.Meta(ge=0.5, le=0.99)] = 0.8
    effect_points: Annotated[float, msgspec.Meta(gt=0, le=100)] | None = None
    effect_percent: Annotated[float, msgspec.Meta(gt=0, le=1000)] | None = None
    planned_days: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS)] = 14
    daily_looks: bool = True

    def __post_init__(self) -> None:
        if self.goal_days >= self.days:
            raise ValueError("the days looked back on must be more than the goal window")
        if self.amount is None and self.effect_percent is not None:
            raise ValueError("effect_percent is for amounts: a share's rise is effect_points")
        if self.amount is not None and self.effect_points is not None:
            raise ValueError("effect_points is for shares: an amount's rise is effect_percent")
        if self.amount is not None and any(sign in self.amount for sign in '"\\'):
            raise ValueError("an amount's name cannot hold quotes or backslashes")

    def events(self) -> tuple[str, ...]:
        return names((*self.active, *self.goal))

    def told_apart_by(self) -> Breakdown | None:
        return Breakdown(kind="segment", name=self.segment) if self.segment else None

    def answer(self, source: Source, moment: Moment) -> PlannerAnswer:
        calendar = _calendar.until(moment.now, moment.zone, "day", self.days)
        within_us = timedelta(days=self.goal_days) // timedelta(microseconds=1)
        span = Span(int(calendar.starts_us[0]), moment.now_us, within_us)
        seen = arrivals(source, self.active, self.goal, span, self.amount)
        if self.segment and moment.groups:
            seen = seen.where(moment.groups.of(seen.person) >= 0)
        past = history(seen, span)
        self._require(past)
        level = share(past) if self.amount is None else amount(past, self.amount)
        moment.progress(0.5)
        came = np.bincount(calendar.place(seen.came_us), minlength=self.days)
        return self._planned(past, level, self._reach(past, np.cumsum(came)))

    def _require(self, past: History) -> None:
        """Raises Refused where nobody can be planned with."""
        if not past.people:
            raise Refused("nobody_active", _NOBODY, _WIDER, days=self.days)
        if not past.matured:
            raise Refused("none_matured", _OPEN, _FURTHER, goal_days=self.goal_days)

    @property
    def unit(self) -> Unit:
        """Of what is planned with; money is in minor units."""
        if self.amount is None:
            return "share"
        return "money" if self.amount.endswith("_cents") else "number"

    def _reach(self, past: History, came: NDArray[np.int64]) -> tuple[float, ...]:
        """People by the end of planned day 1, 2, … 90; ``came`` int64[days], of the time before.

        As long as the look-back goes, as many as came then; after that, those who are new.
        """
        day = np.arange(1, MOST_DAYS + 1)
        if self.reach == "at_once":
            return tuple((past.people + (day - 1) * past.new_a_day).tolist())
        known = came[np.minimum(day, self.days) - 1]
        later = np.maximum(day - self.days, 0) * past.new_a_day
        return tuple((known + later).tolist())

    def _planned(self, past: History, level: Level, reach: tuple[float, ...]) -> PlannerAnswer:
        trial = Trial(self.holdout_percent / 100, self.power, self.daily_looks)
        days = tuple(_day(level, day, people, trial) for day, people in enumerate(reach, start=1))
        return PlannerAnswer(
            people=past.people,
            new_a_day=past.new_a_day,
            matured=past.matured,
            reached=past.reached,
            base=level.base,
            deviation=level.deviation if isinstance(level, Amount) else None,
            unit=self.unit,
            days=days,
            planned=days[self.planned_days - 1],
            wish=self._wish(level, days, past.new_a_day, trial),
        )

    def _effect(self, base: float) -> float | None:
        """The rise that is hoped for, in the unit of ``base``."""
        if self.effect_percent is not None:
            return base * self.effect_percent / 100
        return None if self.effect_points is None else self.effect_points / 100

    def _wish(
        self, level: Level, days: tuple[PlannedDay, ...], new_a_day: float, trial: Trial
    ) -> Wish | None:
        effect = self._effect(level.base)
        if effect is None:
            return None
        shown = (d.day for d in days if d.detectable is not None and d.detectable <= effect)
        # How many looks it will be depends on the days that it takes, which are being looked for.
        groups = needed(level, effect, next(shown, MOST_DAYS), trial)
        if groups is None:
            return Wish(effect=effect, treated=None, control=None, days=None)
        until = days_until(groups.people, [each.people for each in days], new_a_day)
        return Wish(effect=effect, treated=groups.treated, control=groups.control, days=until)


def _day(level: Level, day: int, people: float, trial: Trial) -> PlannedDay:
    return PlannedDay(
        day=day,
        people=int(people),
        inflation=trial.design(day).inflation,
        detectable=detectable(level, people, day, trial),
    )
