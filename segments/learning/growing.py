"""A shallow tree of questions: grown by scikit-learn on codes, kept as plain questions.

Each column becomes codes: the number of its bounds (``cuts``) below the value. Where values are
missing there are two copies, one with missing below everything and one with missing above, so the
tree learns where missing people go. A text becomes a yes-or-no column for each frequent category.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from marketing.conditions.types import Columns, Ref
from segments.learning.columns import Bools, Floats, Ints, choices, is_flag, is_text, taken
from segments.learning.cuts import cuts
from segments.learning.questions import Above, Is, Known, Missing, Question

if TYPE_CHECKING:
    from sklearn.tree import DecisionTreeClassifier

MAX_CATEGORIES: Final = 20
# Kinds of columns in which 0 and 1 are no and yes, not numbers.
SAID: Final = ("attribute", "segment", "reachable")


@dataclass(frozen=True)
class Codes:
    """One column of what the tree learns from: ``codes`` float64[m], small whole numbers."""

    codes: Floats
    questions: tuple[Question, ...]

    def asked(self, threshold: float) -> Question:
        """The question that "code > threshold" asks, for -1 < threshold < the highest code."""
        return self.questions[floor(threshold) - int(self.codes.min())]


@dataclass(frozen=True)
class Leaf:
    """Where it ends: ``hits`` of the ``people`` it was learned from are in the segment."""

    holds: bool
    people: int
    hits: int


@dataclass(frozen=True)
class Split:
    question: Question
    no: Branch
    yes: Branch


Branch: TypeAlias = Leaf | Split


def coded(columns: Columns, refs: Sequence[Ref], people: Ints) -> list[Codes]:
    """Everything that may be asked about these people (int64[m]); constants are left out."""
    return [each for ref in refs for each in _coded(columns, ref, people)
            if each.codes.min() < each.codes.max()]  # fmt: skip


def grow(
    features: Sequence[Codes], holds: Bools, depth: int, min_people: int, seed: int
) -> DecisionTreeClassifier:
    """Gini splits; no leaf has fewer than ``min_people``."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=min_people, random_state=seed)
    return tree.fit(matrix(features), holds)


def matrix(features: Sequence[Codes]) -> Floats:
    """float64[m, f]."""
    return np.stack([each.codes for each in features], axis=1)


def branches(
    tree: DecisionTreeClassifier, features: Sequence[Codes], min_precision: float
) -> Branch:
    """The grown tree as questions; a leaf holds if at least ``min_precision`` of its people do.

    Two leaves of one answer are one leaf: a question that decides nothing is not asked.
    """
    grown = tree.tree_

    def at(node: int) -> Branch:
        if grown.children_left[node] < 0:
            people, share = int(grown.n_node_samples[node]), float(grown.value[node][0][1])
            return Leaf(share >= min_precision, people, round(share * people))
        question = features[grown.feature[node]].asked(float(grown.threshold[node]))
        return _joined(question, at(grown.children_left[node]), at(grown.children_right[node]))

    return at(0)


def predicted(branch: Branch, columns: Columns, people: Ints) -> Bools:
    """bool[m]: the tree's own answer, not by way of a condition."""
    if isinstance(branch, Leaf):
        return np.full(len(people), branch.holds)
    yes, no = branch.question.ask(columns, people)
    answer = np.zeros(len(people), dtype=bool)
    answer[yes] = predicted(branch.yes, columns, people[yes])
    answer[no] = predicted(branch.no, columns, people[no])
    return answer


def depth_of(branch: Branch) -> int:
    """How many questions are asked at most."""
    if isinstance(branch, Leaf):
        return 0
    return 1 + max(depth_of(branch.no), depth_of(branch.yes))


def _joined(question: Question, no: Branch, yes: Branch) -> Branch:
    if isinstance(no, Leaf) and isinstance(yes, Leaf) and no.holds == yes.holds:
        return Leaf(no.holds, no.people + yes.people, no.hits + yes.hits)
    return Split(question, no, yes)


def _coded(columns: Columns, ref: Ref, people: Ints) -> Iterator[Codes]:
    if is_text(columns, ref):
        yield from _categories(columns, ref, people)
        return
    column = taken(columns, ref, people)
    values = np.where(column.present, np.asarray(column.values, dtype=np.float64), np.nan)
    if np.asarray(column.values).dtype == np.bool_ or (ref.kind in SAID and is_flag(values)):
        yield Codes((values == 1).astype(np.float64), (Is(ref, True),))
        yield Codes((~np.isnan(values)).astype(np.float64), (Known(ref),))
    else:
        yield from _numbers(ref, values)


def _numbers(ref: Ref, values: Floats) -> Iterator[Codes]:
    missing = np.isnan(values)
    bounds = cuts(values[np.isfinite(values)])
    codes = np.searchsorted(np.array(bounds, np.float64), values).astype(np.float64)
    if not missing.any():
        yield Codes(codes, _above(ref, bounds, "neither"))
        return
    low = np.where(missing, -1.0, codes)
    yield Codes(low, (Known(ref), *_above(ref, bounds, "no")))
    high = np.where(missing, len(bounds) + 1.0, codes)
    yield Codes(high, (*_above(ref, bounds, "yes"), Known(ref, reversed=True)))


def _above(ref: Ref, bounds: Sequence[float | int], missing: Missing) -> tuple[Question, ...]:
    return tuple(Above(ref, bound, missing) for bound in bounds)


def _categories(columns: Columns, ref: Ref, people: Ints) -> Iterator[Codes]:
    codes, names = choices(columns, ref, people)
    sizes = np.bincount(codes[codes >= 0], minlength=len(names))
    for code in np.argsort(-sizes, kind="stable")[:MAX_CATEGORIES]:
        yield Codes((codes == code).astype(np.float64), (Is(ref, names[code]),))
    yield Codes((codes >= 0).astype(np.float64), (Known(ref),))
