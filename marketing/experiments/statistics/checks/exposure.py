"""Did people see what they were assigned to, and only that?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

UNASSIGNED = -1
"""The assigned arm of who has none."""

MAX_CROSSOVER_SHARE = 0.01
"""More people than this in two arms, or in another than assigned, dilute or bias the effect.

Source: GrowthBook's default threshold for multiple exposures.
"""

MAX_UNASSIGNED_SHARE = 0.001
"""More people than this seen without an assignment mean it is not recorded, or not asked.

There is no custom. Assigning writes before showing, so the share is 0 unless something is
broken; a tenth of the other threshold leaves room for an event sent late or twice.
"""


BROKEN = 0.001
"""The same as of the split: it is asked of every experiment, every hour."""


@dataclass(frozen=True, slots=True)
class ExposureCheck:
    """Numbers of exposures and of distinct people; every group of people lies within `people`.

    `unassigned`: seen without an assignment. `crossover`: seen in more than one arm.
    `elsewhere`: assigned, and seen at least once in another arm than that.
    """

    exposures: int
    unassigned_exposures: int
    people: int
    unassigned: int
    crossover: int
    elsewhere: int

    @property
    def unassigned_share(self) -> float | None:
        """Of the people, in [0, 1]; None for nobody."""
        return self.unassigned / self.people if self.people else None

    @property
    def crossover_share(self) -> float | None:
        """Of the people, in [0, 1]; None for nobody."""
        return self.crossover / self.people if self.people else None

    @property
    def elsewhere_share(self) -> float | None:
        """Of the people, in [0, 1]; None for nobody."""
        return self.elsewhere / self.people if self.people else None

    @property
    def assignment_is_missing(self) -> bool:
        """Whether the unassigned are above `MAX_UNASSIGNED_SHARE`."""
        return is_above(self.unassigned, self.people, MAX_UNASSIGNED_SHARE)

    @property
    def arms_are_mixed(self) -> bool:
        """Whether people seen in two arms or in another are above `MAX_CROSSOVER_SHARE`."""
        worst = max(self.crossover, self.elsewhere)
        return is_above(worst, self.people, MAX_CROSSOVER_SHARE)

    @property
    def failed(self) -> bool:
        """Whether either threshold was passed."""
        return self.assignment_is_missing or self.arms_are_mixed


def is_above(found: int, people: int, share: float) -> bool:
    """Whether so many would come with a chance below `BROKEN` if no more than ``share`` were meant:
    one of two people says nothing.
    """
    return bool(binom.sf(found - 1, people, share) < BROKEN) if found else False


def check_exposure(
    person: NDArray[np.int64], arm: NDArray[np.int8], assigned: NDArray[np.int8]
) -> ExposureCheck:
    """Compare what was shown with what was assigned, one element an exposure, in any order.

    `person` int64[n], `arm` int8[n] shown (at least 0), `assigned` int8[n], the person's arm
    or `UNASSIGNED`. Raises ValueError for lengths that differ, types that are not whole
    numbers, and arms below 0.
    """
    _check(person, arm, assigned)
    who, place = np.unique(person, return_inverse=True)
    n = len(who)
    lowest, highest = np.full(n, np.iinfo(arm.dtype).max), np.full(n, -1)
    np.minimum.at(lowest, place, arm)
    np.maximum.at(highest, place, arm)
    nowhere = assigned == UNASSIGNED
    return ExposureCheck(
        exposures=len(person),
        unassigned_exposures=int(nowhere.sum()),
        people=n,
        unassigned=_people(place, nowhere),
        crossover=int((lowest < highest).sum()),
        elsewhere=_people(place, ~nowhere & (arm != assigned)),
    )


def _people(place: NDArray[np.intp], which: NDArray[np.bool_]) -> int:
    return len(np.unique(place[which]))


def _check(person: NDArray[Any], arm: NDArray[Any], assigned: NDArray[Any]) -> None:
    if person.ndim != 1 or not person.shape == arm.shape == assigned.shape:
        raise ValueError(f"{person.shape} people, {arm.shape} arms, {assigned.shape} assigned")
    if not all(np.issubdtype(each.dtype, np.integer) for each in (person, arm, assigned)):
        raise ValueError("people and arms are whole numbers")
    if len(arm) and (arm.min() < 0 or assigned.min() < UNASSIGNED):
        raise ValueError("an arm is below 0")
