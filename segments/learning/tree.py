"""Classifier segments: from examples to a condition that an operator can read and edit.

A shallow decision tree (Breiman et al., 1984) learns to tell the examples from everybody else; its
paths become a condition, and from then on the condition is the segment. It is checked on people
who were held out: what is reported is the condition's own precision and recall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from marketing.conditions.types import Columns, Ref
from marketing.kernel.errors import Invalid
from segments.analysis.shares import Share, share_of
from segments.learning.clusterers import sample_rows
from segments.learning.columns import Bools, Ints
from segments.learning.growing import (
    Branch,
    Codes,
    Leaf,
    branches,
    coded,
    depth_of,
    grow,
    matrix,
    predicted,
)
from segments.learning.questions import Document, leaf
from segments.learning.tree_condition import document

MAX_DEPTH: Final = 4
MAX_PEOPLE: Final = 200_000
HELD_OUT: Final = 0.3
FOLDS: Final = 3
# A deeper tree must be better by so much F1, or the shallower one is taken.
WORTH_A_LEVEL: Final = 0.01
FEWEST_EXAMPLES: Final = 50
FEWEST_IN_LEAF: Final = 20
LEAST_LEAF_SHARE: Final = 0.005


@dataclass(frozen=True)
class TreeSegment:
    """``document`` parses as a condition. ``precision``: of the held-out people whom it picks, the
    share that are examples (None: it picks nobody); ``recall``: of the held-out examples, the share
    picked; ``base_rate`` in (0, 1): the share of examples, the precision of a pick at random.
    """

    document: Document
    tree: Branch
    depth: int
    precision: Share | None
    recall: Share | None
    base_rate: float
    learned_from: int


def learn_tree(
    columns: Columns, refs: Sequence[Ref], people: Ints, holds: Bools, seed: int,
    *, min_precision: float = 0.5, max_depth: int = MAX_DEPTH,
) -> TreeSegment:  # fmt: skip
    """``people`` int64[m], ``holds`` bool[m]: who is an example. At most 200,000 are looked at.

    ``min_precision``: the least share of examples in a part that is picked. Raises Invalid:
    ``too_few_examples``, ``no_columns``, ``no_rule``, ``not_in_conditions``.
    """
    _require(refs, people, holds, max_depth)
    chosen = sample_rows(len(people), MAX_PEOPLE, seed)
    people, holds = people[chosen], holds[chosen]
    is_held_out = _held_out(holds, seed)
    learning, learning_holds = people[~is_held_out], holds[~is_held_out]
    features = coded(columns, refs, learning)
    if not features:
        raise Invalid("No column differs between people", code="no_columns", fix="Choose others.")
    depth = _depth(features, learning_holds, max_depth, min_precision, seed)
    tree = grow(features, learning_holds, depth, _min_people(len(learning)), seed)
    branch = branches(tree, features, min_precision)
    if isinstance(branch, Leaf):
        raise Invalid(
            "These columns do not tell the examples from everybody else", code="no_rule",
            fix="Choose more columns, or be content with a lower precision.",
        )  # fmt: skip
    precision, recall = _checked(branch, columns, people[is_held_out], holds[is_held_out])
    return TreeSegment(document(branch), branch, depth_of(branch), precision, recall,
                       float(holds.mean()), len(learning))  # fmt: skip


def _require(refs: Sequence[Ref], people: Ints, holds: Bools, max_depth: int) -> None:
    if len(people) != len(holds) or not 1 <= max_depth <= MAX_DEPTH:
        raise Invalid(f"{len(holds)} answers for {len(people)} people, depth {max_depth}",
                      code="bad_examples", fix=f"A depth is 1 to {MAX_DEPTH}.")  # fmt: skip
    for ref in refs:
        leaf(ref, "is_known", None)
    fewest = min(int(holds.sum()), int((~holds).sum()))
    if fewest < FEWEST_EXAMPLES:
        raise Invalid(
            f"{fewest} people are too few to learn from; {FEWEST_EXAMPLES} inside and as many"
            " outside are needed",
            code="too_few_examples", fix="Take a larger segment or more people.",
        )  # fmt: skip


def _held_out(holds: Bools, seed: int) -> Bools:
    """bool[m]: 30 % of the examples and 30 % of the others."""
    order = np.random.default_rng(seed).permutation(len(holds))
    answer = np.zeros(len(holds), dtype=bool)
    for side in (order[holds[order]], order[~holds[order]]):
        answer[side[: ceil(HELD_OUT * len(side))]] = True
    return answer


def _min_people(n: int) -> int:
    return max(FEWEST_IN_LEAF, ceil(LEAST_LEAF_SHARE * n))


def _depth(
    features: Sequence[Codes], holds: Bools, max_depth: int, min_precision: float, seed: int
) -> int:
    """The shallowest whose F1, over three folds, is nearly the best."""
    fold = np.random.default_rng([seed, 1]).permutation(len(holds)) % FOLDS
    scores = [
        np.mean([_f1(features, holds, fold == turn, depth, min_precision, seed)
                 for turn in range(FOLDS)])
        for depth in range(1, max_depth + 1)
    ]  # fmt: skip
    good = max(scores) - WORTH_A_LEVEL
    return 1 + next(i for i, score in enumerate(scores) if score >= good)


def _f1(
    features: Sequence[Codes], holds: Bools, out: Bools, depth: int, min_precision: float, seed: int
) -> float:
    """On the fold ``out`` bool[m], by scikit-learn's own answers; 0 where nobody is picked."""
    rest = [Codes(each.codes[~out], each.questions) for each in features]
    tree = grow(rest, holds[~out], depth, _min_people(int((~out).sum())), seed)
    chances = tree.predict_proba(matrix([Codes(f.codes[out], f.questions) for f in features]))
    picked = (
        chances[:, -1] >= min_precision if len(tree.classes_) == 2 else np.zeros(out.sum(), bool)
    )
    hits = int((picked & holds[out]).sum())
    return 2 * hits / max(int(picked.sum()) + int(holds[out].sum()), 1)


def _checked(
    branch: Branch, columns: Columns, people: Ints, holds: Bools
) -> tuple[Share | None, Share | None]:
    picked = predicted(branch, columns, people)
    hits = int((picked & holds).sum())
    return share_of(hits, int(picked.sum())), share_of(hits, int(holds.sum()))
