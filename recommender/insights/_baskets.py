"""Who had what together: sets of contents by person, or by session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.insights._choice import EventChoice, holds, names

if TYPE_CHECKING:
    from marketing.events.scans import Expression, Source

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Baskets:
    """basket, item: int64[m], each pair once. ``items`` names the items in order, ``n`` baskets."""

    basket: Ints
    item: Ints
    items: tuple[str, ...]
    n: int

    def counts(self) -> Ints:
        """int64[items]: in how many baskets each is."""
        return np.bincount(self.item, minlength=len(self.items))

    def only(self, kept: NDArray[np.bool_]) -> Baskets:
        """With the items where ``kept`` (bool[items]) is true; baskets that lose all still count."""
        place = np.cumsum(kept) - 1
        rows = kept[self.item]
        items = tuple(name for name, stays in zip(self.items, kept, strict=True) if stays)
        return Baskets(self.basket[rows], place[self.item[rows]], items, self.n)


def baskets(
    source: Source, choices: Sequence[EventChoice], property: str,
    since: datetime | None, from_us: int, until_us: int, gap_us: int | None,
) -> Baskets:  # fmt: skip
    """Of events in [from_us, until_us) whose ``property`` is a text, sorted by the items' names.

    ``gap_us``: a person's basket ends where nothing follows for longer; None = a person is one.
    """
    rows = source.rows(since)
    inside = (rows.at_us >= from_us) & (rows.at_us < until_us)
    rows = rows.filter(rows.event.isin(list(names(choices))) & inside)
    rows = rows.filter(reduce(or_, (holds(rows, choice) for choice in choices)))
    table = _items(rows, property, by_session=gap_us is not None).to_pyarrow()
    if not table.num_rows:
        return Baskets(np.empty(0, np.int64), np.empty(0, np.int64), (), 0)
    person = table["person"].to_numpy().astype(np.int64)
    encoded = table["item"].combine_chunks().dictionary_encode()
    words = encoded.dictionary.to_pylist()
    order = sorted(range(len(words)), key=words.__getitem__)
    rank = np.empty(len(words), dtype=np.int64)
    rank[order] = np.arange(len(words))
    item = rank[encoded.indices.to_numpy().astype(np.int64)]
    at_us = table["at_us"].to_numpy().astype(np.int64) if gap_us is not None else None
    basket = _sessions(person, at_us, gap_us or 0) if at_us is not None else _numbered(person)
    pairs = np.unique(basket * len(words) + item)
    items = tuple(words[i] for i in order)
    return Baskets(pairs // len(words), pairs % len(words), items, int(basket.max()) + 1)


def _items(rows: Expression, property: str, *, by_session: bool) -> Expression:
    from marketing.events.scans import value

    item = value(rows.properties.cast("json"), property).str
    table = rows.select("person", "at_us", item=item)
    table = table.filter(table.item.notnull() & (table.item != ""))
    if by_session:
        return table.order_by(["person", "at_us"])
    return table.select("person", "item").distinct()


def _numbered(person: Ints) -> Ints:
    return np.unique(person, return_inverse=True)[1]


def _sessions(person: Ints, at_us: Ints, gap_us: int) -> Ints:
    """int64[m] for rows sorted by (person, at_us): numbered from 0."""
    is_new = (person[1:] != person[:-1]) | (at_us[1:] - at_us[:-1] > gap_us)
    return np.cumsum(np.append(False, is_new)).astype(np.int64)
