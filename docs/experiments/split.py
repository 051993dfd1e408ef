"""Did every arm get its share? Each cell (epoch, day, stratum) is held to its own shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from distributions import beta_below, chi_square_tail
from repeated import holm

FILLED, ENOUGH, BROKEN = 50.0, 5.0, 0.001
LASTING, ANYWHERE, WORST = 0.85, 0.025, 0.025
Counts = Sequence[Sequence[float]]


Cell = tuple[Sequence[float], Sequence[float]]  # people and shares of each arm


@dataclass(frozen=True)
class Held:
    """Cells together: how many each arm was meant to get, how far off it is, and the covariance of
    that, a multinomial's, summed.
    """

    expected: list[float]
    off: list[float]
    covariance: list[list[float]]

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> Held:
        arms = range(len(cells[0][0]))
        people = [fsum(row) for row, _ in cells]
        expected = [fsum(n * share[a] for n, (_, share) in zip(people, cells, strict=True))
                    for a in arms]  # fmt: skip
        off = [fsum(row[a] for row, _ in cells) - expected[a] for a in arms]
        covariance = [
            [fsum(n * share[a] * ((a == b) - share[b])
                  for n, (_, share) in zip(people, cells, strict=True)) for b in arms]
            for a in arms
        ]  # fmt: skip
        return cls(expected, off, covariance)

    @property
    def filled(self) -> bool:
        some = [each for each in self.expected if each > 0]
        return len(some) > 1 and min(some) >= FILLED

    def distance(self) -> tuple[int, float]:
        """(rank of the covariance, squared length of the deviations in its metric), by taking the
        largest direction that is left, again and again.
        """
        off, rest = list(self.off), [list(row) for row in self.covariance]
        arms = range(len(off))
        least = 1e-9 * max(rest[a][a] for a in arms)
        rank, far = 0, 0.0
        while (widest := max(rest[a][a] for a in arms)) > least:
            a = next(a for a in arms if rest[a][a] == widest)
            rank, far = rank + 1, far + off[a] ** 2 / widest
            pull = [rest[b][a] / widest for b in arms]
            off = [off[b] - pull[b] * off[a] for b in arms]
            rest = [[rest[b][c] - pull[b] * rest[a][c] for c in arms] for b in arms]
        return rank, far


def split_p(observed: Counts, meant: Counts) -> float | None:
    """Three questions joined: is one arm short everywhere (deviations summed, then squared), are
    cells off in whatever direction (squares summed), is one arm of one cell off (binomial)?
    """
    shares = [[each / fsum(row) for each in row] for row in meant]
    pairs = list(zip(observed, shares, strict=True))
    if any(n and not share for row, mine in pairs for n, share in zip(row, mine, strict=True)):
        return 0.0
    together = Held.of(pairs)
    if not together.filled:
        return None
    lasting = chi_square_tail(*together.distance())
    groups, waiting = [], []
    for pair in pairs:  # neighbours are merged until each group is filled
        waiting.append(pair)
        if Held.of(waiting).filled:
            groups.append(Held.of(waiting).distance())
            waiting = []
    if len(groups) < 2:
        return lasting
    anywhere = chi_square_tail(sum(rank for rank, _ in groups), fsum(far for _, far in groups))
    return min(lasting / LASTING, anywhere / ANYWHERE, _worst(pairs) / WORST, 1.0)


def _worst(cells: Sequence[Cell]) -> float:
    """The smallest two-sided binomial p of all arms of all cells, times how many there are."""
    smallest, arms = 0.5, len(cells[0][0])
    for row, shares in cells:
        people = fsum(row)
        for n, share in zip(row, shares, strict=True):
            if not 0 < share < 1:
                continue
            below = beta_below(people - n, n + 1, 1 - share) if n < people else 1.0
            above = beta_below(n, people - n + 1, share) if n else 1.0
            smallest = min(smallest, below, above)
    return min(2 * len(cells) * (arms - (arms == 2)) * smallest, 1.0)


def broken_cells(observed: Counts, meant: Counts) -> int:
    """How many are off by themselves: Pearson's chi-square, by Holm over the cells."""
    known = [p for p in map(_alone, observed, meant) if p is not None]
    return sum(p < BROKEN for p in holm(known))


def _alone(row: Sequence[float], meant: Sequence[float]) -> float | None:
    if any(n and not weight for n, weight in zip(row, meant, strict=True)):
        return 0.0
    expected = [fsum(row) * weight / fsum(meant) for weight in meant]
    some = [(n, e) for n, e in zip(row, expected, strict=True) if e]
    if len(some) < 2 or min(e for _, e in some) < ENOUGH:
        return None
    return chi_square_tail(len(some) - 1, fsum((n - e) ** 2 / e for n, e in some))
