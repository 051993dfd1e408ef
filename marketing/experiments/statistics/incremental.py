"""How much a campaign brought on top of what would have come anyway."""

from marketing.experiments.statistics.difference import (
    difference_in_means,
    difference_in_proportions,
)
from marketing.experiments.statistics.interval import Interval
from marketing.experiments.statistics.sufficient import Mean, Proportion


def incremental_conversions(
    treated: Proportion, control: Proportion, confidence: float = 0.95
) -> Interval | None:
    """Conversions that the treatment added among the treated: effect times treated people.

    The interval is the effect's, times the same number: it is about the expected gain of
    treating this many people. None as for `difference_in_proportions`.
    """
    effect = difference_in_proportions(treated, control, confidence)
    return effect and effect.times(treated.n)


def incremental_money(treated: Mean, control: Mean, confidence: float = 0.95) -> Interval | None:
    """Money that the treatment added among the treated, in the minor units of the amounts.

    Everybody counts, with 0 who paid nothing, and both groups in one currency. The cost of
    the treatment is not taken off. None as for `difference_in_means`.
    """
    effect = difference_in_means(treated, control, confidence)
    return effect and effect.times(treated.n)
