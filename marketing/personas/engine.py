"""The persona engine: a plan's scans asked of an engine, answers as columns by ordinal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from marketing.conditions.types import Column, TraitSpec
from marketing.events.scans import Source
from marketing.kernel.moments import microseconds
from marketing.personas.cleaning import Cleaning
from marketing.personas.engines import ENGINES, Engine, Reading, Span
from marketing.personas.fields import needed
from marketing.personas.parts import Merge, Part, PartKind, kind_of
from marketing.personas.plan import Scan, make, parts_of
from marketing.personas.rows import Rows
from marketing.personas.shapes import Asked, questions
from marketing.personas.traits import Moment, check

DEFAULT = "duckdb"


@dataclass(frozen=True)
class Run:
    """What all scans of one run share.

    ``rows``: whose answers are wanted, and where they stand in the columns. ``is_open``: windows
    that reach to now have no end (see ``shapes.Asked``).
    """

    source: Source
    moment: Moment
    rows: Rows
    cleaning: Cleaning = field(default_factory=Cleaning)
    engine: str = DEFAULT
    is_open: bool = False

    @contextmanager
    def opened(self) -> Iterator[Engine]:
        engine = ENGINES.get(self.engine)(self.source)
        try:
            yield engine
        finally:
            engine.close()


def compute(run: Run, specs: Mapping[str, TraitSpec]) -> dict[str, Column]:
    """Trait name to Column; people without events get the empty value."""
    with run.opened() as engine:
        answers = answer(run, engine, parts_of(specs).values())
    return {name: finished(spec, answers, run.moment) for name, spec in specs.items()}


def answer(run: Run, engine: Engine, parts: Iterable[Part]) -> dict[str, Column]:
    """Part key to Column, from scratch."""
    answers: dict[str, Column] = {}
    for scan in make(parts, run.moment.now, run.moment.zone):
        answers |= _scan(run, engine, scan)
    return answers


def finished(spec: TraitSpec, answers: Mapping[str, Column], moment: Moment) -> Column:
    """The trait's column from its parts'; where nobody knows, the spec's own ``missing``."""
    function = check(spec)
    columns = [answers[part.key()] for part in function.parts(spec)]
    column = function.finish(columns, spec, moment)
    if spec.missing is None or column.categories is not None:
        return column
    values = np.where(column.present, np.asarray(column.values, dtype=np.float64), spec.missing)
    return Column(values, np.ones(len(values), dtype=bool))


def _scan(run: Run, engine: Engine, scan: Scan) -> dict[str, Column]:
    fields = needed(scan.parts)
    # Answers that merge are joined here by ordinal: cheaper than a join of every event.
    merges = all(kind_of(part).merge for part in scan.parts)
    spans: tuple[Span, ...] = ((None if scan.since is None else microseconds(scan.since), None),)
    reading = Reading(fields, spans, not merges, run.rows.asked, run.cleaning.bounds)
    table = fields.table()
    table = table.filter(table.event.isin(list(scan.events)))
    asked = Asked(scan, table, fields, run.moment, run.cleaning, run.is_open)
    found: dict[str, Column] = {}
    for parts, question in questions(asked):
        answers = engine.ask(question, reading)
        ordinals = answers["person"].to_numpy().astype(np.int64)
        places = run.rows.places(followed(ordinals, run.source.redirects))
        for i, part in enumerate(parts):
            found[part.key()] = scattered(answers[f"c{i}"], places, kind_of(part), run.rows.size)
    return found


def followed(ordinals: NDArray[np.int64], redirects: Mapping[int, int]) -> NDArray[np.int64]:
    """Ordinals with merged people replaced by who carries on."""
    if not redirects or not len(ordinals):
        return ordinals
    carries_on = np.arange(max(int(ordinals.max()), *redirects) + 1)
    carries_on[list(redirects)] = list(redirects.values())
    return carries_on[ordinals]


def scattered(
    answers: pa.ChunkedArray, places: NDArray[np.int64], kind: type[PartKind], size: int
) -> Column:
    """From one answer per person seen (several where they merged) to one per row.

    ``places`` int64[m]: the answers' rows, -1 where nobody asked.
    """
    wanted = places >= 0
    if kind.is_text:
        return _texts(answers, places, wanted, size)
    found = answers.cast(pa.float64()).to_numpy(zero_copy_only=False)
    column = nothing(kind, size)
    put(np.asarray(column.values), places[wanted], found[wanted], kind.merge)
    return as_kind(column, kind)


def nothing(kind: type[PartKind], size: int) -> Column:
    """Everybody has the empty value."""
    if kind.is_text:
        return Column(np.full(size, -1, dtype=np.int32), np.zeros(size, dtype=bool), ())
    if kind.empty is None:
        return Column(np.full(size, np.nan), np.zeros(size, dtype=bool))
    type_ = np.int32 if kind.is_whole else np.float64
    return Column(np.full(size, kind.empty, dtype=type_), np.ones(size, dtype=bool))


def as_kind(column: Column, kind: type[PartKind]) -> Column:
    """The column with ``present`` as its values say."""
    if kind.empty is not None or column.categories is not None:
        return column
    return Column(column.values, ~np.isnan(np.asarray(column.values)))


def put(
    values: NDArray[Any], places: NDArray[np.int64], found: NDArray[np.float64], merge: Merge | None
) -> None:
    """Merge ``found`` into ``values`` in place; a missing value gives way to any other."""
    known = ~np.isnan(found)
    if not known.all():
        places, found = places[known], found[known]
    if merge is Merge.ADD:
        np.add.at(values, places, found.astype(values.dtype))
    elif merge is Merge.LEAST:
        np.fmin.at(values, places, found)
    elif merge is Merge.GREATEST:
        np.fmax.at(values, places, found)
    else:
        values[places] = found


def _texts(
    answers: pa.ChunkedArray, places: NDArray[np.int64], wanted: NDArray[np.bool_], size: int
) -> Column:
    encoded = answers.combine_chunks().dictionary_encode()
    words: list[str] = encoded.dictionary.to_pylist()
    place = {word: code for code, word in enumerate(sorted(words))}
    recode = np.array([*(place[word] for word in words), -1], dtype=np.int32)
    indices = encoded.indices.fill_null(len(words)).to_numpy()
    codes = np.full(size, -1, dtype=np.int32)
    codes[places[wanted]] = recode[indices[wanted]]
    return Column(codes, codes >= 0, tuple(sorted(words)))
