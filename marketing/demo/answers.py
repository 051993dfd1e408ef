"""Simulated answers: did a person convert, drawn by dice with an effect that we set.

These are not real people's answers. Because the effect is stated, an analysis of them has
a right answer to be held against.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class AnswerEffect:
    """What simulated people do: rates and effects as shares (0.03 = 3 points).

    `base_rate` is the holdout's chance to convert; `effects[i]` is what arm i + 1 adds.
    Raises ValueError for no arms or a chance outside [0, 1].
    """

    base_rate: float
    effects: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.effects:
            raise ValueError("no treated arm")
        if not all(0 <= rate <= 1 for rate in self.rates):
            raise ValueError(f"chances {self.rates} are not all in [0, 1]")

    @property
    def rates(self) -> tuple[float, ...]:
        """Chance to convert in [0, 1]: the holdout's, then each treated arm's."""
        return (self.base_rate, *(self.base_rate + effect for effect in self.effects))


# The win-back campaign of the demo: of the people it looks at, 8 in 100 would come back by
# themselves; the two coupons add to that. Who it looks at: about so many, a fifth held out.
WIN_BACK_EFFECT = AnswerEffect(base_rate=0.08, effects=(0.06, 0.10))
WIN_BACK_PEOPLE = 868
WIN_BACK_HOLDOUT = 0.2


def simulate_answers(arm: NDArray[np.int8], effect: AnswerEffect, seed: int) -> NDArray[np.bool_]:
    """Simulated answers bool[n]: one independent draw a person at the rate of the arm.

    `arm` int8[n]: 0 = holdout, 1..k = treated arms. The same arms, effect and seed give the
    same answers. Raises ValueError for an arm that the effect does not have.
    """
    rates = np.array(effect.rates)
    if arm.size and not (arm.min() >= 0 and arm.max() < len(rates)):
        raise ValueError(f"arms must be 0 to {len(rates) - 1}")
    return np.random.default_rng(seed).random(arm.size) < rates[arm]


def stated_effect(effect: AnswerEffect, arm_counts: Sequence[int]) -> float | None:
    """The true average effect on the treated behind simulated answers, as a share.

    `arm_counts` people in arms 0..k, as `np.bincount(arm, minlength=k + 1)` gives; the
    holdout's count has no influence. None when nobody is treated. Raises ValueError for
    counts that do not match the arms.
    """
    if len(arm_counts) != len(effect.rates):
        raise ValueError(f"{len(arm_counts)} counts for {len(effect.rates)} arms")
    treated = np.asarray(arm_counts[1:])
    return float(np.average(effect.effects, weights=treated)) if treated.sum() else None
