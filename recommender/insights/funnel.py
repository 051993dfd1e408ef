"""How many people get from one step to the next, and where they stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.moments import microseconds
from marketing.kernel.text import Text
from marketing.kernel.windows import Window
from recommender.insights import Breakdown, Groups, Insight, Moment
from recommender.insights._attempts import Reached, Starts, attempts, last_start_us
from recommender.insights._blocks import blocks
from recommender.insights._choice import EventChoice, names

if TYPE_CHECKING:
    from marketing.events.scans import Source

MOST_STEPS: Final = 8
MOST_GROUPS: Final = 8
HOUR_US: Final = 3_600_000_000
Ints = NDArray[np.int64]


class FunnelStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``people`` reached it. Shares are of the step before and of the first; None = of nobody.

    Medians are seconds until the step was first reached, from the attempt's first step and from the
    step before; None for the first step and where nobody came. ``waiting``: stopped here so far,
    with a start whose time is not over.
    """

    event: str
    people: int
    from_previous: float | None
    from_first: float | None
    median_s: float | None
    median_previous_s: float | None
    waiting: int


class FunnelGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``kind``: a named group; people in none; or the smaller groups together."""

    kind: Literal["named", "none", "rest"]
    label: str
    steps: tuple[FunnelStep, ...]


class FunnelAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """First steps count from ``starts_from`` (None = since ever) until before ``starts_until``."""

    steps: tuple[FunnelStep, ...]
    groups: tuple[FunnelGroup, ...]
    starts_from: datetime | None
    starts_until: datetime


class Funnel(Insight, frozen=True, kw_only=True):
    """Steps are taken in this order, each strictly later than the one before.

    ``window``: when an attempt may start. ``within_hours``: how long after its first step the last
    one still counts, that very moment included. A person counts for the furthest step of any of
    their attempts.
    """

    label: ClassVar[Text] = Text("Funnel", "漏斗分析")
    result: ClassVar[type[msgspec.Struct]] = FunnelAnswer
    example: ClassVar[Mapping[str, Any]] = {
        "steps": [
            {"event": "Course Enrolled"},
            {
                "event": "Assessment Submitted",
                "where": [{"property": "score", "op": "gte", "value": 40}],
            },
        ],
        "within_hours": 1440,
        "window": {"days": 365, "skip_days": 60},
    }

    steps: Annotated[tuple[EventChoice, ...], msgspec.Meta(min_length=2, max_length=MOST_STEPS)]
    within_hours: Annotated[int, msgspec.Meta(ge=1, le=24 * 366)] = 24 * 30
    window: Window = Window(days=90)
    breakdown: Breakdown | None = None

    def events(self) -> tuple[str, ...]:
        return names(self.steps)

    def told_apart_by(self) -> Breakdown | None:
        return self.breakdown

    def answer(self, source: Source, moment: Moment) -> FunnelAnswer:
        start, end = self.window.bounds(moment.now, moment.zone)
        starts = Starts(microseconds(start) if start else 0, microseconds(end),
                        self.within_hours * HOUR_US)  # fmt: skip
        seen = _Seen([[] for _ in self.steps], [], [])
        for block in blocks(source, self.steps, since=start, until_us=moment.now_us):
            seen.add(attempts(block, starts), *last_start_us(block, starts))
        still_open_us = moment.now_us - starts.within_us
        told = _Told(seen.together(), seen.open_people(still_open_us), self.events_of_steps())
        return FunnelAnswer(
            steps=told.steps(None),
            groups=_groups(told, moment.groups) if self.breakdown and moment.groups else (),
            starts_from=start,
            starts_until=end,
        )

    def events_of_steps(self) -> tuple[str, ...]:
        """One name a step, repetitions included."""
        return tuple(step.event for step in self.steps)


@dataclass(frozen=True)
class _Seen:
    """Blocks so far: per step who reached it; and everybody's newest start."""

    reached: list[list[Reached]]
    people: list[Ints]
    last_start_us: list[Ints]

    def add(self, found: Sequence[Reached], people: Ints, last_us: Ints) -> None:
        for step, each in zip(self.reached, found, strict=True):
            step.append(each)
        self.people.append(people)
        self.last_start_us.append(last_us)

    def together(self) -> list[Reached]:
        fields = ("person", "from_start_us", "from_previous_us")
        return [
            Reached(*(_concatenated([getattr(each, name) for each in step]) for name in fields))
            for step in self.reached
        ]

    def open_people(self, since_us: int) -> Ints:
        """Who started after that moment: their time is not over."""
        return _concatenated(self.people)[_concatenated(self.last_start_us) > since_us]


def _concatenated(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class _Told:
    """What is counted, for everybody or for some."""

    reached: Sequence[Reached]
    waiting: Ints
    events: Sequence[str]

    def steps(self, of: Groups | None, code: int = -1) -> tuple[FunnelStep, ...]:
        """For those whose code in ``of`` this is; for everybody if ``of`` is None."""
        parts = [self._part(step, of, code) for step in self.reached]
        after = [part.person for part in parts[1:]] + [np.empty(0, dtype=np.int64)]
        counts = [len(part.person) for part in parts]
        return tuple(
            FunnelStep(
                event=self.events[i],
                people=counts[i],
                from_previous=_share(counts[i], counts[i - 1] if i else counts[0]),
                from_first=_share(counts[i], counts[0]),
                median_s=_median(part.from_start_us) if i else None,
                median_previous_s=_median(part.from_previous_us) if i else None,
                waiting=self._waiting(part.person, after[i]) if i + 1 < len(parts) else 0,
            )
            for i, part in enumerate(parts)
        )

    def _part(self, step: Reached, of: Groups | None, code: int) -> Reached:
        if of is None:
            return step
        mask = of.of(step.person) == code
        return Reached(step.person[mask], step.from_start_us[mask], step.from_previous_us[mask])

    def _waiting(self, here: Ints, after: Ints) -> int:
        stopped = np.setdiff1d(here, after, assume_unique=True)
        return int(np.isin(stopped, self.waiting).sum())


def _groups(told: _Told, groups: Groups) -> tuple[FunnelGroup, ...]:
    """The largest at the first step by name; the others together; who is in none."""
    codes = groups.of(told.reached[0].person)
    sizes = np.bincount(codes[codes >= 0], minlength=len(groups.labels))
    order = np.argsort(-sizes, kind="stable")
    named = [int(code) for code in order[:MOST_GROUPS] if sizes[code]]
    found = [
        FunnelGroup(kind="named", label=groups.labels[code], steps=told.steps(groups, code))
        for code in named
    ]
    rest = len(groups.labels)
    merged = np.where(np.isin(groups.codes, [*named, -1]), groups.codes, rest).astype(np.int32)
    if sizes.sum() > sizes[named].sum():
        smaller = told.steps(Groups(merged, groups.labels), rest)
        found.append(FunnelGroup(kind="rest", label="", steps=smaller))
    if (codes < 0).any():
        found.append(FunnelGroup(kind="none", label="", steps=told.steps(groups, -1)))
    return tuple(found)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _median(microseconds_each: Ints) -> float | None:
    return float(np.median(microseconds_each)) / 1e6 if len(microseconds_each) else None
