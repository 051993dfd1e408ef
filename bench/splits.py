"""Does the check of the split keep quiet when it should, and speak when it should?
`python -m bench.splits`

Each run is one experiment whose people are counted by day and arm. False alarms are runs with
nothing lost that fail the check, power is the share of runs with a planted loss that do. Beside
ours stand two baselines on the same counts, at the same threshold: the totals over all days
against the mean of the days' weights, and the plain sum of the days' chi-squares. The ceiling
is a test's that was told where the loss is (of 1 degree of freedom): with weights far from even
there is less to see. Bounds are the estimate -+ 2.58 Monte-Carlo errors; a bar is missed when
it lies outside them on the wrong side.
"""

import argparse
import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.special import chdtrc, chdtri, chndtr

from bench.split_worlds import Counts, Floats, World, simulate
from marketing.experiments.statistics.ratio_mismatch import MISMATCH_P
from marketing.experiments.statistics.stratified_mismatch import stratified_p_values

CHUNK = 5_000
SURE = 2.58  # 99 % of a normal distribution
FALSE_ALARMS_BAR, POWER_BAR = 0.001, 0.95
TWO, FOUR = (0.10, 0.10), (0.10, 0.10, 0.11, 0.12)
QUIET = (
    World("even, one epoch", 30_000, 1, TWO, False),
    World("even, 30 days", 30_000, 30, TWO, False),
    World("bandit of 2, 30 days", 30_000, 30, (0.10, 0.11), True, floor=0.05),
    World("bandit of 4, 30 days", 60_000, 30, FOUR, True, floor=0.02),
    World("bandit of 4, 1M people", 1_000_000, 30, FOUR, True, floor=0.02),
)
LOSSY = (
    World("even, one epoch, 1 % lost", 1_000_000, 1, TWO, False, loss=0.01),
    World("even, 30 days, 1 % lost", 1_000_000, 30, TWO, False, loss=0.01),
)
NO_BAR = (
    World("bandit of 2, 1 % lost", 1_000_000, 30, TWO, True, floor=0.05, loss=0.01),
    World("even, day 15 loses 6 %", 1_000_000, 30, TWO, False, loss=0.06, lossy=(14, 15)),
)


@dataclass(frozen=True)
class Row:
    """Shares of the runs that fail the check, by ours and the baselines; `bar` None: none set."""

    world: World
    runs: int
    ours: float
    monte_carlo_error: float
    low: float
    high: float
    bar: float | None
    totals: float
    squares: float
    ceiling: float | None

    @property
    def is_missed(self) -> bool:
        """Whether the bounds rule out that the bar is kept."""
        if self.bar is None:
            return False
        return self.high < self.bar if self.world.loss else self.low > self.bar


def measure(world: World, runs: int, seed: int) -> Row:
    """All runs of one world, in chunks that fit into memory."""
    rng = np.random.default_rng([seed, *world.name.encode()])
    chunks = [min(CHUNK, runs - done) for done in range(0, runs, CHUNK)]
    shown = track(chunks, world.name, console=Console(stderr=True), disable=not sys.stderr.isatty())
    sums = sum((_failed(world, n, rng) for n in shown), np.zeros(4))
    ours, totals, squares, ceiling = (float(share) for share in sums / runs)
    # One run added to either side, so that no error is 0.
    share = (ours * runs + 1) / (runs + 2)
    error = sqrt(share * (1 - share) / runs)
    bar = None if world in NO_BAR else POWER_BAR if world.loss else FALSE_ALARMS_BAR
    return Row(
        world, runs, ours, error, max(ours - SURE * error, 0.0), min(ours + SURE * error, 1.0),
        bar, totals, squares, ceiling if world.loss else None,
    )  # fmt: skip


def _failed(world: World, runs: int, rng: np.random.Generator) -> Floats:
    """float[4]: how many of the runs fail by ours, totals and squares, and the ceiling's sum."""
    observed, weights = simulate(world, runs, rng)
    p_values = stratified_p_values(observed, weights)
    found = (p_values.joined, totals_p(observed, weights), p_values.anywhere)
    counts = [float((p < MISMATCH_P).sum()) for p in found]
    return np.array([*counts, ceiling(observed, weights, world.losses()).sum()])


def totals_p(observed: Counts, weights: Floats) -> Floats:
    """float[runs]: Pearson's test of the totals against the mean of the days' weights."""
    people = observed.sum(axis=1)
    expected = people.sum(axis=-1, keepdims=True) * weights.mean(axis=1)
    distance = ((people - expected) ** 2 / expected).sum(axis=-1)
    p_value: Floats = chdtrc(people.shape[-1] - 1, distance)
    return p_value


def ceiling(observed: Counts, weights: Floats, losses: Floats) -> Floats:
    """float[runs]: power of the test that knows the days and the arm of the loss."""
    second = weights[:, :, 1]
    shift = losses / (1 - losses * second)
    seen = (observed.sum(axis=-1) * second * (1 - second) * shift**2).sum(axis=-1)
    power: Floats = 1 - chndtr(chdtri(1, MISMATCH_P), 1, seen)
    return power


def table_of(rows: Sequence[Row], seed: int) -> Table:
    """The rows for a terminal of 100 columns."""
    title = f"{rows[0].runs:,} runs each, seed {seed}, threshold {MISMATCH_P}"
    columns = ("experiment", "people", "ours", "bounds", "bar", "totals", "squares", "ceiling")
    table = Table(*columns, title=title, box=SIMPLE_HEAD)
    for row in rows:
        digits = 1 if row.world.loss else 3
        bar = "" if row.bar is None else f"{'>=' if row.world.loss else '<='} {row.bar:.1%}"
        shares = [f"{share:.{digits}%}" for share in (row.totals, row.squares)]
        table.add_row(
            row.world.name, f"{row.world.people:,}", f"{row.ours:.{digits + 1}%}",
            f"{row.low:.{digits + 1}%}-{row.high:.{digits + 1}%}", bar, *shares,
            "" if row.ceiling is None else f"{row.ceiling:.1%}",
        )  # fmt: skip
    return table


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("python -m bench.splits", description=__doc__)
    parser.add_argument("--runs", type=int, default=200_000, help="experiments a row")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar is missed")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if `--check` finds a bar that is missed."""
    asked = parse(arguments)
    rows = [measure(world, asked.runs, asked.seed) for world in (*QUIET, *LOSSY, *NO_BAR)]
    if asked.json:
        print(json.dumps([asdict(row) for row in rows]))
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        Console(width=None if sys.stdout.isatty() else 110).print(table_of(rows, asked.seed))
        print(f"peak memory {peak:.0f} MiB")
    missed = [row for row in rows if row.is_missed] if asked.check else []
    for row in missed:
        print(f"{row.world.name}: {row.ours:.3%}, the bar is {row.bar:.1%}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
