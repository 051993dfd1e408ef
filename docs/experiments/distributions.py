"""Tails of distributions, by series and continued fractions."""

from __future__ import annotations

from collections.abc import Callable
from math import erfc, exp, fsum, lgamma, log, log1p, sqrt


def root(rising: Callable[[float], float], low: float, high: float) -> float:
    """By halving."""
    for _ in range(100):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def normal_tail(z: float) -> float:
    """P(Z > z), exact far out, where 1 - P(Z <= z) is not."""
    return erfc(z / sqrt(2)) / 2


def beta_below(a: float, b: float, x: float) -> float:
    """The incomplete beta function's continued fraction, by Lentz; Numerical Recipes, 6.4."""
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_below(b, a, 1 - x)
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    total = d
    for m in range(1, 100_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            c, d = 1 + term / c, 1 / (1 + term * d)
            total *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    log_front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return exp(log_front) * total / a


def student_tail(t: float, freedom: float) -> float:
    """P(T > t)."""
    half = beta_below(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2
    return half if t > 0 else 1 - half


def chi_square_tail(freedom: int, distance: float) -> float:
    """A finite sum for whole degrees of freedom; Abramowitz and Stegun, 26.4.4 and 26.4.5."""
    half, odd = distance / 2, freedom % 2
    if half <= 0:
        return 1.0
    powers = (i + odd / 2 for i in range(freedom // 2))
    return odd * erfc(sqrt(half)) + fsum(exp(k * log(half) - half - lgamma(k + 1)) for k in powers)
