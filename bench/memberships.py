"""What the analysis of memberships costs: `python -m bench.memberships`.

Of so many people in 50 random segments, what the pages and the API compute within a request, beside
the same with boolean arrays in plain numpy.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from segments.analysis.history import Change, history
from segments.analysis.overlap import overlaps, parts
from segments.analysis.rfm_grid import rfm_grid
from segments.analysis.transitions import transitions

SEGMENTS, DAYS, STAGES = 50, 90, 5
BAR_S = 1.0  # CPU, each, at a million people


def measured(work: Callable[[], Any]) -> float:
    """CPU seconds of the second time."""
    work()
    started = time.process_time()
    work()
    return time.process_time() - started


def rows(people: int) -> dict[str, tuple[float, float | None]]:
    """Name to (ours, the baseline; None: there is none), CPU seconds."""
    chance = np.random.default_rng(7)
    masks = {f"s{i}": chance.random(people) < chance.uniform(0.01, 0.5) for i in range(SEGMENTS)}
    sets = {key: bitmap(mask) for key, mask in masks.items()}
    six = {key: sets[key] for key in list(sets)[:6]}
    everybody = BitMap(range(people))
    levels = [chance.integers(1, 6, people).astype(np.float64) for _ in range(2)]
    money = chance.gamma(1, 9_000, people)
    before, after = (chance.integers(0, STAGES, people) for _ in range(2))
    then, now = ({str(i): bitmap(each == i) for i in range(STAGES)} for each in (before, after))
    changes = moved(sets["s0"], people, chance)
    until = changes[-1].as_of
    return {
        "overlap of 50 segments": (measured(lambda: overlaps(sets, everybody)),
                                   measured(lambda: plain_overlaps(masks))),
        "exact parts of 6": (measured(lambda: parts(six)), None),
        "RFM grid": (measured(lambda: rfm_grid(levels[0], levels[1], money)),
                     measured(lambda: plain_grid(levels, money))),
        "transitions of 5 stages": (measured(lambda: transitions(then, now)),
                                    measured(lambda: plain_moves(before, after))),
        "stays, 90 days, 2 % move a day": (
            measured(lambda: history(changes, until, UTC)), None),
    }  # fmt: skip


def bitmap(mask: NDArray[np.bool_]) -> BitMap:
    return BitMap(np.flatnonzero(mask).astype(np.uint32))


def moved(first: BitMap, people: int, chance: np.random.Generator) -> list[Change]:
    at, inside = datetime(2024, 1, 1, tzinfo=UTC), first
    found = [Change(at, first, BitMap())]
    for day in range(1, DAYS):
        after = inside ^ BitMap(chance.integers(0, people, people // 50).astype(np.uint32))
        found.append(Change(at + timedelta(days=day), after - inside, inside - after))
        inside = after
    return found


def plain_overlaps(masks: dict[str, NDArray[np.bool_]]) -> list[int]:
    return [int((masks[a] & masks[b]).sum()) for a, b in combinations(masks, 2)]


def plain_grid(levels: list[NDArray[np.float64]], money: NDArray[np.float64]) -> list[float]:
    return [
        float(np.median(money[(levels[0] == r) & (levels[1] == f)]))
        for r in range(1, 6) for f in range(1, 6)
    ]  # fmt: skip


def plain_moves(before: NDArray[np.int64], after: NDArray[np.int64]) -> list[int]:
    return [int(((before == a) & (after == b)).sum()) for a in range(STAGES) for b in range(STAGES)]


def missed(found: dict[str, tuple[float, float | None]], people: int) -> list[str]:
    bar = BAR_S * max(1.0, people / 1e6)
    return [f"{name}: {ours:.2f} s, the bar is {bar:.2f}"
            for name, (ours, _plain) in found.items() if ours > bar]  # fmt: skip


def show(found: dict[str, tuple[float, float | None]], people: int) -> None:
    table = Table(box=SIMPLE_HEAD, title=f"{people:,} people, {SEGMENTS} segments")
    for head in ("", "ours, CPU s", "numpy, CPU s", "ratio"):
        table.add_column(head, justify="left" if not head else "right")
    for name, (ours, plain) in found.items():
        ratio = "" if plain is None else f"{ours / plain:.2f}"
        table.add_row(name, f"{ours:.3f}", "" if plain is None else f"{plain:.3f}", ratio)
    Console().print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Console().print(f"peak memory {peak:,.0f} MB")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true", help="exit 1 where a bar is missed")
    asked = parser.parse_args(arguments)
    found = rows(asked.people)
    if asked.json:
        print(json.dumps({name: {"ours_s": a, "numpy_s": b} for name, (a, b) in found.items()}))
    else:
        show(found, asked.people)
    wrong = missed(found, asked.people) if asked.check else []
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
