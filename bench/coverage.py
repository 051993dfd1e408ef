"""Does the interval we print hold the truth as often as it says? `python -m bench.coverage`

Each seed assigns people to a holdout and the treated arms by the product's bucketing, draws
simulated answers whose effect is stated, and asks every method for its 95 % interval of all
treated against the holdout. Coverage is the share of seeds whose interval holds the stated
effect. The Monte-Carlo error says how far that share may be off by the luck of the seeds. The
defaults are the demo's win-back campaign.
"""

import argparse
import json
import resource
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

from bench.intervals import agresti_caffo, wald
from marketing.demo.answers import (
    WIN_BACK_EFFECT,
    WIN_BACK_HOLDOUT,
    WIN_BACK_PEOPLE,
    AnswerEffect,
    simulate_answers,
    stated_effect,
)
from marketing.experiments.bucketing import bucket_ranges, buckets, choose_arm
from marketing.experiments.statistics.difference import difference_in_proportions
from marketing.experiments.statistics.interval import Interval, normal_quantile
from marketing.experiments.statistics.score import rate_difference
from marketing.experiments.statistics.sufficient import Proportion

OURS = "ours"  # the score interval


def score(treated: Proportion, control: Proportion) -> Interval | None:
    """What the product prints of one look."""
    found = rate_difference(treated, control)
    ends = found and found.bounds(normal_quantile(0.95))
    return Interval(found.value, *ends, 0.95) if found and ends else None


METHODS: dict[str, Callable[[Proportion, Proportion], Interval | None]] = {
    OURS: score,
    "Newcombe": difference_in_proportions,
    "Wald": wald,
    "Agresti-Caffo": agresti_caffo,
}
BAR = (0.94, 0.96)
GRID_PEOPLE = (500, 1_000, 4_000, 16_000)
GRID_BASE = (0.02, 0.08, 0.3)


@dataclass(frozen=True)
class Case:
    """One simulated experiment; `base` and `effects` as shares, one effect a treated arm."""

    seeds: int
    people: int
    holdout: float
    base: float
    effects: tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """One method on one case; `covered` and `monte_carlo_error` are shares of the seeds.

    `missed_below` and `missed_above` count intervals wholly below and above the truth.
    """

    case: Case
    method: str
    covered: float
    monte_carlo_error: float
    mean_width: float
    width_to_wald: float
    missed_below: int
    missed_above: int


def assign(case: Case, seed: int) -> NDArray[np.int8]:
    """int8[people]: 0 = holdout, then the treated arms in equal shares."""
    n_arms = len(case.effects)
    weights = [case.holdout, *[(1 - case.holdout) / n_arms] * n_arms]
    ids = [f"person-{i}" for i in range(case.people)]
    return choose_arm(buckets(f"coverage-{seed}", ids), bucket_ranges(n_arms + 1, 1.0, weights))


def simulate(case: Case, seed: int) -> tuple[Proportion, Proportion, float]:
    """Treated, holdout and the stated effect of one seed."""
    arm = assign(case, seed)
    effect = AnswerEffect(case.base, case.effects)
    converts = simulate_answers(arm, effect, seed)
    truth = stated_effect(effect, np.bincount(arm, minlength=len(case.effects) + 1).tolist())
    if truth is None or not (arm == 0).any():
        raise SystemExit(f"seed {seed}: a group is empty; use more people")
    return Proportion.of(converts[arm > 0]), Proportion.of(converts[arm == 0]), truth


def measure(case: Case) -> list[Row]:
    """One row a method, all on the same answers."""
    quiet = not sys.stderr.isatty()
    seeds = track(range(case.seeds), "seeds", console=Console(stderr=True), disable=quiet)
    bounds = np.array([list(_bounds(*simulate(case, seed))) for seed in seeds])
    low, high = bounds[..., 0], bounds[..., 1]  # float64[seeds, methods], relative to the truth
    covered = ((low <= 0) & (high >= 0)).mean(axis=0)
    width = (high - low).mean(axis=0)
    to_wald = width / width[list(METHODS).index("Wald")]
    below, above = (high < 0).sum(axis=0), (low > 0).sum(axis=0)
    return [
        Row(
            case, method, float(covered[i]), sqrt(covered[i] * (1 - covered[i]) / case.seeds),
            float(width[i]), float(to_wald[i]), int(below[i]), int(above[i]),
        )
        for i, method in enumerate(METHODS)
    ]  # fmt: skip


def _bounds(treated: Proportion, control: Proportion, truth: float) -> Iterator[list[float]]:
    for method in METHODS.values():
        interval = method(treated, control)
        if interval is None:
            raise SystemExit("a method gave no interval for groups that are not empty")
        yield [interval.low - truth, interval.high - truth]


def table_of(rows: Sequence[Row]) -> Table:
    """The rows for a terminal of 80 columns; holdout and effects are the same in all."""
    first = rows[0].case
    effects = " and ".join(f"{100 * effect:+g}" for effect in first.effects)
    title = (
        f"{first.seeds} seeds, 95 % intervals, holdout {first.holdout:.0%}, effects {effects} pp"
    )
    columns = ("people", "base", "method", "coverage", "width pp", "to Wald", "missed")
    table = Table(*columns, title=title, box=SIMPLE_HEAD)
    for row in rows:
        covered = f"{row.covered:.1%} ±{100 * row.monte_carlo_error:.2f}"
        missed = f"{row.missed_below}/{row.missed_above}"
        table.add_row(
            f"{row.case.people}", f"{row.case.base:.0%}", row.method, covered,
            f"{100 * row.mean_width:.2f}", f"{row.width_to_wald:.3f}", missed,
        )  # fmt: skip
    return table


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("python -m bench.coverage", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="seeds 0 to N-1")
    parser.add_argument("--people", type=int, default=WIN_BACK_PEOPLE)
    parser.add_argument("--holdout", type=float, default=WIN_BACK_HOLDOUT, help="share of people")
    parser.add_argument(
        "--base", type=float, default=WIN_BACK_EFFECT.base_rate, help="the holdout's conversion"
    )
    parser.add_argument("--effect", type=float, nargs="+", default=WIN_BACK_EFFECT.effects,
                        help="what each treated arm adds (0.03 = 3 points)")  # fmt: skip
    parser.add_argument("--grid", action="store_true", help="also other sizes and base rates")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit 1 outside 94-96 %%")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if `--check` finds the asked case (not the grid) outside the bar."""
    asked = parse(arguments)
    case = Case(asked.seeds, asked.people, asked.holdout, asked.base, tuple(asked.effect))
    grid = [
        Case(case.seeds, people, case.holdout, base, case.effects)
        for base in GRID_BASE for people in GRID_PEOPLE
    ] if asked.grid else []  # fmt: skip
    rows = [row for one in [case, *grid] for row in measure(one)]
    if asked.json:
        print(json.dumps([asdict(row) for row in rows]))
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        Console(width=None if sys.stdout.isatty() else 100).print(table_of(rows))
        print("ours: score interval; ±: Monte-Carlo error; missed: truth above/truth below")
        print(f"peak memory {peak:.0f} MiB")
    covered = rows[list(METHODS).index(OURS)].covered
    if asked.check and not BAR[0] <= covered <= BAR[1]:
        print(f"coverage {covered:.1%} is outside {BAR[0]:.0%} to {BAR[1]:.0%}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
