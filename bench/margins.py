"""How often a guardrail that is worse by just its margin is said to be safe, or worse than that."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from bench.coverage_of_effects import Row
from marketing.experiments.statistics.compare import Cell, Shape, compare
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.score import rate_difference
from marketing.experiments.statistics.sufficient import Proportion

Z = float(ndtri(0.975))
_RATE, _MARGIN = 0.05, 0.2
_MOST = 0.03  # 2.5 % are meant, to either side


def measure(worlds: int, seed: int) -> list[Row]:
    """A tenth held out, 5 % do it there, a fifth of that may be lost and is. Beside it the rule
    that takes the control's value as known.
    """
    rng = np.random.default_rng(seed)
    found = []
    for held_out, treated in ((1_000, 9_000), (10_000, 10_000)):
        ours, known = np.zeros(2), np.zeros(2)
        for _world in range(worlds):
            t = Proportion(treated, int(rng.binomial(treated, _RATE * (1 - _MARGIN))))
            c = Proportion(held_out, int(rng.binomial(held_out, _RATE)))
            ours += _said(_z(t, c))
            known += _said_as_known(t, c)
        scenario = f"guardrail at its margin, {held_out:,} of {held_out + treated:,} held out"
        for rule, counts in (("kept share of the control", ours), ("control's value known", known)):
            safe, worse = counts / worlds
            is_ours = counts is ours
            found.append(Row(
                scenario, rule, f"safe {safe:.2%}", f"worse {worse:.2%}",
                "each ≤ 3 %" if is_ours else "", not is_ours or max(safe, worse) <= _MOST,
            ))  # fmt: skip
    return found


def _z(treated: Proportion, control: Proportion) -> float:
    one, other = (Pairs(each.n, each.successes, 0.0, each.successes) for each in (treated, control))
    found = compare(Shape.RATE, [Cell(one, other)], keep=1 - _MARGIN)
    return found.z if found else 0.0


def _said(z: float) -> tuple[bool, bool]:
    """(safe, worse)"""
    return z > Z, z < -Z


def _said_as_known(treated: Proportion, control: Proportion) -> tuple[bool, bool]:
    found = rate_difference(treated, control)
    ends = found.bounds(Z) if found else None
    borne = -_MARGIN * (control.rate or 0.0)
    return (ends[0] > borne, ends[1] < borne) if ends else (False, False)
