"""The probability that each of several independent quantities is the largest."""

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Curve = Callable[[Floats, Floats, Floats], Floats]

# Where a panel ends, in standard deviations from each arm's mean: close where most of the
# mass is, far enough out for the exponential tail of a Beta(1, n).
CUTS = np.array([-34.0, -16.0, -8.0, -4.5, -2.5, -1.0, 0.0, 1.0, 2.5, 4.5, 8.0, 16.0, 34.0])
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)
_BLOCK = 2_000_000  # numbers held at once


def probability_best(
    first: Floats, second: Floats, cuts: Floats, density: Curve, cumulative: Curve
) -> Floats:
    """Probabilities float64[..., k], adding up to 1, that each arm's quantity is the largest.

    `first` and `second` float64[..., k] are the two parameters of each arm's distribution;
    `density(first, second, x)` and `cumulative(first, second, x)` broadcast over them;
    `cuts` float64[..., m] are places between which all densities are smooth, the first and
    last holding all the mass between them. Integrates each density times the others'
    cumulative functions by Gauss and Legendre's rule of six nodes a panel; within 1e-6 of
    the truth where each density is covered by `CUTS` of itself.
    """
    k, edges = first.shape[-1], np.sort(cuts, axis=-1)
    a, b = first.reshape(-1, k), second.reshape(-1, k)
    flat = edges.reshape(-1, edges.shape[-1])
    step = max(_BLOCK // (k * prod(_grid(edges.shape[-1]))), 1)
    found = np.empty_like(a)
    for start in range(0, len(a), step):
        part = slice(start, start + step)
        found[part] = _integrate(a[part], b[part], flat[part], density, cumulative)
    return found.reshape(first.shape)


def cuts_around(mean: Floats, deviation: Floats, cuts: Floats = CUTS) -> Floats:
    """Places float64[..., k m] that many deviations from each arm's mean, both float64[..., k]."""
    places = mean[..., None] + deviation[..., None] * cuts
    return np.asarray(places.reshape(*mean.shape[:-1], -1), np.float64)


def check_probabilities(p: Floats) -> None:
    """Raise ValueError unless `p` float64[..., k] can be probabilities on some scale."""
    if not p.ndim or not p.shape[-1]:
        raise ValueError("no arms")
    if not (np.isfinite(p).all() and (p >= 0).all() and (p.sum(axis=-1) > 0).all()):
        raise ValueError("probabilities are negative, not finite or all 0")


def _grid(n_cuts: int) -> tuple[int, int]:
    return n_cuts - 1, len(_NODES)


def _integrate(a: Floats, b: Floats, edges: Floats, density: Curve, cumulative: Curve) -> Floats:
    middle, half = (edges[:, 1:] + edges[:, :-1]) / 2, np.diff(edges) / 2
    x = (middle[:, :, None] + half[:, :, None] * _NODES).reshape(len(a), 1, -1)
    weight = (half[:, :, None] * _WEIGHTS).reshape(len(a), 1, -1)
    a, b = a[:, :, None], b[:, :, None]
    masses = (density(a, b, x) * _others(cumulative(a, b, x)) * weight).sum(axis=-1)
    return np.asarray(masses / masses.sum(axis=-1, keepdims=True), np.float64)


def _others(below: Floats) -> Floats:
    """Product over all arms but the own one (axis 1), without dividing by what may be 0."""
    product = np.ones_like(below)
    product[:, 1:] = np.cumprod(below[:, :-1], axis=1)
    product[:, :-1] *= np.cumprod(below[:, :0:-1], axis=1)[:, ::-1]
    return product
