"""What the same columns would look like if there were no groups: one crowd.

The reference that a clustering must beat. Every column keeps its skew and tails but gets one mode;
the columns keep their rank correlations; flags and categories (columns of two values) keep their
joint distribution, drawn apart from the rest. So neither an oblong cloud, nor a skewed one, nor a
category passes for groups that were found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from segments.learning.columns import Bools, Floats

# Up to so many values a column is a lattice (small counts) and its draws stay on it.
LATTICE: Final = 200
BINS: Final = 50


@dataclass(frozen=True)
class Margin:
    """One column with one mode: float64 ``edges`` [c + 1], ``share`` [c] of people by cell.

    ``values`` float64[c]: what a cell stands for on a lattice; None: uniform between its edges.
    """

    edges: Floats
    share: Floats
    values: Floats | None

    def at(self, level: Floats) -> Floats:
        """Quantiles float64[n] of ``level`` in (0, 1)."""
        upto = np.cumsum(self.share)
        cell = np.minimum(np.searchsorted(upto, level, "right"), len(self.share) - 1)
        if self.values is not None:
            return self.values[cell]
        inside = (level - (upto - self.share)[cell]) / np.maximum(self.share[cell], 1e-300)
        return np.asarray(
            self.edges[cell] + np.clip(inside, 0, 1) * (self.edges[cell + 1] - self.edges[cell])
        )


@dataclass(frozen=True)
class OneCrowd:
    """``root`` float64[c, c]: a root of the normal scores' correlation of the many-valued columns.

    ``paired`` bool[d]: the columns of two values, whose rows are drawn from ``rows`` float64[n, d].
    """

    rows: Floats
    paired: Bools
    margins: tuple[Margin, ...]
    root: Floats

    def draw(self, rng: np.random.Generator) -> Floats:
        """float64[n, d]: as many people as it was made from."""
        n = len(self.rows)
        answer = self.rows[rng.integers(0, n, n)]
        scores = rng.standard_normal((n, len(self.margins))) @ self.root.T
        for place, margin, score in zip(
            np.flatnonzero(~self.paired), self.margins, scores.T, strict=True
        ):
            answer[:, place] = margin.at(_normal_cdf(score))
        return answer


def one_crowd(rows: Floats) -> OneCrowd:
    """From float64[n, d], finite, n ≥ 2. Source of the copula: Nelsen (2006), section 2.3."""
    paired = np.array([len(np.unique(column)) <= 2 for column in rows.T])
    many = rows[:, ~paired]
    margins = tuple(margin(column) for column in many.T)
    return OneCrowd(rows, paired, margins, _root(_normal_scores(many)))


def margin(column: Floats) -> Margin:
    """The unimodal distribution nearest to the column's own, float64[n]."""
    values, counts = np.unique(column, return_counts=True)
    if len(values) <= LATTICE:
        middles = (values[1:] + values[:-1]) / 2
        first, last = 2 * values[0] - middles[0], 2 * values[-1] - middles[-1]
        edges = np.concatenate([[first], middles, [last]])
        return Margin(edges, _one_mode(counts / len(column), np.diff(edges)), values)
    counts, edges = np.histogram(column, BINS)
    return Margin(edges, _one_mode(counts / len(column), np.diff(edges)), None)


def _one_mode(share: Floats, width: Floats) -> Floats:
    """Shares float64[c] whose density rises to one cell and falls after it, nearest to the given
    density in squared error weighted by width (isotonic regression on both sides of the mode).
    """
    density = share / width
    fits = [_rise_and_fall(density, width, mode) for mode in range(1, len(share) + 1)]
    errors = [float((width * (fit - density) ** 2).sum()) for fit in fits]
    mass = fits[int(np.argmin(errors))] * width
    return np.asarray(mass / mass.sum())


def _rise_and_fall(density: Floats, width: Floats, mode: int) -> Floats:
    from scipy.optimize import isotonic_regression

    rise = isotonic_regression(density[:mode], weights=width[:mode]).x
    if mode == len(density):
        return np.asarray(rise)
    fall = isotonic_regression(density[mode:], weights=width[mode:], increasing=False).x
    return np.concatenate([rise, fall])


def _normal_scores(rows: Floats) -> Floats:
    """Each column's ranks as standard normal quantiles; equal values share their mean rank."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri((rankdata(rows, axis=0) - 0.5) / len(rows)), np.float64)


def _normal_cdf(scores: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(ndtr(scores), np.float64)


def _root(scores: Floats) -> Floats:
    """float64[c, c] whose product with its transpose is the columns' correlation matrix."""
    if not scores.shape[1]:
        return np.zeros((0, 0))
    correlation: NDArray[np.float64] = np.atleast_2d(np.corrcoef(scores, rowvar=False))
    values, vectors = np.linalg.eigh(correlation)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))
