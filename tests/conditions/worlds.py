"""Random people and random conditions about them, and what a condition plainly means."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from marketing.conditions.criteria import Criterion
from marketing.conditions.operators import OPERATORS
from marketing.conditions.parse import parse
from marketing.conditions.types import Column, Columns, Operand, Ref, Scalar
from marketing.kernel.errors import NotFound

# Integers that a float64 holds exactly: columns are float64.
NUMBERS = st.integers(-5, 5) | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, width=64)
TEXTS = st.sampled_from(["", "a", "ab", "上海", "上海市", "北京", "1", "True"]) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="{}\x00"), max_size=4
)
FLAGS = st.booleans()
SCALARS = NUMBERS | TEXTS | FLAGS
# What a column of each kind can hold; a missing value is None.
VALUES: dict[str, st.SearchStrategy[Scalar]] = {
    "number": st.none() | st.integers(-3, 3).map(float) | st.floats(),
    "text": st.none() | TEXTS,
    "flag": st.none() | FLAGS,
}
OPERANDS: dict[str, st.SearchStrategy[Operand]] = {
    "number": NUMBERS,
    "text": TEXTS.filter(bool),
    "scalar": SCALARS,
    "list": st.lists(SCALARS, min_size=1, max_size=4).map(tuple),
    "pair": st.tuples(NUMBERS, NUMBERS),
    "nothing": st.none(),
}


def population(kind: str, values: Sequence[Scalar]) -> Column:
    """The column that holds these people's values, None where it is missing."""
    present = np.array([value is not None for value in values], dtype=bool)
    if kind == "text":
        categories = tuple(sorted({value for value in values if isinstance(value, str)}))
        codes = [categories.index(value) if isinstance(value, str) else -1 for value in values]
        return Column(np.array(codes, dtype=np.int32), present, categories)
    if kind == "flag":
        return Column(np.array([value is True for value in values], dtype=bool), present)
    held = [np.nan if value is None else value for value in values]
    return Column(np.array(held, dtype=np.float64), present)


def person(value: Scalar) -> Column:
    return Column(value, value is not None)


@dataclass(frozen=True)
class Table(Columns):
    """Columns by name; ``asked`` remembers which were read."""

    columns: Mapping[Ref, Column]
    asked: list[Ref]

    def column(self, ref: Ref) -> Column:
        self.asked.append(ref)
        if ref not in self.columns:
            raise NotFound(str(ref))
        return self.columns[ref]


def table(columns: Mapping[Ref, Column]) -> Table:
    return Table(columns, [])


# One leaf of every criterion, without operator and operand, and what its column holds.
LEAVES: list[tuple[dict[str, object], str]] = [
    ({"type": "attribute", "name": "city"}, "text"),
    ({"type": "attribute", "name": "age"}, "number"),
    ({"type": "trait", "name": "orders"}, "number"),
    ({"type": "event", "event": "Order Completed", "window": {"days": 30}}, "number"),
    ({"type": "event", "event": ["A", "B"], "function": "sum", "property": "price",
      "where": [{"property": "city", "op": "eq", "value": "上海"}]}, "number"),
    ({"type": "score", "name": "churn"}, "number"),
    ({"type": "score_percentile", "name": "churn"}, "number"),
    ({"type": "segment", "name": "new"}, "flag"),
    ({"type": "reachable", "channel": "push"}, "flag"),
    ({"type": "random_bucket", "seed": "spring"}, "number"),
]  # fmt: skip
KINDS = [kind for _leaf, kind in LEAVES]


def ref_of(leaf: dict[str, object]) -> Ref:
    node = parse({"version": 1, "condition": {**leaf, "op": "is_known", "value": None}})
    assert isinstance(node, Criterion)
    return node.ref()


REFS = [ref_of(leaf) for leaf, _kind in LEAVES]
# A person: one value a leaf.
PERSONAS = st.tuples(*(VALUES[kind] for kind in KINDS))

# What the shipped operators mean, said once more and without arrays.
MEANING: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "not_eq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "between": lambda value, pair: pair[0] <= value <= pair[1],
    "contains": lambda value, part: part in value,
    "one_of": lambda value, several: any(value == each for each in several),
    "is_known": lambda value, nothing: True,
}
ONLY_ON = {"gt": float, "gte": float, "lt": float, "lte": float, "between": float, "contains": str}


def holds(document: Any, values: Sequence[Scalar]) -> bool:
    """Whether a condition (as JSON) is true of one person: the reference of the law."""
    if "all" in document:
        return all(holds(part, values) for part in document["all"])
    if "any" in document:
        return any(holds(part, values) for part in document["any"])
    if "not" in document:
        return not holds(document["not"], values)
    about = {name: each for name, each in document.items() if name not in ("op", "value")}
    value = values[[leaf for leaf, _kind in LEAVES].index(about)]
    op = document["op"]
    if value is None or not isinstance(value, ONLY_ON.get(op, object)):
        return False
    return MEANING[op](value, document.get("value"))


def _as_json(operand: Operand) -> object:
    return list(operand) if isinstance(operand, tuple) else operand


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, object]:
    """A leaf whose operand is one that its operator takes, of any type."""
    about, _kind = draw(st.sampled_from(LEAVES))
    op = draw(st.sampled_from(sorted(MEANING)))
    operand = draw(OPERANDS[OPERATORS.get(op).takes])
    return {**about, "op": op, "value": _as_json(operand)}


def conditions(depth: int) -> st.SearchStrategy[dict[str, object]]:
    """Groups nest at most ``depth`` deep."""
    if depth == 0:
        return leaves()
    inner = conditions(depth - 1)
    parts = st.lists(inner, max_size=3)
    return st.one_of(
        leaves(),
        parts.map(lambda found: {"all": found}),
        parts.map(lambda found: {"any": found}),
        inner.map(lambda found: {"not": found}),
    )
