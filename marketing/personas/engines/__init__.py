"""The registry of engines: who answers a scan. All give the same answers to the same plan.

A plan is Ibis expressions over one relation (``fields.TABLE``); an engine says in its own SQL what
that relation is and runs the compiled question. What differs between engines stays in their files:
how JSON is read, where the rows are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import ibis
import pyarrow as pa

from marketing.events.scans import Source
from marketing.events.standard import PROMOTED
from marketing.events.warehouse import Stored
from marketing.kernel.moments import moment
from marketing.kernel.registry import Registry
from marketing.personas.cleaning import Bound
from marketing.personas.fields import TABLE, Fields
from marketing.personas.parts import LARGEST, Expression

# [start, end) in microseconds since 1970 UTC; None is without end.
Span = tuple[int | None, int | None]
EVER: Span = (None, None)
_PROMOTED = {each.name: each for each in PROMOTED}


@dataclass(frozen=True)
class Reading:
    """What of the source a question reads.

    ``spans``: no other events are needed (the question filters them exactly; this is pruning).
    ``events``: of a span only these are needed (all, where it says nothing; pruning as well).
    ``follow``: merged people's events count for the person who carries on. ``people``: only these
    ordinals (None: everybody). ``bounds``: what is done to numbers beyond them.
    """

    fields: Fields
    spans: tuple[Span, ...] = (EVER,)
    follow: bool = True
    people: tuple[int, ...] | None = None
    bounds: Mapping[str, Bound] = field(default_factory=dict)
    events: Mapping[Span, frozenset[str]] = field(default_factory=dict)


class Engine:
    """The contract: open on a source, ask, close."""

    dialect: ClassVar[str]
    quote: ClassVar[str] = '"'

    def __init__(self, source: Source) -> None:
        self.source = source

    def ask(self, question: Expression, reading: Reading) -> pa.Table:
        """The question's columns; the order of rows is not defined."""
        return self.answer(compiled(question, self.dialect), reading)

    def answer(self, statement: str, reading: Reading) -> pa.Table:
        """A compiled question's columns."""
        return self.run(self.placed(statement, reading))

    def placed(self, statement: str, reading: Reading) -> str:
        """The statement with what the relation is in this engine."""
        name = f"{self.quote}{TABLE}{self.quote}"
        return statement.replace(name, f"({self.relation(reading)})")

    def relation(self, reading: Reading) -> str:
        """A SELECT of person, event, at_us and the fields."""
        raise NotImplementedError

    def run(self, statement: str) -> pa.Table:
        raise NotImplementedError

    def close(self) -> None:
        """Give back what was opened."""


ENGINES: Registry[Engine] = Registry(__name__, Engine, "engine")


def compiled(question: Expression, dialect: str) -> str:
    return str(ibis.to_sql(question, dialect=dialect, pretty=False))


def files_of(source: Source, reading: Reading) -> tuple[list[str], list[str]]:
    """The warehouse's files that hold days of the spans: (typed, others).

    Of the typed ones every promoted property that is read has a column in every row, so that no
    JSON is read at all.
    """
    found = {each.uri: each for span in reading.spans for each in _files(source, span)}
    names = {*reading.fields.numbers, *reading.fields.texts}
    newest = max((place for place, each in enumerate(PROMOTED) if each.name in names), default=-1)
    typed = [uri for uri, each in found.items() if each.shape > newest]
    return typed, [uri for uri, each in found.items() if each.shape <= newest]


def by_events(
    source: Source, reading: Reading, files: Iterable[str]
) -> dict[frozenset[str] | None, list[str]]:
    """The files by which events of theirs are needed; None: all."""
    needed: dict[str, frozenset[str] | None] = {}
    for span in reading.spans:
        names = reading.events.get(span)
        for each in _files(source, span):
            known = needed.get(each.uri, frozenset())
            needed[each.uri] = None if names is None or known is None else known | names
    found: dict[frozenset[str] | None, list[str]] = {}
    for uri in files:
        found.setdefault(needed[uri], []).append(uri)
    return found


def _files(source: Source, span: Span) -> list[Stored]:
    start, end = span
    return source.files(
        None if start is None else moment(start), None if end is None else moment(end)
    )


def promoted_column(name: str, kind: str) -> str | None:
    """The property's own column, None where it has none of this type."""
    each = _PROMOTED.get(name)
    return each.column if each is not None and each.type == kind else None


def place_of(name: str) -> int:
    """A row of a larger shape than this was written with the property's column."""
    return PROMOTED.index(_PROMOTED[name])


def number_columns(read: Callable[[str], str], reading: Reading) -> list[str]:
    """SQL: the columns of numbers, cleaned, and as they were sent where that is asked for too.

    ``read``: a property's name to the engine's own expression of its number.
    """
    fields = reading.fields
    columns = [f"{_cleaned(read(name), reading.bounds.get(name))} AS {fields.number(name)}"
               for name in fields.numbers]  # fmt: skip
    sent = [f"{_cleaned(read(name), None)} AS {fields.sent(name)}" for name in fields.also_sent]
    return columns + sent


def _cleaned(number: str, bound: Bound | None) -> str:
    """SQL: a number beyond what can be meant is none; beyond its bounds it is the bound or none."""
    if bound is None:
        return f"CASE WHEN abs({number}) <= {LARGEST:.0f} THEN {number} END"
    low, high, drops = bound
    cases = [f"WHEN abs({number}) > {LARGEST:.0f} THEN NULL"]
    for sign, limit in (("<", low), (">", high)):
        if limit is not None:
            cases.append(f"WHEN {number} {sign} {limit!r} THEN {'NULL' if drops else repr(limit)}")
    return f"CASE {' '.join(cases)} ELSE {number} END"


def followed(rows: str, reading: Reading, source: Source, merged: str, nulls: str = "") -> str:
    """SQL: the rows with merged people's ordinals replaced.

    ``nulls``: what an engine needs to be told so that a join's missing side is null.
    """
    if not (reading.follow and source.redirects):
        return rows
    columns = ", ".join(f"r.{name}" for name in ("event", "at_us", *reading.fields.columns))
    return (
        f"SELECT coalesce(m.kept, r.person) AS person, {columns} FROM ({rows}) AS r "
        f"LEFT JOIN {merged} AS m ON r.person = m.gone{nulls}"
    )


def with_merged(people: tuple[int, ...], source: Source) -> tuple[int, ...]:
    """These people and everybody who was merged into them: whose events are read."""
    wanted = set(people)
    return (*people, *(gone for gone, kept in source.redirects.items() if kept in wanted))
