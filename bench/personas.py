"""What personas cost: `python -m bench.personas`. One thread, CPU seconds, baselines in this call.

Rebuild: 40 traits that serve 50 segments; 30 within 90 days are scanned, 10 over all time slide
from state. Beside it: one DuckDB query per segment, and a bare GROUP BY person over all events.
Cold: the same and all-time distinct, gap and mode, everything from scratch. Slide: from yesterday
to today, in a process that did so before. `--curve` repeats it from 10 thousand people to the size
that was asked for.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench import baselines, curve, portfolio, world
from marketing.conditions.types import Column, TraitSpec
from marketing.events.scans import Source
from marketing.events.warehouse import SCHEMA
from marketing.personas.engine import Run, answer, finished
from marketing.personas.engines.duckdb import DuckDB
from marketing.personas.plan import parts_of
from marketing.personas.rebuilding import differing
from marketing.personas.rows import everybody
from marketing.personas.slide import Step, advance
from marketing.personas.traits import Moment

NOBODY = np.empty(0, dtype=np.int64)
# (row, of, at most): a bar is a ratio of two rows of the same run.
BARS = (
    ("rebuild", "segment queries", 1 / 5),
    ("rebuild", "bare GROUP BY", 1.5),
    ("cold rebuild", "bare GROUP BY", 10.0),
    ("slide", "rebuild", 1 / 20),
)
MOST_MIB = 6 * 1024
ENOUGH_S = 3.0  # a row is run again until it took so long altogether


class Measured:
    """CPU seconds by name: the median of ``repeats`` runs, or of more where they are short.

    A process's first runs touch memory that nobody touched before, and a machine gives that slowly:
    the median of a few short runs would be of those.
    """

    def __init__(self, repeats: int) -> None:
        self.repeats = repeats
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, do: Callable[[], Any]) -> Any:
        taken: list[float] = []
        while len(taken) < self.repeats or (self.repeats > 1 and sum(taken) < ENOUGH_S):
            began = time.process_time()
            answer = do()
            taken.append(time.process_time() - began)
        self.seconds[name] = statistics.median(taken)
        return answer


def moment(days_ago: int = 0) -> Moment:
    """Now, or the end of a day before."""
    now = world.NOW
    if days_ago:
        end = now.replace(hour=23, minute=59, second=59, microsecond=999_999)
        now = end - timedelta(days=days_ago)
    return Moment(now, portfolio.ZONE)


def run_over(made: world.World, days_ago: int = 0) -> Run:
    source = Source(made.table(), SCHEMA.empty_table(), {})
    return Run(source, moment(days_ago), everybody(made.people + 1), is_open=not days_ago)


def scan(run: Run, specs: dict[str, TraitSpec]) -> dict[str, Column]:
    with run.opened() as engine:
        return answer(run, engine, parts_of(specs).values())


def slid(
    made: world.World, state: dict[str, Column], specs: dict[str, TraitSpec]
) -> dict[str, Column]:
    run = run_over(made)
    fresh = Source(None, made.newest, {})
    step = Step(run, fresh, moment(1), NOBODY, NOBODY)
    return advance(step, state, parts_of(specs).values())


def rebuilt(made: world.World, state: dict[str, Column]) -> dict[str, Column]:
    """Windows scanned, all time from state: what an operator's 50 segments need each day."""
    found = scan(run_over(made), portfolio.RECENT) | slid(made, state, portfolio.ALL_TIME)
    return traits(found, moment())


def traits(parts: dict[str, Column], at: Moment) -> dict[str, Column]:
    return {name: finished(spec, parts, at) for name, spec in portfolio.TRAITS.items()}


def measure(made: world.World, repeats: int) -> tuple[dict[str, float], int]:
    """CPU seconds of every row, and in how many people's traits slide and rebuild differ."""
    measured = Measured(repeats)
    yesterday = scan(run_over(made, 1), portfolio.TRAITS)
    measured("bare GROUP BY", lambda: baselines.bare(made))
    whole = measured("rebuild", lambda: rebuilt(made, yesterday))
    after = measured("slide", lambda: slid(made, yesterday, portfolio.TRAITS))
    measured("slide, finished", lambda: traits(slid(made, yesterday, portfolio.TRAITS), moment()))
    once = Measured(1)
    once("segment queries", lambda: baselines.segment_queries(made))
    once("cold rebuild", lambda: scan(run_over(made), portfolio.TRAITS | portfolio.DEEP))
    ours = traits(after, moment())
    different = sum(differing(ours[name], whole[name]) for name in whole)
    return measured.seconds | once.seconds, different


@contextmanager
def made(people: int, events: int) -> Iterator[world.World]:
    with tempfile.TemporaryDirectory(prefix="zhixin-bench-") as folder:
        yield in_folder(Path(folder), people, events)


def in_folder(folder: Path, people: int, events: int) -> world.World:
    from django.conf import settings

    settings.WAREHOUSE_URL = str(folder / "warehouse")
    return world.build(folder / "warehouse", people, events)


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table_of(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=SIMPLE_HEAD, title="CPU seconds, one thread (medians)")
    names = list(rows[0]["seconds"])
    for head in ("people", "events", *names, "rebuild, µs an event", "peak MiB"):
        table.add_column(head, justify="right")
    for row in rows:
        cells = [f"{row['seconds'][name]:.3f}" for name in names]
        table.add_row(f"{row['people']:,}", f"{row['events']:,}", *cells,
                      f"{row['seconds']['rebuild'] / row['events'] * 1e6:.3f}",
                      f"{row['peak_mib']:,.0f}")  # fmt: skip
    return table


def missed(row: dict[str, Any]) -> list[str]:
    """One line per bar that this row misses."""
    seconds = row["seconds"]
    found = [
        f"{name} is {seconds[name] / seconds[of]:.3f} of {of}, at most {most:.3f}"
        for name, of, most in BARS
        if seconds[name] > most * seconds[of]
    ]
    if row["different"]:
        found.append(f"{row['different']} traits differ between slide and rebuild, expected 0")
    if row["peak_mib"] > MOST_MIB:
        found.append(f"peak {row['peak_mib']:,.0f} MiB, at most {MOST_MIB:,}")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.personas", description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=0, help="default: 100 a person")
    parser.add_argument("--curve", action="store_true", help="also 10 thousand people and between")
    parser.add_argument("--svg", type=Path, help="where the curve is drawn")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit 1 where a bar is missed")
    asked = parser.parse_args(arguments)
    DuckDB.threads = 1
    sizes = [asked.people]
    while asked.curve and sizes[0] > 10_000:
        sizes.insert(0, max(sizes[0] // 10, 10_000))
    rows = []
    for people in sizes:
        with made(people, (asked.events or 100 * asked.people) * people // asked.people) as here:
            seconds, different = measure(here, asked.repeats)
        rows.append({"people": people, "events": here.events, "seconds": seconds,
                     "different": different, "peak_mib": peak_mib()})  # fmt: skip
    Console(stderr=asked.json).print(table_of(rows))
    if asked.json:
        sys.stdout.write(json.dumps(rows) + "\n")
    if asked.svg:
        asked.svg.write_text(curve.svg(rows))
    lines = missed(rows[-1])
    for line in lines:
        sys.stderr.write(line + "\n")
    return 1 if asked.check and lines else 0


if __name__ == "__main__":
    sys.exit(main())
