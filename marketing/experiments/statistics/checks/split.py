"""Did the arms get the shares of people they were meant to, and where did they not?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.statistics.multiplicity import holm
from marketing.experiments.statistics.ratio_mismatch import MISMATCH_P, ratio_mismatch_p_value
from marketing.experiments.statistics.stratified_mismatch import stratified_p_values


@dataclass(frozen=True, slots=True)
class StratumSplit:
    """One stratum alone. `adjusted_p` is Holm's, over all strata that have a `p_value`.

    Both None where the stratum is too small, see `ratio_mismatch_p_value`.
    """

    p_value: float | None
    adjusted_p: float | None


@dataclass(frozen=True, slots=True)
class SplitCheck:
    """`p_value` in [0, 1] joins the three questions' own; `strata` in the order given.

    The four are None where some arm is expected to hold fewer than 50 people in all; what
    they ask says `stratified_mismatch`.
    """

    p_value: float | None
    lasting_p: float | None
    anywhere_p: float | None
    worst_p: float | None
    strata: tuple[StratumSplit, ...]

    @property
    def failed(self) -> bool:
        """Whether the split is broken: `p_value` below `MISMATCH_P`."""
        return self.p_value is not None and self.p_value < MISMATCH_P

    @property
    def broken(self) -> tuple[int, ...]:
        """Indices of the strata that are off by themselves; none unless the check failed.

        Empty after a failure means: a little is lost in many strata.
        """
        if not self.failed:
            return ()
        asked = [(i, one.adjusted_p) for i, one in enumerate(self.strata)]
        return tuple(i for i, p in asked if p is not None and p < MISMATCH_P)


def check_split(observed: NDArray[np.integer], weights: NDArray[np.floating]) -> SplitCheck:
    """Hold the people of every stratum (day, epoch, segment) to the stratum's own weights.

    `observed` int[strata, arms] people, `weights` float[strata, arms] intended, any positive
    scale a stratum. Give days in order, for small strata are merged with the next. Raises
    ValueError for other shapes, counts not whole, negative numbers or weights not finite.
    Source: `stratified_p_values` for the whole, `ratio_mismatch_p_value` and Holm for the parts.
    """
    if observed.ndim != 2 or observed.shape != weights.shape:
        raise ValueError(f"counts {observed.shape} for weights {weights.shape}")
    if not np.issubdtype(observed.dtype, np.integer):
        raise ValueError(f"counts are {observed.dtype}, not whole numbers")
    rows = zip(observed.tolist(), weights.tolist(), strict=True)
    alone = [ratio_mismatch_p_value(people, split) for people, split in rows]
    found = stratified_p_values(observed, weights.astype(np.float64))
    return SplitCheck(
        p_value=_known(found.joined),
        lasting_p=_known(found.lasting),
        anywhere_p=_known(found.anywhere),
        worst_p=_known(found.worst),
        strata=tuple(map(StratumSplit, alone, _adjusted(alone))),
    )


def _known(p_value: NDArray[np.float64]) -> float | None:
    return None if np.isnan(p_value) else float(p_value)


def _adjusted(p_values: list[float | None]) -> list[float | None]:
    """Holm's, over those that are known."""
    known = iter(holm([p for p in p_values if p is not None]))
    return [None if p is None else next(known) for p in p_values]
