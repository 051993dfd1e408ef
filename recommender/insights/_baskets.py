"""Who had what together: sets of contents by person, or by session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

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
        """With the items where ``kept`` (bool[items]); baskets that lose all still count."""
        place = np.cumsum(kept) - 1
        rows = kept[self.item]
        items = tuple(name for name, stays in zip(self.items, kept, strict=True) if stays)
        return Baskets(self.basket[rows], place[self.item[rows]], items, self.n)


@dataclass(frozen=True)
class Inside:
    """Events in [since, until_us); ``since`` None = from ever.

    ``gap_us``: a person's basket ends where nothing follows for longer; None = a person is one.
    """

    since: datetime | None
    until_us: int
    gap_us: int | None


def baskets(
    source: Source, choices: Sequence[EventChoice], property: str, inside: Inside
) -> Baskets:
    """Of the chosen events whose ``property`` is a text; items sorted by name."""
    rows = source.rows(inside.since)
    rows = rows.filter(rows.event.isin(list(names(choices))) & (rows.at_us < inside.until_us))
    rows = rows.filter(reduce(or_, (holds(rows, choice) for choice in choices)))
    table = _items(rows, property, by_session=inside.gap_us is not None).to_pyarrow()
    if not table.num_rows:
        return Baskets(np.empty(0, np.int64), np.empty(0, np.int64), (), 0)
    items, item = _coded(table["item"])
    basket = _numbered(table, inside.gap_us)
    pairs = np.unique(basket * len(items) + item)
    return Baskets(pairs // len(items), pairs % len(items), items, int(basket.max()) + 1)


def _coded(words: Any) -> tuple[tuple[str, ...], Ints]:
    """The different words, sorted, and of each row (int64[m]) its place among them."""
    encoded = words.combine_chunks().dictionary_encode()
    known = np.array(encoded.dictionary.to_pylist(), dtype=object)
    order = np.argsort(known, kind="stable")
    place = np.empty(len(known), dtype=np.int64)
    place[order] = np.arange(len(known))
    return tuple(known[order]), place[encoded.indices.to_numpy().astype(np.int64)]


def _numbered(table: Any, gap_us: int | None) -> Ints:
    """int64[m]: each row's basket, from 0."""
    person = table["person"].to_numpy().astype(np.int64)
    if gap_us is None:
        return np.asarray(np.unique(person, return_inverse=True)[1], dtype=np.int64)
    return _sessions(person, table["at_us"].to_numpy().astype(np.int64), gap_us)


def _items(rows: Expression, property: str, *, by_session: bool) -> Expression:
    from marketing.events.scans import value

    item = value(rows.properties.cast("json"), property).str
    table = rows.select("person", "at_us", item=item)
    table = table.filter(table.item.notnull() & (table.item != ""))
    if by_session:
        return table.order_by(["person", "at_us"])
    return table.select("person", "item").distinct()


def _sessions(person: Ints, at_us: Ints, gap_us: int) -> Ints:
    """int64[m] for rows sorted by (person, at_us): numbered from 0."""
    is_new = (person[1:] != person[:-1]) | (at_us[1:] - at_us[:-1] > gap_us)
    return np.cumsum(np.append(False, is_new)).astype(np.int64)
