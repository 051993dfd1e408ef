"""The embedded engine over some people's past: their history, and what the log has since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from marketing.conditions.types import Column
from marketing.events import log, warehouse
from marketing.events.scans import Source
from marketing.personas import queries
from marketing.personas.engine import Run, answer
from marketing.personas.engines import Reading, followed, number_columns, with_merged
from marketing.personas.engines.duckdb import DuckDB
from marketing.personas.fields import Fields, needed
from marketing.personas.history.reading import History, opened
from marketing.personas.parts import Part, all_events
from marketing.personas.state import State
from marketing.workspace.models import Cursor, Workspace


def recall_of(known: State, workspace: Workspace, now: datetime, until: Cursor) -> Recall | None:
    """None where there is no history, or the log may have been trimmed since it was written."""
    kept = known.history
    if kept is None or now - kept.at >= timedelta(days=workspace.log_days - 1):
        return None
    xid, position = kept.reaches
    return Recall(opened(queries.folder(kept.name)), Cursor(xid=xid, position=position), until)


@dataclass(frozen=True)
class Recall:
    """``reaches``: the log position at which the history ends; ``until``: the run's own."""

    history: History
    reaches: Cursor
    until: Cursor

    def answer(self, run: Run, parts: Sequence[Part]) -> dict[str, Column]:
        """What a scan would answer for the run's people: the same questions over fewer rows."""
        if run.rows.ordinals is None:
            raise AssertionError("a history is asked about some people")
        people = with_merged(tuple(run.rows.ordinals.tolist()), run.source)
        fields = needed(parts)
        events = {name for part in parts for name in all_events(part)}
        rows = pa.concat_tables(
            [_named(self.history.of(people, events), fields), self._since(run, people, fields)]
        )
        engine = Recalling(Source(None, warehouse.as_table([]), run.source.redirects), rows, fields)
        try:
            return answer(run, engine, parts)
        finally:
            engine.close()

    def _since(self, run: Run, people: Sequence[int], fields: Fields) -> pa.Table:
        tail = warehouse.as_table(log.of(people, self.reaches, self.until))
        engine = DuckDB(Source(None, tail, {}))
        try:
            found = engine.ask(fields.table(), Reading(fields, follow=False))
        finally:
            engine.close()
        return found.select(_columns(fields)).cast(_schema(fields))


class Recalling(DuckDB):
    """``rows``: as ``fields`` names their columns, numbers as they were sent."""

    def __init__(self, source: Source, rows: pa.Table, fields: Fields) -> None:
        super().__init__(source)
        self.rows, self.fields = rows, fields

    def relation(self, reading: Reading) -> str:
        self.connection.register(self._name("recalled"), self.rows)
        mine, theirs = self.fields, reading.fields
        columns = ["person", "event", "at_us"]
        columns += number_columns(mine.number, reading)
        columns += [f"{mine.text(name)} AS {theirs.text(name)}" for name in theirs.texts]
        rows = f"SELECT {', '.join(columns)} FROM {self._name('recalled')}"
        return followed(rows, reading, self.source, self._name("merged"))


def _named(found: pa.Table, fields: Fields) -> pa.Table:
    """The history's columns under the names of the fields."""
    columns = {name: found[name] for name in ("person", "event", "at_us")}
    columns |= {fields.number(name): found[f"number:{name}"] for name in fields.numbers}
    columns |= {fields.text(name): found[f"text:{name}"] for name in fields.texts}
    return pa.table(columns).select(_columns(fields)).cast(_schema(fields))


def _columns(fields: Fields) -> list[str]:
    return list(_schema(fields).names)


def _schema(fields: Fields) -> pa.Schema:
    numbers = [(fields.number(name), pa.float64()) for name in fields.numbers]
    texts = [(fields.text(name), pa.string()) for name in fields.texts]
    kept = [("person", pa.int64()), ("event", pa.string()), ("at_us", pa.int64())]
    return pa.schema([*kept, *numbers, *texts])
