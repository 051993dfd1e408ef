"""What a page of results costs: `python -m bench.results`.

A million people exposed in four arms and three epochs, twelve metrics over five events (ten beside
the goal and its revenue, one of them a percentile): measuring them, then every figure of the page
from their sums by arm and epoch (all arms against the first, adjusted by what was before). Beside
it, in the same run: one plain DuckDB query a metric, and one a distinct event that joins and groups
in the engine. What reading the exposures out of SQLite costs is a row of its own and counts for the
page.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from django.conf import settings
from django.core.management import call_command
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.result_baselines import Baselines, Sums
from bench.result_world import ARMS, DEFINITIONS, built, everybody, written
from marketing.experiments import comparing
from marketing.experiments.exposed import exposed
from marketing.experiments.measuring import Measured, measure_people
from marketing.experiments.metrics import METRICS
from marketing.experiments.statistics import cells
from marketing.personas.engines.duckdb import DuckDB

T = TypeVar("T")
READ, MEASURE, EFFECTS = "read exposures", "measure", "sums and effects"
PER_METRIC, PER_EVENT = "baseline: a query a metric", "baseline: a query an event"
MOST_S = 2.0
LATER = datetime(2040, 1, 1, tzinfo=UTC)  # every window is over


class Cost(NamedTuple):
    wall: float
    cpu: float


def timed(do: Callable[[], T], repeats: int) -> tuple[T, Cost]:
    """What it gives, and the quickest of some runs."""
    found = []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        given = do()
        found.append(Cost(time.perf_counter() - wall, time.process_time() - cpu))
    return given, min(found)


def differing(seen: Measured, plain: Sums) -> list[str]:
    """Metrics whose sums by arm are not those of the plain queries (caps are not theirs)."""
    by_arm = {
        key: [(each.n, each.y, each.yy) for each in cells.pairs(seen.arms, ARMS, values.y)]
        for key, values in seen.values.items()
        if values.limit is None
    }
    return [key for key, found in by_arm.items() if not np.allclose(found, plain[key], rtol=1e-9)]


def peak_mib() -> float:
    """Since ``forget_peak``; of Linux's own books."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def forget_peak() -> None:
    """Building the world takes more memory than the page does."""
    Path("/proc/self/clear_refs").write_text("5")


def compared(people: int, events: int, repeats: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    source, who = built(Path(settings.WAREHOUSE_URL), people, events), everybody(people)
    experiment, costs = written(who), {}
    forget_peak()
    before = peak_mib()
    read, costs[READ] = timed(lambda: exposed(experiment, source.redirects), repeats)
    seen, costs[MEASURE] = timed(lambda: measure_people(source, read, DEFINITIONS), repeats)
    found, costs[EFFECTS] = timed(lambda: comparing.metrics(experiment, seen, LATER), repeats)
    peak = peak_mib()
    base = Baselines(source, who, DuckDB.threads)
    plain, costs[PER_METRIC] = timed(lambda: base.by_metric(DEFINITIONS), repeats)
    _tables, costs[PER_EVENT] = timed(lambda: base.by_event(DEFINITIONS), repeats)
    return {
        "people": people, "events": events, "metrics": len(DEFINITIONS),
        "kinds": sorted({each.kind for each in DEFINITIONS.values()}),
        "effects": sum(each is not None for metric in found for each in metric.effects),
        "page_s": sum(costs[name].wall for name in (READ, MEASURE, EFFECTS)),
        "costs": {name: cost._asdict() for name, cost in costs.items()},
        "counted": float(sum(seen.values[key].y.sum() for key in ("orders", "views", "lessons"))),
        "began_mib": before, "peak_mib": peak, "differing": differing(seen, plain),
    }  # fmt: skip


def table_of(row: dict[str, Any]) -> Table:
    title = f"{row['people']:,} people, {row['events']:,} events, {row['metrics']} metrics"
    table = Table(box=SIMPLE_HEAD, title=title)
    for head in ("", "wall s", "CPU s", "of a query a metric"):
        table.add_column(head, justify="right" if head else "left")
    base = row["costs"][PER_METRIC]["wall"]
    for name, cost in row["costs"].items():
        cells_ = (f"{cost['wall']:.3f}", f"{cost['cpu']:.3f}", f"{cost['wall'] / base:.2f}")
        table.add_row(name, *cells_)
    table.add_row("the page", f"{row['page_s']:.3f}", "", f"{row['page_s'] / base:.2f}")
    table.caption = f"peak {row['peak_mib']:,.0f} MiB, {row['began_mib']:,.0f} when it began"
    return table


def missed(row: dict[str, Any]) -> list[str]:
    """One line per bar that is missed."""
    found = []
    if row["page_s"] > MOST_S:
        found.append(f"the page takes {row['page_s']:.2f} s, at most {MOST_S}")
    if row["differing"]:
        found.append(f"sums differ from the plain queries': {', '.join(row['differing'])}")
    if row["kinds"] != METRICS.names():
        found.append("not every kind of metric is measured")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.results", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=0, help="default: 9 a person, in 60 days")
    parser.add_argument("--threads", type=int, default=0, help="of DuckDB; default: all")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit 1 where a bar is missed")
    asked = parser.parse_args(arguments)
    DuckDB.threads = asked.threads or None
    row = compared(asked.people, asked.events or 9 * asked.people, asked.repeats)
    if asked.json:
        sys.stdout.write(json.dumps(row) + "\n")
    else:
        Console().print(table_of(row))
    lines = missed(row)
    for line in lines:
        sys.stderr.write(line + "\n")
    return 1 if asked.check and lines else 0


if __name__ == "__main__":
    sys.exit(main())
