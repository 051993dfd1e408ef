"""The probability that each of several independent normal quantities is the largest.

Of two and three arms, most campaigns', in closed form: people's own chances are computed for
everybody at once, and an integral a person costs far more.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, owens_t

from marketing.experiments.statistics.adaptive.best import CUTS, cuts_around, probability_best

Floats = NDArray[np.float64]

# So small that it changes no probability, so large that ratios stay finite.
_NEXT_TO_0 = 1e-100
_CUTS = CUTS[np.abs(CUTS) <= 8]  # beyond lies no mass of a normal


def best_of_normals(mean: Floats, deviation: Floats) -> Floats:
    """Probability that each normal quantity is the largest, float64[..., k].

    `mean` and `deviation` float64[..., k], deviations above 0, arms independent; absolute
    error below 1e-6. Raises ValueError for no arms or parameters that are not finite.
    """
    if mean.shape != deviation.shape or not mean.ndim or not mean.shape[-1]:
        raise ValueError(f"means {mean.shape} for deviations {deviation.shape}")
    if not (np.isfinite(mean).all() and np.isfinite(deviation).all() and (deviation > 0).all()):
        raise ValueError("a mean is not finite or a deviation not above 0")
    k = mean.shape[-1]
    if k == 1:
        return np.ones_like(mean)
    if k == 2:
        return _of_two(mean, deviation)
    if k == 3:
        return _of_three(mean, deviation)
    cuts = cuts_around(mean, deviation, _CUTS)
    return probability_best(mean, deviation, cuts, _density, _cumulative)


def _of_two(mean: Floats, deviation: Floats) -> Floats:
    z = (mean[..., 0] - mean[..., 1]) / np.hypot(deviation[..., 0], deviation[..., 1])
    return np.stack([ndtr(z), ndtr(-z)], axis=-1)


def _of_three(mean: Floats, deviation: Floats) -> Floats:
    """Each is best if both its leads are above 0: a bivariate normal orthant.

    Source: Owen (1956), Annals of Mathematical Statistics 27:1075-1090.
    """
    found = []
    for i in range(3):
        j, k = (other for other in range(3) if other != i)
        own, one, other = (deviation[..., each] for each in (i, j, k))
        first, second = np.hypot(own, one), np.hypot(own, other)
        h, g = (mean[..., i] - mean[..., j]) / first, (mean[..., i] - mean[..., k]) / second
        # The correlation of the leads, and the root of one minus its square, without cancelling.
        shared = own / first * (own / second)
        apart = np.sqrt((own * one) ** 2 + (own * other) ** 2 + (one * other) ** 2)
        found.append(_both_below(h, g, shared, apart / first / second))
    p = np.clip(np.stack(found, axis=-1), 0.0, 1.0)
    return np.asarray(p / p.sum(axis=-1, keepdims=True), np.float64)


def _both_below(h: Floats, g: Floats, correlation: Floats, apart: Floats) -> Floats:
    """P(X < h, Y < g) of standard normals; `apart`: root of 1 - correlation^2."""
    h, g = (np.where(np.abs(each) < _NEXT_TO_0, _NEXT_TO_0, each) for each in (h, g))
    halves = (ndtr(h) + ndtr(g)) / 2
    cut = owens_t(h, (g / h - correlation) / apart) + owens_t(g, (h / g - correlation) / apart)
    return np.asarray(halves - cut - np.where((h > 0) == (g > 0), 0.0, 0.5), np.float64)


def _density(mean: Floats, deviation: Floats, x: Floats) -> Floats:
    z = (x - mean) / deviation
    return np.asarray(np.exp(-z * z / 2) / (deviation * np.sqrt(2 * np.pi)), np.float64)


def _cumulative(mean: Floats, deviation: Floats, x: Floats) -> Floats:
    return np.asarray(ndtr((x - mean) / deviation), np.float64)
