"""Yes-or-no questions about one persona column, as a tree asks them and as a condition says them.

A question's two sides are leaves of the condition language, evaluated by its rules: a comparison
with a missing value is false and its negation true. So where people without a value go is said by
how the side is written, not beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from marketing.conditions.types import Columns, Ref
from marketing.kernel.errors import Invalid
from segments.learning.columns import Bools, Ints, choices, is_text, taken

# Where a person without a value goes: with the yes, with the no, or to neither side.
Missing: TypeAlias = Literal["yes", "no", "neither"]
# The criterion that reads a kind of column, and its field for the column's name.
CRITERIA: Final = {
    "attribute": ("attribute", "name"),
    "trait": ("trait", "name"),
    "score": ("score", "name"),
    "percentile": ("score_percentile", "name"),
    "segment": ("segment", "name"),
    "reachable": ("reachable", "channel"),
}
Document: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class Above:
    """Is the number more than ``bound``?"""

    ref: Ref
    bound: float | int
    missing: Missing

    def side(self, yes: bool) -> Document:
        if self.missing == "neither":
            return leaf(self.ref, "gt" if yes else "lte", self.bound)
        if self.missing == "no":
            return _either(leaf(self.ref, "gt", self.bound), yes)
        return _either(leaf(self.ref, "lte", self.bound), not yes)

    def ask(self, columns: Columns, people: Ints) -> tuple[Bools, Bools]:
        column = taken(columns, self.ref, people)
        present = np.asarray(column.present)
        more = present & (np.asarray(column.values, dtype=np.float64) > self.bound)
        less = present & (np.asarray(column.values, dtype=np.float64) <= self.bound)
        if self.missing == "neither":
            return more, less
        return (more, ~more) if self.missing == "no" else (~less, less)


@dataclass(frozen=True)
class Is:
    """Is it this category, or is the flag set (True)? Who has no value is not."""

    ref: Ref
    value: str | Literal[True]

    def side(self, yes: bool) -> Document:
        return _either(leaf(self.ref, "eq", self.value), yes)

    def ask(self, columns: Columns, people: Ints) -> tuple[Bools, Bools]:
        if is_text(columns, self.ref):
            codes, names = choices(columns, self.ref, people)
            right = np.array([*(name == self.value for name in names), False])[codes]
        else:
            column = taken(columns, self.ref, people)
            right = np.asarray(column.present) & (np.asarray(column.values) == self.value)
        return right, ~right


@dataclass(frozen=True)
class Known:
    """Is there a value at all? With ``reversed``: is there none?"""

    ref: Ref
    reversed: bool = False

    def side(self, yes: bool) -> Document:
        return _either(leaf(self.ref, "is_known", None), yes != self.reversed)

    def ask(self, columns: Columns, people: Ints) -> tuple[Bools, Bools]:
        present = np.asarray(taken(columns, self.ref, people).present)
        return (~present, present) if self.reversed else (present, ~present)


Question: TypeAlias = Above | Is | Known


def leaf(ref: Ref, op: str, value: float | str | bool | None) -> Document:
    """Raises Invalid for a column that no criterion reads."""
    if ref.kind not in CRITERIA:
        raise Invalid(
            f"A condition cannot read {ref}", code="not_in_conditions",
            fix=f"Choose columns of these kinds: {', '.join(CRITERIA)}.",
        )  # fmt: skip
    kind, field = CRITERIA[ref.kind]
    return {"type": kind, field: ref.name, "op": op, "value": value}


def _either(document: Document, yes: bool) -> Document:
    return document if yes else {"not": document}
