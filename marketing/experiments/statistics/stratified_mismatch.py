"""Sample ratio mismatch where the intended split is not one for all people.

A stratum is a set of people with one intended split: a day of a bandit, an epoch between two
changes of weights, a segment. Adding up counts over strata and comparing with one set of
weights raises alarms that mean nothing; here every stratum is held to its own weights. Three
questions are asked, for each sees what the others do not:

- lasting: does the same arm get too few in all strata together? The deviations are summed
  before they are squared, so a small loss shows that repeats every day.
- anywhere: are strata off in whatever direction? The squares are summed.
- worst: is one arm of one stratum off by more than the luck of so many would have it?
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, chdtrc

Floats = NDArray[np.float64]

LASTING_SHARE, ANYWHERE_SHARE, WORST_SHARE = 0.85, 0.025, 0.025
"""How the joined p-value weighs the three; the tenth left is for the approximation's error.

Broken assignment mostly loses a little of one arm all the time, and a loss of 1 % of one of two
arms among a million people is to be found; what breaks for a day is off by more. Source:
`bench.splits` measures what these weights and `FILLED` find and what they raise for nothing.
"""

FILLED = 50.0
"""People expected in the smallest arm from which on strata are not merged with the next.

Higher than the usual 5: the chi-square is asked for events of one in ten thousand here, and
small counts have longer tails than it.
"""


@dataclass(frozen=True, slots=True)
class _Sums:
    """[..., strata, arms] expected and deviations, [..., strata, arms, arms] covariance."""

    expected: Floats
    off: Floats
    covariance: Floats

    def __add__(self, other: "_Sums") -> "_Sums":
        return _Sums(
            self.expected + other.expected,
            self.off + other.off,
            self.covariance + other.covariance,
        )

    def at(self, stratum: int) -> "_Sums":
        covariance = self.covariance[..., stratum, :, :]
        return _Sums(self.expected[..., stratum, :], self.off[..., stratum, :], covariance)

    def over_all(self) -> "_Sums":
        covariance = self.covariance.sum(axis=-3)
        return _Sums(self.expected.sum(axis=-2), self.off.sum(axis=-2), covariance)

    def unless(self, done: NDArray[np.bool_]) -> "_Sums":
        keep = ~done[..., None]
        return _Sums(self.expected * keep, self.off * keep, self.covariance * keep[..., None])


@dataclass(frozen=True, slots=True)
class StratifiedP:
    """float[...] in [0, 1] each, one element an experiment; `joined` answers all three at once."""

    lasting: Floats
    anywhere: Floats
    worst: Floats
    joined: Floats


def stratified_p_values(observed: NDArray[np.integer], weights: Floats) -> StratifiedP:
    """Hold every stratum to its own weights, for many experiments at once.

    `observed` int[..., strata, arms] people and `weights` float[..., strata, arms] intended,
    both not negative, any positive scale a stratum. NaN where some arm is expected to hold
    fewer than `FILLED` people in all; 0 where somebody is in an arm of weight 0.

    Given how many people came to a stratum its counts are multinomial, also where a bandit set
    the weights by what it had seen. The deviations of a set of strata have the sum of their
    covariances, and their squared length in that metric is chi-square with the covariance's
    rank; for one stratum it is Pearson's. The worst cell is an exact binomial's, by Bonferroni.
    Where several strata are filled the three are joined by Bonferroni with weights, else it is
    the lasting one. Source: Cochran (1954), Biometrics 10:417-451, for sums of deviations.
    """
    sums, impossible = _deviations(observed, weights)
    together = sums.over_all()
    freedom, distance, groups = _groups(sums)
    found = np.stack([
        chdtrc(*_distance(together)), chdtrc(freedom, distance), _worst(observed, weights),
    ])  # fmt: skip
    found = np.where(impossible, 0.0, np.where(_filled(together.expected), found, np.nan))
    lasting, anywhere, worst = found
    shares = (lasting / LASTING_SHARE, anywhere / ANYWHERE_SHARE, worst / WORST_SHARE)
    joined = np.where(groups > 1, np.minimum(np.min(shares, axis=0), 1.0), lasting)
    return StratifiedP(lasting, anywhere, worst, joined)


def _deviations(observed: NDArray[np.integer], weights: Floats) -> tuple[_Sums, NDArray[np.bool_]]:
    people, share = observed.sum(axis=-1, keepdims=True), _shares(weights)
    of_one = share[..., None] * (np.eye(share.shape[-1]) - share[..., None, :])
    impossible = ((weights == 0) & (observed > 0)).any(axis=(-1, -2))
    expected = people * share
    return _Sums(expected, observed - expected, people[..., None] * of_one), impossible


def _shares(weights: Floats) -> Floats:
    total = weights.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(weights, total, out=np.zeros(weights.shape), where=total > 0)
    return shares


def _worst(observed: NDArray[np.integer], weights: Floats) -> Floats:
    """Smallest two-sided binomial p-value of a stratum's arm, times how many there are."""
    people, share = observed.sum(axis=-1, keepdims=True), _shares(weights)
    below = bdtr(observed, people, share)
    above = bdtr(people - observed, people, 1 - share)  # as many, seen from the other arms
    cells = observed.shape[-2] * (observed.shape[-1] - (observed.shape[-1] == 2))
    smallest = np.minimum(below, above).min(axis=(-2, -1), initial=0.5)
    worst: Floats = np.minimum(2 * cells * smallest, 1.0)
    return worst


def _groups(sums: _Sums) -> tuple[Floats, Floats, Floats]:
    """Freedom, distance and number of groups: neighbours are merged until each is filled.

    What stays unfilled at the end is left out.
    """
    shape = sums.off.shape[:-2]
    freedom, distance, groups = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    held = sums.over_all().unless(np.ones(shape, dtype=np.bool_))
    for stratum in range(sums.off.shape[-2]):
        held = held + sums.at(stratum)
        done = _filled(held.expected)
        rank, far = _distance(held)
        freedom, distance = freedom + rank * done, distance + far * done
        groups, held = groups + done, held.unless(done)
    return freedom, distance, groups


def _filled(expected: Floats) -> NDArray[np.bool_]:
    """bool[...]: at least two arms are meant to hold people, and none of them too few."""
    meant = expected > 0
    smallest = np.where(meant, expected, np.inf).min(axis=-1, initial=np.inf)
    filled: NDArray[np.bool_] = (meant.sum(axis=-1) >= 2) & (smallest >= FILLED)
    return filled


def _distance(sums: _Sums) -> tuple[Floats, Floats]:
    """The covariance's rank, and the deviations' squared length in its metric."""
    values, vectors = np.linalg.eigh(sums.covariance)
    real = values > 1e-9 * values.max(axis=-1, keepdims=True, initial=0)
    along = np.einsum("...ij,...i->...j", vectors, sums.off)
    parts = np.divide(along**2, values, out=np.zeros(values.shape), where=real)
    return real.sum(axis=-1).astype(np.float64), parts.sum(axis=-1)
