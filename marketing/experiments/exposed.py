"""Who was exposed when to which arm: one row a person, out of SQL into arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BigIntegerField, F, Func
from numpy.typing import NDArray

from marketing.experiments.models import Experiment, Exposure
from marketing.personas.engine import followed

Numbers = NDArray[np.int64]
_CHUNK = 10_000


@dataclass(frozen=True)
class Exposed:
    """``people``: ordinals, each once. ``since``: microseconds of the first exposure. int64[n] all.

    ``crossed``: how many of them were exposed to more than one arm, under names that are one person
    today; they count in the arm of their first exposure.
    """

    people: Numbers
    arms: Numbers
    epochs: Numbers
    since: Numbers
    crossed: int = 0

    def __len__(self) -> int:
        return len(self.people)


def exposed(experiment: Experiment, redirects: Mapping[int, int]) -> Exposed:
    """The first exposure of everybody, merges followed; of arms that are still there."""
    rows = Exposure.objects.filter(experiment=experiment, arm__lt=len(experiment.arms))
    order = ("id",) if redirects else ()  # without merges nobody has two rows: see _first
    told = rows.values_list("person_id", "arm", "epoch", _Microseconds(F("exposed_at")), *order)
    people, arms, epochs, since, *ids = _columns(told)
    every = Exposed(followed(people, redirects), arms, epochs, since)
    return _first(ids[0], every) if ids else every


class _Microseconds(Func):
    """A moment as microseconds since 1970 UTC, by the database: Python would take a second."""

    arity = 1
    output_field = BigIntegerField()

    def as_sql(self, *args: Any, **more: Any) -> Any:
        more["template"] = "(extract(epoch from %(expressions)s) * 1000000)::bigint"
        return super().as_sql(*args, **more)

    def as_sqlite(self, *args: Any, **more: Any) -> Any:
        # Texts: 2024-06-12 15:30:00, and a dot and six digits more where there are any. The digits
        # are kept from unixepoch, which rounds to milliseconds first.
        more["template"] = (
            "(unixepoch(substr(%(expressions)s, 1, 19)) * 1000000 "
            "+ CAST(substr(%(expressions)s, 21) AS INTEGER))"
        )
        return super().as_sql(*args, **more)


def _columns(rows: Any) -> tuple[Numbers, ...]:
    """Columns of whole numbers, read past the ORM: a row costs a microsecond."""
    statement, parameters = rows.query.sql_with_params()
    with connection.cursor() as sql:
        sql.execute(statement, parameters)
        width = len(sql.description)
        chunks = iter(lambda: sql.fetchmany(_CHUNK), [])
        flat = np.fromiter(chain.from_iterable(chain.from_iterable(chunks)), dtype=np.int64)
    return tuple(np.ascontiguousarray(each) for each in flat.reshape(-1, width).T)


def _first(ids: Numbers, every: Exposed) -> Exposed:
    """One row a person: the earliest, of equal moments the one that was written first.

    The database keeps one row an ordinal, so several are there only where people were merged.
    """
    several = np.bincount(every.people)[every.people] > 1 if len(ids) else np.zeros(0, dtype=bool)
    if not several.any():
        return every
    rows = np.flatnonzero(several)
    rows = rows[np.lexsort((ids[rows], every.since[rows], every.people[rows]))]
    is_first = np.diff(every.people[rows], prepend=-1) > 0
    other = every.arms[rows] != every.arms[rows[is_first]][np.cumsum(is_first) - 1]
    crossed = len(np.unique(every.people[rows[other]]))
    kept = ~several
    kept[rows[is_first]] = True
    return Exposed(
        every.people[kept], every.arms[kept], every.epochs[kept], every.since[kept], crossed
    )
