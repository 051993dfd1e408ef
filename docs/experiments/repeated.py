"""Looking or asking more than once: always-valid intervals, bounds of looks, Holm's p-values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import ceil, exp, fsum, inf, log, pi, sqrt
from statistics import NormalDist

from distributions import normal_tail, root

ALPHA = 0.05
FAR = 8.5  # standard errors beyond which no bound is looked for


def always_valid_p(z: float, people: int, alpha: float = ALPHA) -> float:
    """Robbins' normal mixture, tightest at 5,000 people; Waudby-Smith et al. (2024)."""
    mixed = 1 + people * (-2 * log(alpha) + log(1 - 2 * log(alpha))) / 5_000
    return min(1.0, sqrt(mixed) * exp(-z * z * (mixed - 1) / (2 * mixed)))


def always_valid_z(people: int, alpha: float = ALPHA) -> float:
    """Where that p reaches alpha."""
    return root(lambda z: alpha - always_valid_p(z, people, alpha), 0.0, 1e4)


def spent(alpha: float, share: float) -> float:
    """O'Brien and Fleming's spending; Lan and DeMets (1983)."""
    z = -NormalDist().inv_cdf(alpha / 4)
    return min(4 * normal_tail(z / sqrt(min(share, 1.0))), alpha) if share > 0 else 0.0


Look = tuple[float, float]  # information, alpha spent by then


@cache
def bound(looks: tuple[Look, ...]) -> tuple[float, float]:
    """(|z| from which the last look stops, alpha that is used up): among true nulls just what may
    be spent has stopped, counting those whom no look before it stopped.
    """
    (now, total), before = looks[-1], looks[:-1]
    used = bound(before)[1] if before else 0.0
    step = sqrt(now - (before[-1][0] if before else 0.0))
    points, masses = _running(before, step)

    def stopping(z: float) -> float:
        edge = z * sqrt(now)
        pairs = zip(points, masses, strict=True)
        return fsum(m * (normal_tail((edge - p) / step) + normal_tail((edge + p) / step))
                    for p, m in pairs)  # fmt: skip

    if total <= used or stopping(FAR) >= total - used:
        return inf, used
    return root(lambda z: total - used - stopping(z), 0.0, FAR), total


@cache
def _running(looks: tuple[Look, ...], after: float) -> tuple[list[float], list[float]]:
    """The score z sqrt(information) of nulls that no look has stopped, by Simpson's rule on a grid
    fine enough for the step before it and the one ``after`` it.
    """
    if not looks:
        return [0.0], [1.0]
    now, before = looks[-1][0], looks[:-1]
    step = sqrt(now - (before[-1][0] if before else 0.0))
    old, masses = _running(before, step)
    edge = min(bound(looks)[0], FAR) * sqrt(now)
    half = 2 * ceil(5 * edge / min(step, after))
    width = edge / half
    apart = old[1] - old[0] if len(old) > 1 else 1.0
    found = []
    for i in range(half + 1):  # the other half is its mirror image
        at = i * width
        first = max(int((at - 9 * step - old[0]) / apart), 0) if before else 0
        last = int((at + 9 * step - old[0]) / apart) + 2 if before else 1
        near = range(first, min(last, len(old)))
        density = fsum(masses[j] * exp(-(((at - old[j]) / step) ** 2) / 2) for j in near)
        simpson = (1 if i == half else 4 if i % 2 else 2) / 3
        found.append(width * simpson * density / (step * sqrt(2 * pi)))
    points = [i * width for i in range(-half, half + 1)]
    return points, [*reversed(found[1:]), *found]


def bound_of(history: Iterable[tuple[float, float]], alpha: float) -> float | None:
    """Of (information, share of the planned time) at each look. A look without anything new gives
    way to the one after it.
    """
    kept: list[tuple[float, float]] = []
    level = 0.0
    for level, share in history:
        kept = [each for each in kept if each[0] < level]
        kept += [(level, share)] if level > 0 else []
    if not kept or level <= 0:
        return None
    looks: list[Look] = []
    for now, share in kept:  # a look brings at least 0.04 % more, or the grid would be too fine
        looks.append((max(now, looks[-1][0] * 1.0004) if looks else now, spent(alpha, share)))
    found = bound(tuple(looks))[0]
    return found if found < inf else None


def holm(ps: Sequence[float]) -> list[float]:
    """Each p times how many are at least as large, and never below a smaller one's; Holm (1979)."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    found, least = [0.0] * len(ps), 0.0
    for place, i in enumerate(order):
        least = max(least, min(1.0, ps[i] * (len(ps) - place)))
        found[i] = least
    return found


def benjamini_hochberg(ps: Sequence[float]) -> list[float]:
    """The smallest rate of false findings at which each is still one; BH (1995)."""
    ranked = sorted(ps)
    steps = [min(1.0, p * len(ps) / (i + 1)) for i, p in enumerate(ranked)]
    return [min(step for step, other in zip(steps, ranked, strict=True) if other >= p) for p in ps]
