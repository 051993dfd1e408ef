"""Events by person, a block of whole people at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

ROWS_A_BLOCK = 1_000_000


@dataclass(frozen=True)
class Block:
    """Whole people, sorted by (person, at_us).

    person: int64[n] ordinals. at_us: int64[n]. chosen: bool[k, n], one row a choice.
    """

    person: NDArray[np.int64]
    at_us: NDArray[np.int64]
    chosen: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)


def blocks(
    source: Source,
    choices: Sequence[EventChoice],
    *,
    since: datetime | None,
    until_us: int,
    rows_a_block: int = ROWS_A_BLOCK,
) -> Iterator[Block]:
    """The events that some choice means, from ``since`` up to and including ``until_us``.

    One scan; its rows (16 bytes and one a choice) are held, what is made of them is not.
    """
    table = _ordered(source, choices, since, until_us).to_pyarrow()
    person = table["person"].to_numpy().astype(np.int64)
    start = 0
    while start < len(person):
        # The last person of the block to the end, however many events that takes.
        last = person[min(start + rows_a_block, len(person)) - 1]
        end = int(np.searchsorted(person, last, side="right"))
        yield _block(table.slice(start, end - start), len(choices))
        start = end


def _ordered(
    source: Source, choices: Sequence[EventChoice], since: datetime | None, until_us: int
) -> Expression:
    rows = source.rows(since)
    rows = rows.filter(rows.event.isin(list(names(choices))) & (rows.at_us <= until_us))
    flags = {f"c{i}": holds(rows, choice) for i, choice in enumerate(choices)}
    table = rows.select("person", "at_us", **flags)
    table = table.filter(reduce(or_, (table[name] for name in flags)))
    return table.order_by(["person", "at_us"])


def _block(table: Any, choices: int) -> Block:
    columns = [table[f"c{i}"].to_numpy() for i in range(choices)]
    return Block(
        table["person"].to_numpy().astype(np.int64),
        table["at_us"].to_numpy().astype(np.int64),
        np.array(columns, dtype=bool),
    )
