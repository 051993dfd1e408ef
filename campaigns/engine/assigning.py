"""Who belongs to which slice, holdout and arm: hashes of people's ids, and what they have seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from campaigns.engine.contextual import Contextual
from campaigns.engine.types import ARM, TESTER, Programme, Rule
from marketing.conditions.types import Columns, Ref
from marketing.experiments.bucketing import bucket_ranges, buckets, choose_arm, in_namespaces
from marketing.experiments.statistics.adaptive.allocation import pick

Rows = NDArray[np.int64]


def testers(rule: Rule, columns: Columns, n: int) -> NDArray[np.int8]:
    """int8[n]: the arm that a tester asked for, -1: no tester."""
    return (
        known_arms(columns, TESTER, np.arange(n)) if rule.has_testers else np.full(n, -1, np.int8)
    )


def in_slice(rule: Rule, ids: Sequence[str]) -> NDArray[np.bool_]:
    """bool[m]: may take part, by the layer."""
    if rule.layer is None or not ids:
        return np.ones(len(ids), dtype=bool)
    return in_namespaces(list(ids), rule.layer)


def held_by(rule: Rule, columns: Columns, rows: Rows, ids: Sequence[str]) -> NDArray[np.int8]:
    """int8[m] of these rows: index of the first programme that holds the person out, -1: none."""
    found = np.full(len(rows), -1, dtype=np.int8)
    for i, programme in enumerate(rule.programmes):
        held = _is_held(programme, columns, rows, ids)
        found[held & (found < 0)] = i
    return found


def _is_held(
    programme: Programme, columns: Columns, rows: Rows, ids: Sequence[str]
) -> NDArray[np.bool_]:
    if not len(rows):
        return np.zeros(0, dtype=bool)
    held = buckets(programme.seed, list(ids)) < programme.holdout
    if programme.remembers:
        seen = known_arms(columns, programme.arm, rows)
        held = np.where(seen >= 0, seen == 0, held)
    return np.asarray(held)


def split(
    rule: Rule, columns: Columns, rows: Rows, ids: Sequence[str]
) -> tuple[NDArray[np.int8], NDArray[np.float64] | None]:
    """(int8[m]: 0 the holdout, i the i-th variant; the chances of each arm if they are the
    person's own). Stable: a hash of the campaign and the person, and the arm that was seen stays.
    """
    if not ids:
        return np.zeros(0, dtype=np.int8), None
    chances = None
    if rule.contextual is not None:
        chances = _chances(rule.contextual, rule.weights, columns, rows)
    arms = by_weights(rule, ids) if chances is None else _by_chances(rule, ids, chances)
    if rule.remembers:
        seen = known_arms(columns, ARM, rows)
        arms = np.where((seen >= 0) & (seen < len(rule.weights)), seen, arms).astype(np.int8)
    return arms, chances


def by_weights(rule: Rule, ids: Sequence[str]) -> NDArray[np.int8]:
    """int8[m] by the rule's weights alone."""
    if not ids:
        return np.zeros(0, dtype=np.int8)
    ranges = bucket_ranges(len(rule.weights), 1.0, list(rule.weights))
    return choose_arm(buckets(rule.key, list(ids)), ranges)


def _by_chances(rule: Rule, ids: Sequence[str], chances: NDArray[np.float64]) -> NDArray[np.int8]:
    return pick(chances, buckets(rule.key, list(ids)))


def _chances(
    contextual: Contextual, weights: Sequence[float], columns: Columns, rows: Rows
) -> NDArray[np.float64]:
    """float64[m, arms]: the holdout's share, the rest by who the person is; nothing for variants
    that were taken away.
    """
    holdout = weights[0]
    shares = contextual.shares(columns, rows) * (np.array(weights[1:]) > 0)
    shares *= (1 - holdout) / shares.sum(axis=1, keepdims=True)
    return np.column_stack([np.full(len(rows), holdout), shares])


def known_arms(columns: Columns, ref: Ref, rows: Rows) -> NDArray[np.int8]:
    """int8[m]; -1 where the ledger knows none."""
    column = columns.column(ref).take(rows)
    values = np.nan_to_num(np.asarray(column.values, dtype=np.float64))
    return np.where(np.asarray(column.present), values, -1.0).astype(np.int8)
