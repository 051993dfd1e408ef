"""Rules from sets of items: how often together, against how often by chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.insights._baskets import Baskets

Floats = NDArray[np.float64]
Items = frozenset[int]


@dataclass(frozen=True)
class Found:
    """Baskets with ``left`` also have ``right``. Counts are baskets, of ``n`` in all."""

    left: Items
    right: int
    together: int
    left_count: int
    right_count: int
    n: int

    @property
    def support(self) -> float:
        return self.together / self.n

    @property
    def confidence(self) -> float:
        return self.together / self.left_count

    @property
    def lift(self) -> float:
        """1 = as often as by chance."""
        return self.confidence / (self.right_count / self.n)

    @property
    def conviction(self) -> float | None:
        """How much more often the rule would be wrong by chance; None = it is never wrong.

        Brin, Motwani, Ullman, Tsur: Dynamic itemset counting and implication rules (1997).
        """
        wrong = 1 - self.confidence
        return (1 - self.right_count / self.n) / wrong if self.together < self.left_count else None


def frequent(found: Baskets, at_least: int, most_items: int) -> dict[Items, int]:
    """Sets of up to ``most_items`` items that are in at least so many baskets, with how many.

    FP-Growth: Han, Pei, Yin: Mining frequent patterns without candidate generation (2000).
    """
    counts = found.counts()
    kept = found.only(counts >= at_least)
    if not len(kept.items):
        return {}
    import pandas as pd
    from mlxtend.frequent_patterns import fpgrowth
    from scipy.sparse import csr_matrix

    ones = np.ones(len(kept.item), dtype=bool)
    matrix = csr_matrix((ones, (kept.basket, kept.item)), shape=(kept.n, len(kept.items)))
    names = [str(place) for place in np.flatnonzero(counts >= at_least)]
    table = pd.DataFrame.sparse.from_spmatrix(matrix, columns=names)
    # Half a basket below: the library takes a share and rounds up, and 20/n*n may exceed 20.
    mined = fpgrowth(table, min_support=(at_least - 0.5) / kept.n, use_colnames=True,
                     max_len=most_items)  # fmt: skip
    return {
        frozenset(map(int, items)): round(share * kept.n)
        for share, items in zip(mined["support"], mined["itemsets"], strict=True)
    }


def rules(sets: Mapping[Items, int], n: int) -> list[Found]:
    """Every set of two or more, with each of its items once on the right, in a fixed order."""
    return sorted(_split(sets, n), key=lambda rule: (sorted(rule.left), rule.right))


def _split(sets: Mapping[Items, int], n: int) -> Iterator[Found]:
    for items, together in sets.items():
        for right in items if len(items) > 1 else ():
            left = items - {right}
            yield Found(left, right, together, sets[left], sets[frozenset([right])], n)


def chances(found: list[Found]) -> Floats:
    """float64[rules]: Fisher's exact test, one-sided: so many together, or more, by chance alone.

    The hypergeometric tail with the margins held.
    """
    from scipy.stats import hypergeom

    columns = np.array(
        [[rule.together, rule.n, rule.right_count, rule.left_count] for rule in found], np.int64
    ).reshape(-1, 4)
    together, n, right, left = columns.T
    return np.asarray(hypergeom.sf(together - 1, n, right, left), dtype=np.float64)


def adjusted(p: Floats) -> Floats:
    """float64[rules]: the false discovery rate at which each would pass (Benjamini, Hochberg, 1995).

    Over all rules that were looked at, not only those shown.
    """
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(p), np.float64) if len(p) else p


def improves(rule: Found, by_sides: Mapping[tuple[Items, int], Found]) -> bool:
    """Whether it is right more often than every rule that asks for less (Bayardo, 2000)."""
    shorter = (rule.left - {item} for item in rule.left)
    less = [by_sides[left, rule.right].confidence for left in shorter if left]
    return all(rule.confidence > confidence for confidence in less)
