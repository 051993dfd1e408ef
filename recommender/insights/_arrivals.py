"""Who came in a window, when, and whether and for how much they reached the goal soon after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.insights._choice import EventChoice, holds, names

if TYPE_CHECKING:
    from marketing.events.scans import Expression, Source

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Arrivals:
    """One row for each person who was active in the window.

    person: int64[n] ordinals. came_us: int64[n], first active in the window. ever_us: int64[n],
    first active at all. reached: bool[n], did the goal event later than ``came_us`` and in time.
    spent: float64[n], the sum of the amount over those goal events, 0 where none is summed.
    """

    person: Ints
    came_us: Ints
    ever_us: Ints
    reached: NDArray[np.bool_]
    spent: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.person)

    def where(self, kept: NDArray[np.bool_]) -> Arrivals:
        return Arrivals(
            self.person[kept], self.came_us[kept], self.ever_us[kept], self.reached[kept],
            self.spent[kept],
        )  # fmt: skip


@dataclass(frozen=True)
class Span:
    """The window [from_us, until_us], and how long after their arrival people may take."""

    from_us: int
    until_us: int
    within_us: int


def arrivals(
    source: Source, active: Sequence[EventChoice], goal: Sequence[EventChoice], span: Span,
    amount: str | None = None,
) -> Arrivals:  # fmt: skip
    """One row a person leaves the scan, however many events they have.

    ``amount``: the number of the goal events that is summed; an event without it adds nothing.
    """
    rows = source.rows(None)
    rows = rows.filter(rows.event.isin(list(names([*active, *goal]))))
    rows = rows.filter(rows.at_us <= span.until_us)
    is_goal = _any(rows, goal)
    flagged = rows.select(
        "person", "at_us", is_active=_any(rows, active), is_goal=is_goal,
        worth=_worth(rows, is_goal, amount),
    )  # fmt: skip
    table = _reached(_came(flagged, span), flagged, span).to_pyarrow()
    found = {
        name: table[name].to_numpy().astype(np.int64)
        for name in ("person", "came_us", "ever_us", "goals")
    }
    spent = table["spent"].to_numpy().astype(np.float64)
    goals = found["goals"]
    return Arrivals(found["person"], found["came_us"], found["ever_us"], goals > 0, spent)


def _worth(rows: Expression, is_goal: Expression, amount: str | None) -> Expression:
    """What an event adds, in whole ten-thousandths, so that sums are exact in any order.

    As in the traits, a number beyond ``LARGEST`` is no measurement.
    """
    import ibis

    from marketing.events.scans import number
    from marketing.personas.parts import LARGEST
    from marketing.personas.parts.total import fixed

    if amount is None:
        return ibis.literal(0, "int64")
    said = number(rows.properties.cast("json"), amount)
    return ibis.cases((is_goal & (said.abs() <= LARGEST), fixed(said)), else_=0)


def _any(rows: Expression, choices: Sequence[EventChoice]) -> Expression:
    return reduce(or_, (holds(rows, choice) for choice in choices))


def _came(flagged: Expression, span: Span) -> Expression:
    """person, ever_us, came_us of who was active in the window."""
    active = flagged.filter(flagged.is_active)
    people = active.group_by("person").aggregate(
        ever_us=active.at_us.min(), came_us=active.at_us.min(where=active.at_us >= span.from_us)
    )
    return people.filter(people.came_us.notnull())


def _reached(people: Expression, flagged: Expression, span: Span) -> Expression:
    """With ``goals``: how many of their goal events lie in (came_us, came_us + within_us], and
    ``spent``: what those come to."""
    from marketing.personas.parts import FIXED

    goal = flagged.filter(flagged.is_goal & (flagged.at_us > span.from_us))
    goal = goal.select(goer=goal.person, goal_us=goal.at_us, worth=goal.worth)
    joined = people.left_join(
        goal,
        [people.person == goal.goer, goal.goal_us > people.came_us,
         goal.goal_us <= people.came_us + span.within_us],
    )  # fmt: skip
    grouped = joined.group_by(["person", "ever_us", "came_us"])
    return grouped.aggregate(
        goals=joined.goal_us.count(),
        spent=joined.worth.sum().fill_null(0).cast("float64") / float(FIXED),
    )
