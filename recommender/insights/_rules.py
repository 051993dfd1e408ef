"""Rules from sets of items: how often together, against how often by chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
        """1 = as often as by chance. The same to the last bit with the sides exchanged."""
        return self.together * self.n / (self.left_count * self.right_count)

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


def chances(found: Sequence[Found], sets: Mapping[Items, int]) -> Floats:
    """float64[rules]: how easily chance alone gives so many together, or more.

    Fisher's exact test, one-sided: of the baskets that have all of ``left`` but one item, does that
    item go with ``right``? The largest p over its items, so that a rule that asks for more must
    say more than every rule that asks for one less (Webb: Discovering significant patterns, 2007).
    With one item on the left that is the plain test of the two.
    """
    from scipy.stats import hypergeom

    tables = [(i, *table) for i, rule in enumerate(found) for table in _tables(rule, sets)]
    if not tables:
        return np.empty(0)
    place, together, n, right, left = np.array(tables, dtype=np.int64).T
    p = np.asarray(hypergeom.sf(together - 1, n, right, left), dtype=np.float64)
    largest = np.zeros(len(found))
    np.maximum.at(largest, place, p)
    return largest


def _tables(rule: Found, sets: Mapping[Items, int]) -> Iterator[tuple[int, int, int, int]]:
    """(together, baskets, of these with ``right``, of these with the item), an item each."""
    for item in rule.left:
        rest = rule.left - {item}
        if rest:
            yield rule.together, sets[rest], sets[rest | {rule.right}], rule.left_count
        else:
            yield rule.together, rule.n, rule.right_count, rule.left_count


def adjusted(p: Floats) -> Floats:
    """float64[rules]: the false discovery rate at which each would pass.

    Benjamini, Hochberg (1995), over all rules that were looked at, not only those shown.
    """
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(p), np.float64) if len(p) else p
