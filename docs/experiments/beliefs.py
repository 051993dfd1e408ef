"""What to believe of a difference, from the stated priors: posteriors, integrated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, cosh, exp, fsum, log, log1p, sinh, sqrt
from typing import Any

from distributions import beta_below, root, student_tail
from effects import Effect, Group, Row


@dataclass(frozen=True)
class Posterior:
    """``at``: from a line, on which it falls off on both sides like exp(-|u|), to its own values.
    ``width``: about its standard deviation.
    """

    mean: float
    width: float
    below: Callable[[float], float]
    log_density: Callable[[float], float]  # along the line
    at: Callable[[float], float]
    peak: float

    def masses(self, n: int) -> list[tuple[float, float]]:
        """By the trapezoid rule, which is all but exact where both ends vanish."""
        top = self.log_density(self.peak)
        ends = [self.peak - self._reach(-1, top), self.peak + self._reach(1, top)]
        line = [ends[0] + (ends[1] - ends[0]) * i / n for i in range(n + 1)]
        raw = [exp(self.log_density(u) - top) for u in line]
        total = fsum(raw)
        return [(self.at(u), mass / total) for u, mass in zip(line, raw, strict=True)]

    def _reach(self, side: int, top: float) -> float:
        """How far from the peak next to nothing is left."""
        return root(lambda far: top - 40 - self.log_density(self.peak + side * far), 0.0, 300.0)


def believed_rate(group: Group) -> Posterior:
    """Beta, from a uniform prior."""
    a, b = 1 + round(group.y), 1 + group.n - round(group.y)
    return Posterior(
        a / (a + b), sqrt(a * b / (a + b + 1)) / (a + b), lambda x: beta_below(a, b, x),
        lambda u: -a * log1p(exp(-u)) - b * log1p(exp(u)),
        lambda u: 1 / (1 + exp(-u)), log(a / b),
    )  # fmt: skip


def believed_mean(group: Group) -> Posterior:
    """Student's t, from a normal-inverse-gamma prior of a millionth of a person with mean 0 and a
    variance of shape and scale 0.001; Murphy (2007), section 6.
    """
    people, shape, mean = 1e-6 + group.n, 1e-3 + group.n / 2, group.y / group.n
    scale = 1e-3 + group.spread() * (group.n - 1) / 2 + 1e-6 * group.n * mean**2 / (2 * people)
    centre, width, freedom = group.y / people, sqrt(scale / (shape * people)), 2 * shape
    return Posterior(
        centre, width, lambda x: 1 - student_tail((x - centre) / width, freedom),
        lambda u: log(cosh(u)) - (freedom + 1) / 2 * log1p(sinh(u) ** 2 / freedom),
        lambda u: centre + width * sinh(u), 0.0,
    )  # fmt: skip


def believe(
    shape: str, rows: list[Row], treated: Sequence[int], control: int, effect: Effect | Any
) -> tuple[float, float, float, float] | None:
    """(mean of the difference, its 2.5 and 97.5 percentiles, chance that it is above 0). Over
    several epochs or strata, and of ratios and percentiles: what one look's interval says.
    """
    told = None
    if len({(row["epoch"], row["stratum"]) for row in rows}) == 1:
        told = _of_one_cell(shape, Group.of(rows, treated), Group.of(rows, [control]))
    if told is not None:
        return told
    low, high = effect.ends(effect.once())
    if low is None or high is None:
        return None
    return effect.value, low, high, 1 - effect.p / 2 if effect.z > 0 else effect.p / 2


def _of_one_cell(shape: str, t: Group, c: Group) -> tuple[float, float, float, float] | None:
    if shape in ("ratio", "percentile") or min(t.n, c.n) < (1 if shape == "rate" else 2):
        return None
    one, other = (believed_rate(g) if shape == "rate" else believed_mean(g) for g in (t, c))
    finer = ceil(min(max(one.width / other.width, other.width / one.width), 40.0))
    masses, theirs = one.masses(400 * finer), other.masses(400 * finer)

    def below(difference: float) -> float:
        """Over the side from which the other's values never leave [0, 1] downwards: no kink."""
        if difference < 0:
            return fsum(mass * (1 - other.below(point - difference)) for point, mass in masses)
        return fsum(mass * one.below(point + difference) for point, mass in theirs)

    middle = one.mean - other.mean
    width = sqrt(one.width**2 + other.width**2)
    low, high = (_percentile(below, p, middle, width) for p in (0.025, 0.975))
    return middle, low, high, 1 - below(0.0)


def _percentile(below: Callable[[float], float], p: float, middle: float, width: float) -> float:
    """By secants from the middle outwards; the function bends one way there."""
    at, step = middle, (width if p > 0.5 else -width) / 2
    value = below(at) - p
    for _ in range(60):
        after = below(at + step) - p
        if after == value:
            break
        at, value, step = at + step, after, -after * step / (after - value)
        if abs(step) < 1e-12 * width:
            break
    return at + step
