"""Does what follows the answers still tell the truth? `python -m bench.adaptation`

Simulates experiments whose shares are steered by Thompson sampling while the base rate
drifts and the answers come late, and measures what the product promises of them: how often
an effect that is not there is found, how often the 95 % interval holds the effect that is,
what the exploring costs, and where an arm without conversions ends. Beside our inference
stands the pooled one, which ignores that the shares moved. The Monte-Carlo bound is half
the 95 % interval of the figure over the simulated runs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.steered import Scenario, Steered, steer
from marketing.experiments.statistics import always_valid
from marketing.experiments.statistics.compare import Shape, compare
from marketing.experiments.statistics.difference import difference_in_proportions
from marketing.experiments.statistics.sufficient import Proportion

FULL, QUICK = 20_000, 500
_CHUNK = 1_000  # runs held at once

TYPE_ONE = (0.0, 0.055)
COVERAGE = (0.94, 0.96)
REGRET = (0.0, 0.11)
SEQUENCE = (0.0, 0.053)
DEAD_ARM = (0.0, 0.01)

# Half of the conversions within a day, all within a week.
LATE = (0.30, 0.20, 0.15, 0.10, 0.10, 0.05, 0.05, 0.05)

NO_EFFECT = (
    Scenario("all arms equal", (0.08, 0.08, 0.08), 0.06, 0.01, LATE, 300, 42, 3, 0.05, 0.1),
    Scenario("equal, a third better", (0.08, 0.08, 0.11), 0.06, 0.01, LATE, 300, 42, 3, 0.05, 0.1),
    Scenario("equal, base falls", (0.12, 0.12), -0.08, 0.01, LATE, 200, 42, 3, 0.05, 0.1),
)
AN_EFFECT = (
    Scenario("treated better", (0.08, 0.11, 0.08), 0.06, 0.01, LATE, 300, 42, 3, 0.05, 0.1),
    Scenario("treated worse", (0.11, 0.08, 0.09), 0.06, 0.01, LATE, 300, 42, 3, 0.05, 0.1),
    Scenario("two arms, base falls", (0.12, 0.14), -0.08, 0.01, LATE, 200, 42, 3, 0.05, 0.1),
)
EARNING = (
    Scenario("three arms", (0.08, 0.09, 0.12), 0.03, 0.01, LATE, 500, 42, 1, 0.01, 0.03),
    Scenario("five arms", (0.06, 0.07, 0.08, 0.09, 0.12), 0.0, 0.01, LATE, 1000, 42, 1, 0.01, 0.03),
)
DEAD = (Scenario("never converts", (0.06, 0.07, 0.0), 0.0, 0.0, LATE, 300, 28, 1, 0.02, 0.06),)


@dataclass(frozen=True)
class Row:
    """One figure over `runs` runs, all as shares; no `bar` for a baseline, no `bound` for the
    largest of all runs. `met`: the estimate lies within the bar, ends included."""

    name: str
    runs: int
    estimate: float
    bound: float | None
    bar: tuple[float, float] | None

    @property
    def met(self) -> bool | None:
        return None if self.bar is None else self.bar[0] <= self.estimate <= self.bar[1]


def type_one(asked: Scenario, runs: int, seed: int) -> list[Row]:
    """How often an interval excludes 0 where there is no effect: ours and the pooled one."""
    held = _held(asked, runs, seed)
    return [
        _share(f"{asked.name}: type I", ~held[:, 0], TYPE_ONE),
        _share(f"{asked.name}: type I, pooled", ~held[:, 1], None),
    ]


def coverage(asked: Scenario, runs: int, seed: int) -> list[Row]:
    """How often the interval holds the effect: ours and the pooled one."""
    held = _held(asked, runs, seed)
    return [
        _share(f"{asked.name}: coverage", held[:, 0], COVERAGE),
        _share(f"{asked.name}: coverage, pooled", held[:, 1], None),
    ]


def regret(asked: Scenario, runs: int, seed: int) -> list[Row]:
    """Conversions lost to always showing the best arm, as a share of what that would bring."""
    lost = np.concatenate([_lost(part) for part in _parts(asked, runs, seed)])
    rates = np.array([asked.rates_on(day) for day in range(asked.days)])
    equal = 1 - rates.mean() / rates.max(axis=1).mean()
    bound = 1.96 * float(lost.std(ddof=1)) / sqrt(runs)
    return [
        Row(f"{asked.name}: regret", runs, float(lost.mean()), bound, REGRET),
        Row(f"{asked.name}: regret, equal shares", runs, float(equal), None, None),
    ]


def sequence(asked: Scenario, runs: int, seed: int) -> list[Row]:
    """How often one arm's interval on the page, looked at every day, ever misses the effect."""
    missed = np.concatenate([
        [_ever_misses(part, run) for run in range(len(part.people))]
        for part in _parts(asked, runs, seed)
    ])  # fmt: skip
    return [_share(f"{asked.name}: interval at any time, ever wrong", missed, SEQUENCE)]


def _ever_misses(part: Steered, run: int) -> bool:
    asked = part.scenario
    for days in range(asked.window_days + 1, asked.days + 1):
        found = compare(Shape.RATE, part.matured(run, days))
        ends = found and found.bounds(always_valid.widening(found.people))
        if ends and not ends[0] <= asked.effect <= ends[1]:
            return True
    return False


def dead_arm(asked: Scenario, runs: int, seed: int) -> list[Row]:
    """How far the worst arm's last share is from the least it may get: mean and largest."""
    least = asked.floor + asked.uniform / len(asked.rates)
    worst = int(np.argmin(asked.rates))
    gaps = np.concatenate([p.final[:, worst] - least for p in _parts(asked, runs, seed)])
    bound = 1.96 * float(gaps.std(ddof=1)) / sqrt(runs)
    return [
        Row(f"{asked.name}: above its least share", runs, float(gaps.mean()), bound, DEAD_ARM),
        Row(f"{asked.name}: the largest of all runs", runs, float(gaps.max()), None, DEAD_ARM),
    ]


Measure = Callable[[Scenario, int, int], list[Row]]
# The last number divides the runs: a mean of steady figures needs fewer than a share.
MEASURES: tuple[tuple[Measure, tuple[Scenario, ...], int], ...] = (
    (type_one, NO_EFFECT, 1),
    (coverage, AN_EFFECT, 1),
    (sequence, NO_EFFECT, 20),
    (regret, EARNING, 20),
    (dead_arm, DEAD, 20),
)


def measure(runs: int, seed: int) -> list[Row]:
    """All rows, each scenario from its own stream of dice; at least 2 runs."""
    quiet = not sys.stderr.isatty()
    jobs = [(of, asked, by) for of, scenarios, by in MEASURES for asked in scenarios]
    steps = track(jobs, "scenarios", console=Console(stderr=True), disable=quiet)
    return [
        row
        for i, (of, asked, by) in enumerate(steps)
        for row in of(asked, max(runs // by, 2), seed + i)
    ]


def _parts(asked: Scenario, runs: int, seed: int) -> Iterator[Steered]:
    for start in range(0, runs, _CHUNK):
        rng = np.random.default_rng([seed, start])
        yield steer(asked, min(_CHUNK, runs - start), rng)


def _held(asked: Scenario, runs: int, seed: int) -> NDArray[np.bool_]:
    """bool[runs, 2]: whether our interval and the pooled one hold the effect."""
    return np.array([
        [_ours(part, run), _pooled(part, run)]
        for part in _parts(asked, runs, seed)
        for run in range(len(part.people))
    ])  # fmt: skip


def _ours(part: Steered, run: int) -> bool:
    found = compare(Shape.RATE, part.matured(run))
    ends = found and found.bounds(found.quantile(0.95))
    if not ends:
        raise SystemExit(f"{part.scenario.name}: no interval; use more people")
    return ends[0] <= part.scenario.effect <= ends[1]


def _pooled(part: Steered, run: int) -> bool:
    days = slice(0, part.scenario.days - part.scenario.window_days)
    people = part.people[run, days].sum(axis=0).tolist()
    conversions = part.came[run, days].sum(axis=(0, 2)).tolist()
    treated, control = (Proportion(people[arm], conversions[arm]) for arm in part.scenario.compare)
    interval = difference_in_proportions(treated, control)
    return interval is not None and interval.covers(part.scenario.effect)


def _lost(part: Steered) -> NDArray[np.float64]:
    rates = np.array([part.scenario.rates_on(day) for day in range(part.scenario.days)])
    brought = np.einsum("rdk,dk->r", part.people, rates)
    possible = part.scenario.people_a_day * rates.max(axis=1).sum()
    return np.asarray(1 - brought / possible, np.float64)


def _share(name: str, hits: NDArray[np.bool_], bar: tuple[float, float] | None) -> Row:
    share = float(hits.mean())
    return Row(name, len(hits), share, 1.96 * sqrt(share * (1 - share) / len(hits)), bar)


def table_of(rows: Sequence[Row]) -> Table:
    """The rows for a terminal."""
    title = "drift, late answers, shares that follow the answers"
    table = Table("scenario", "runs", "estimate", "bar", "met", title=title, box=SIMPLE_HEAD)
    for row in rows:
        bound = "" if row.bound is None else f" ±{100 * row.bound:.2f}"
        bar = "" if row.bar is None else f"{100 * row.bar[0]:g} to {100 * row.bar[1]:g} %"
        met = {None: "", True: "yes", False: "no"}[row.met]
        table.add_row(row.name, f"{row.runs}", f"{100 * row.estimate:.2f}{bound} %", bar, met)
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if `--check` finds a figure outside its bar."""
    parser = argparse.ArgumentParser("python -m bench.adaptation", description=__doc__)
    parser.add_argument(
        "--runs",
        type=int,
        default=FULL,
        help="experiments a scenario (a twentieth for regret and dead arms)",
    )
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} runs, to try it out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit 1 outside a bar")
    asked = parser.parse_args(arguments)
    rows = measure(QUICK if asked.quick else asked.runs, asked.seed)
    if asked.json:
        print(json.dumps([{**asdict(row), "met": row.met} for row in rows]))
    else:
        Console(width=None if sys.stdout.isatty() else 100).print(table_of(rows))
    missed = [row for row in rows if row.met is False]
    for row in missed if asked.check else []:
        print(f"{row.name}: {row.estimate:.2%} is outside {row.bar}", file=sys.stderr)
    return 1 if asked.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
