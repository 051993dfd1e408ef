"""How much nearer people are to their own group than to the next one.

Source: Rousseeuw (1987), Journal of Computational and Applied Mathematics 20:53-65.
"""

from __future__ import annotations

import numpy as np

from segments.learning.columns import Floats
from segments.learning.points import Labels


def distances(rows: Floats) -> Floats:
    """float64[n, n], Euclidean: 32 MB for 2,000 people."""
    from scipy.spatial.distance import pdist, squareform

    return np.asarray(squareform(pdist(rows)), np.float64)


def silhouettes(apart: Floats, labels: Labels) -> Floats:
    """float64[n] in [-1, 1] from the distances float64[n, n]; noise and the only member of a
    group count 0, and everybody does where there are fewer than two groups.
    """
    k = int(labels.max(initial=-1)) + 1
    if k < 2:
        return np.zeros(len(labels))
    inside = labels >= 0
    member = np.zeros((len(labels), k))
    member[inside, labels[inside]] = 1.0
    sizes = member.sum(axis=0)
    own = np.where(inside, labels, 0)
    rows = np.arange(len(labels))
    totals = apart @ member
    near = totals[rows, own] / np.maximum(sizes[own] - 1, 1)
    means = totals / sizes
    means[rows, own] = np.inf
    far = means.min(axis=1)
    most = np.maximum(near, far)
    answer = np.divide(far - near, most, out=np.zeros(len(labels)), where=most > 0)
    return np.where(inside & (sizes[own] > 1), answer, 0.0)
