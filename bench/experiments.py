"""Whether results of experiments can be believed: `python -m bench.experiments [--check]`.

Error rates, power and coverage by simulation, each with its one-sided 95 % Monte-Carlo bound beside
its bar, and the rules that others use beside ours on the same worlds. The split's check is
`python -m bench.splits`, adaptive allocation `python -m bench.adaptation`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench import coverage_of_effects as effects
from bench import looks, margins
from marketing.experiments.bucketing import bucket_ranges, buckets, choose_arm

_PEOPLE, _EXPERIMENTS = 1_000_000, 20


def assignment_seconds(people: int = _PEOPLE) -> float:
    """CPU seconds to assign a million people to twenty experiments of three arms."""
    ids = np.array([f"user-{i}" for i in range(people)])
    ranges = bucket_ranges(3, 1.0, [0.1, 0.45, 0.45])
    began = time.process_time()
    for number in range(_EXPERIMENTS):
        choose_arm(buckets(f"experiment-{number}", ids), ranges)
    return time.process_time() - began


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.experiments", description=__doc__)
    parser.add_argument("--worlds", type=int, default=20_000, help="simulated experiments")
    parser.add_argument("--seed", type=int, default=20_261_128)
    parser.add_argument("--check", action="store_true", help="exit 1 where a bar is missed")
    asked = parser.parse_args(arguments)
    table = Table(
        box=SIMPLE_HEAD, title=f"{asked.worlds:,} simulated experiments, seed {asked.seed}"
    )
    for head in ("scenario", "rule", "share", "bound", "bar"):
        table.add_column(head, justify="left" if head in ("scenario", "rule", "bar") else "right")
    missed = []

    def add(scenario: str, rule: str, share: str, bound: str, bar: str, *, met: bool) -> None:
        table.add_row(scenario, rule, share, bound, bar if met else f"{bar}: missed")
        if not met:
            missed.append(f"{scenario}, {rule}: {share} ({bound}), bar {bar}")

    for scenario in looks.NULLS:
        for each in looks.measure(scenario, asked.worlds, asked.seed):
            bar = "≤ 5.3 %, bound ≤ 5.5 %" if each.rule == looks.OURS else ""
            met = not bar or (each.share <= 0.053 and each.bound <= 0.055)
            add(f"no effect, {each.scenario}", each.rule, f"{each.share:.2%}", f"{each.bound:.2%}",
                bar, met=met)  # fmt: skip
    found = {each.rule: each for each in looks.measure(looks.POWER, asked.worlds, asked.seed)}
    for each in found.values():
        of_fixed = each.share / found["one look at the end"].share
        bar = "≥ 92 % of one look's" if each.rule == looks.OURS else ""
        add(each.scenario, each.rule, f"{each.share:.1%}", f"{of_fixed:.1%} of one look's", bar,
            met=not bar or of_fixed >= 0.92)  # fmt: skip
    rows = effects.measure(asked.worlds, asked.seed) + margins.measure(asked.worlds, asked.seed)
    for row in rows:
        add(row.scenario, row.rule, row.shown, row.bound, row.bar, met=row.met)
    seconds = assignment_seconds()
    add("1M people to 20 experiments", "hash v2", f"{seconds:.2f} s", "CPU", "≤ 3 s",
        met=seconds <= 3)  # fmt: skip
    Console().print(table)
    for line in missed:
        sys.stderr.write(line + "\n")
    return 1 if asked.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
