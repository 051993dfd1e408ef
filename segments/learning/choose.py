"""How many groups there are, or that there are none.

Three questions, asked of every number of clusters on a sample:

1. Are people nearer to their own group than to the next? The silhouette (Rousseeuw, 1987), -1 to
   1, noise counting 0. Below 0.25 there is no substantial structure (Kaufman and Rousseeuw, 1990).
2. Would one crowd without groups look as good? The silhouette's lead over data of the same columns
   with one mode each (``one_crowd``). The p-value is the rank of the best lead among the best leads
   of simulated crowds, so trying many numbers does not make one pass.
3. Would other people from the same site show the same groups? Fits on random four fifths assign
   everybody; the mean adjusted Rand index with the fit on all (Hubert and Arabie, 1985), and for
   each group the mean best Jaccard index (Hennig, 2007). Below 0.75 it is not stable.

The answer is the number with the best silhouette among those that pass all three, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from segments.learning.clusterers import Clusterer, sample_rows
from segments.learning.columns import Floats
from segments.learning.one_crowd import one_crowd
from segments.learning.points import Labels
from segments.learning.silhouettes import distances, silhouettes

PEOPLE: Final = 2_000
CROWDS: Final = 39
SUBSAMPLES: Final = 10
SUBSAMPLE: Final = 0.8
LEAST_SILHOUETTE: Final = 0.25
LEAST_LEAD: Final = 0.02
LEAST_STABILITY: Final = 0.75
# Better than every one of the 39 crowds.
SIGNIFICANT: Final = 1 / 40


@dataclass(frozen=True)
class Trial:
    """One candidate. ``k``: clusters found; ``silhouette`` and ``crowd`` (its mean on crowds
    without groups) in [-1, 1]; ``stability`` in [-1, 1]; ``steady`` float[k] in [0, 1], by group;
    ``noise`` in [0, 1]: the share in no group.
    """

    clusterer: Clusterer
    k: int
    silhouette: float
    crowd: float
    stability: float
    steady: tuple[float, ...]
    noise: float

    @property
    def lead(self) -> float:
        return self.silhouette - self.crowd

    @property
    def passes(self) -> bool:
        """All but the p-value, which is of the whole search."""
        return (
            self.k >= 2
            and self.silhouette >= LEAST_SILHOUETTE
            and self.lead >= LEAST_LEAD
            and self.stability >= LEAST_STABILITY
        )


@dataclass(frozen=True)
class Choice:
    """``best`` None: there are no groups to be had. ``people``: how many were looked at."""

    best: Trial | None
    trials: tuple[Trial, ...]
    p_value: float
    people: int

    @property
    def k(self) -> int | None:
        return self.best.k if self.best else None


def choose(
    clusterer: Clusterer, matrix: NDArray[np.floating], seed: int, k_max: int | None = 8,
    progress: Callable[[float], None] = lambda share: None,
) -> Choice:  # fmt: skip
    """Try 2 to ``k_max`` clusters, or the method as it is where it finds the number itself.

    ``k_max`` None: the method as it is, whatever it finds. ``matrix`` float[n, d]; at most 2,000
    of the n are looked at. ``progress`` is told the share that is done. Raises Invalid as ``fit``
    does.
    """
    chosen = sample_rows(len(matrix), PEOPLE, seed)
    rows = np.ascontiguousarray(matrix[chosen], np.float64)
    wanted = [clusterer] if k_max is None else clusterer.candidates(k_max)
    candidates = _possible(wanted, rows)
    apart = distances(rows)
    trials = [_trial(candidate, rows, apart, seed) for candidate in candidates]
    crowds = _crowds(candidates, rows, seed, progress)
    usual = crowds.mean(axis=0)
    trials = [replace(trial, crowd=float(u)) for trial, u in zip(trials, usual, strict=True)]
    p_value = _p_value(np.array([trial.silhouette for trial in trials]), crowds)
    return Choice(best_of(trials, p_value), tuple(trials), p_value, len(rows))


def best_of(trials: Sequence[Trial], p_value: float) -> Trial | None:
    """The best silhouette of those that pass; None where a crowd without groups does as well."""
    passing = [trial for trial in trials if trial.passes] if p_value <= SIGNIFICANT else []
    return max(passing, key=lambda trial: trial.silhouette, default=None)


def _possible(candidates: list[Clusterer], rows: Floats) -> list[Clusterer]:
    """Those with fewer clusters than different people; the first always, to raise its error."""
    different = len(np.unique(rows, axis=0))
    return [each for i, each in enumerate(candidates) if not i or each.needs() < different]


def _trial(candidate: Clusterer, rows: Floats, apart: Floats, seed: int) -> Trial:
    fit = candidate.fit(rows, seed)
    stability, steady = _stability(candidate, rows, fit.labels, seed)
    near = float(silhouettes(apart, fit.labels).mean())
    return Trial(candidate, fit.k, near, 0.0, stability, steady, float((fit.labels < 0).mean()))


def _stability(
    candidate: Clusterer, rows: Floats, labels: Labels, seed: int
) -> tuple[float, tuple[float, ...]]:
    """Mean adjusted Rand index, and the mean best Jaccard index of every cluster."""
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(seed)
    take = max(int(len(rows) * SUBSAMPLE), candidate.needs())
    rands, jaccards = [], []
    for turn in range(SUBSAMPLES):
        some = np.sort(rng.choice(len(rows), take, replace=False))
        learned = candidate.fit(rows[some], seed + turn + 1).learned
        again = candidate.assign(learned, rows)
        rands.append(adjusted_rand_score(labels, again))
        jaccards.append(best_jaccard(labels, again))
    return float(np.mean(rands)), tuple(np.mean(jaccards, axis=0).tolist())


def best_jaccard(labels: Labels, others: Labels) -> Floats:
    """float64[k]: for each cluster of ``labels``, the overlap with the most similar of the others,
    as intersection over union in [0, 1].
    """
    k, m = int(labels.max(initial=-1)) + 1, int(others.max(initial=-1)) + 1
    both = np.zeros((k + 1, m + 1))
    np.add.at(both, (labels, others), 1)  # -1 is the last row and column
    together = both[:k].sum(axis=1)[:, None] + both[:, :m].sum(axis=0)[None] - both[:k, :m]
    return np.asarray((both[:k, :m] / together).max(axis=1, initial=0.0))


def _crowds(
    candidates: list[Clusterer], rows: Floats, seed: int, progress: Callable[[float], None]
) -> Floats:
    """float64[crowds, candidates]: silhouettes where there are no groups."""
    crowd = one_crowd(rows)
    rng = np.random.default_rng([seed, 1])
    found = []
    for turn in range(CROWDS):
        progress((turn + 1) / (CROWDS + 1))
        drawn = crowd.draw(rng)
        apart = distances(drawn)
        labels = [each.fit(drawn, seed).labels for each in candidates]
        found.append([float(silhouettes(apart, each).mean()) for each in labels])
    return np.array(found)


def _p_value(silhouettes: Floats, crowds: Floats) -> float:
    """Chance that one crowd leads its own kind by as much with some number of clusters.

    Each crowd's lead is over the mean of the other crowds, as the data's is over the mean of all.
    """
    total, n = crowds.sum(axis=0), len(crowds)
    best = float((silhouettes - total / n).max())
    leads = (crowds - (total - crowds) / (n - 1)).max(axis=1)
    return float((1 + (leads >= best).sum()) / (n + 1))
