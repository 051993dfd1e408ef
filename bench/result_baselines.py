"""What results would cost without counting by place: queries in plain SQL over the same files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from marketing.events.scans import Source
from marketing.experiments.exposed import Exposed
from marketing.experiments.metrics import METRICS, Definition
from marketing.kernel.local_days import DAY_US
from marketing.kernel.moments import moment

Sums = dict[str, list[tuple[int, float, float]]]


class Baselines:
    """``x``: the exposures, a row a person. ``threads``: None for as many as there are."""

    def __init__(self, source: Source, who: Exposed, threads: int | None) -> None:
        self.source, self.who = source, who
        self.connection: Any = duckdb.connect()
        if threads:
            self.connection.execute(f"SET threads = {threads}")
        columns = {"person": who.people, "arm": who.arms, "since": who.since}
        self.connection.register("x", pa.table(columns))

    def by_metric(self, definitions: Mapping[str, Definition]) -> Sums:
        """One query a metric: (people, sum, sum of squares) by arm. No caps, nothing before."""
        return {key: self.connection.execute(self._by_metric(each)).fetchall()
                for key, each in definitions.items()}  # fmt: skip

    def by_event(self, definitions: Mapping[str, Definition]) -> list[pa.Table]:
        """One query an event: every metric's value a person, the window before included."""
        events: dict[str, list[str]] = {}
        for each in definitions.values():
            columns = events.setdefault(each.event, [])
            columns.append(_aggregate(each, _after(each)))
            if METRICS.get(each.kind).has_before:
                columns.append(_aggregate(each, _before(each)))
            if each.per_event:
                events.setdefault(each.per_event, []).append(f"count(*) FILTER ({_after(each)})")
        longest = max(each.days for each in definitions.values())
        reach = f"at_us BETWEEN since - {longest * DAY_US} AND since + {longest * DAY_US}"
        return [
            self.connection.sql(
                f"SELECT person, {', '.join(columns)} FROM {self._joined(event, longest, longest)} "
                f"WHERE {reach} GROUP BY person"
            ).to_arrow_table()
            for event, columns in events.items()
        ]

    def _by_metric(self, wanted: Definition) -> str:
        value = _aggregate(wanted, _after(wanted))
        inner = (
            f"SELECT person, {value} AS y FROM {self._joined(wanted.event, 0, wanted.days)} "
            f"WHERE {_after(wanted)[6:]} GROUP BY person"
        )
        nothing = float(wanted.days) if wanted.kind == "time_to_event" else 0.0
        return (
            "SELECT count(*), sum(v), sum(v * v) "
            f"FROM (SELECT arm, coalesce(y, {nothing})::DOUBLE AS v "
            f"FROM x LEFT JOIN ({inner}) AS seen USING (person)) GROUP BY arm ORDER BY arm"
        )

    def _joined(self, event: str, before: int, after: int) -> str:
        start = int(self.who.since.min()) - before * DAY_US
        end = int(self.who.since.max()) + after * DAY_US + 1
        uris = [each.uri for each in self.source.files(moment(start), moment(end))]
        rows = (
            f"SELECT person, at_us, p_price_cents, p_seconds FROM read_parquet({uris}, "
            f"hive_partitioning = false) WHERE event = '{event}' "
            f"AND at_us >= {start} AND at_us < {end}"
        )
        return f"({rows}) AS e JOIN x USING (person)"


def _after(wanted: Definition) -> str:
    if wanted.kind == "retention":
        first, last = wanted.from_day * DAY_US, wanted.days * DAY_US
        return f"WHERE at_us >= since + {first} AND at_us < since + {last}"
    return f"WHERE at_us BETWEEN since AND since + {wanted.window_us}"


def _before(wanted: Definition) -> str:
    return f"WHERE at_us >= since - {wanted.window_us} AND at_us < since"


def _aggregate(wanted: Definition, where: str) -> str:
    inside = f"FILTER ({where})"
    if wanted.kind == "time_to_event":
        return f"min(at_us - since) {inside} / {DAY_US}"
    if wanted.reads:
        return f"sum(p_{wanted.reads}) {inside}"
    return f"count(*) {inside}" if wanted.kind in ("count", "ratio") else f"max(1) {inside}"
