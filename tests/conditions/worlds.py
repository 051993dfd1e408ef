"""Random people and random conditions about them, and what a condition plainly means."""

from __future__ import annotations

import json
import operator
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from marketing.conditions.criteria import Criterion
from marketing.conditions.operators import OPERATORS
from marketing.conditions.parse import parse
from marketing.conditions.types import TODAY, Column, Columns, Operand, Ref, Scalar
from marketing.kernel.errors import NotFound

# Integers that a float64 holds exactly: columns are float64.
NUMBERS = st.integers(-5, 5) | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, width=64)
TEXTS = st.sampled_from(
    [
        "",
        "a",
        "ab",
        "上海",
        "上海市",
        "北京",
        "1",
        "True",
        "2024-06-12",
        "1996-02-29",
        "2023-06-15T08:00:00Z",
        "2024-13-01",
        "3.10.2",
        "v3.9",
        "3",
        '["a","上海"]',
        '["1"]',
        "[a",
        "中国/上海/浦东",
        "CN-31",
        "cn-31-Pudong",
        "CN",
    ]
) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}\x00"), max_size=4)
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
    "date": st.sampled_from(["2024-06-12", "1996-02-29", "2023-06-15"]) | st.dates().map(str),
    "days": st.sampled_from([1, 3, 7, 366]) | st.integers(1, 3_660),
    "version": st.sampled_from(["3.10", "v3.9.0", "3", "10.0.1-beta"]),
}
# The local day of every evaluation here: leap years have their 29 February around it.
DAY = date(2024, 2, 27)
TODAY_IS = (DAY - date(1970, 1, 1)).days


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
        if ref == TODAY:
            return Column(TODAY_IS, True)
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
    ({"type": "sequence", "event": "Product Added", "window": {"days": 30},
      "then": {"step": {"events": ["Order Completed"]}, "within_hours": 48, "negate": True}},
     "number"),
    ({"type": "label", "name": "interests"}, "text"),
    ({"type": "subscription", "field": "state"}, "text"),
    ({"type": "subscription", "field": "days_to_renewal"}, "number"),
    ({"type": "since_entered", "name": "new"}, "number"),
    ({"type": "content_progress", "content": "algebra"}, "number"),
    ({"type": "content_stalled", "content": "algebra"}, "number"),
    ({"type": "concept_affinity", "concept": "函数"}, "number"),
    ({"type": "consent", "channel": "push"}, "flag"),
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
    "starts_with": lambda value, part: value[: len(part)] == part,
    "ends_with": lambda value, part: value[max(len(value) - len(part), 0) :] == part,
    "date_before": lambda value, other: _is_date(value) and _date(value) < _date(other),
    "date_after": lambda value, other: _is_date(value) and _date(value) > _date(other),
    "date_in_last_days": lambda value, n: _is_date(value) and 0 <= (DAY - _date(value)).days < n,
    "date_in_next_days": lambda value, n: _is_date(value) and 0 <= (_date(value) - DAY).days < n,
    "anniversary_in_next_days": lambda value, n: _is_date(value) and any(
        _is_anniversary(_date(value), DAY + timedelta(days=ahead)) for ahead in range(min(n, 400))
    ),
    "has_any": lambda value, several: bool(_set(value) & {str(each) for each in several}),
    "has_all": lambda value, several: {str(each) for each in several} <= _set(value),
    "in_region": lambda value, several: any(_is_within(value, str(each)) for each in several),
    "version_gte": lambda value, other: _compared(value, other) in (0, 1),
    "version_lt": lambda value, other: _compared(value, other) == -1,
}  # fmt: skip
ONLY_ON: dict[str, type] = dict.fromkeys(["gt", "gte", "lt", "lte", "between"], float) | (
    dict.fromkeys(set(MEANING) - {"eq", "not_eq", "one_of", "is_known"}, str)
    | dict.fromkeys(["gt", "gte", "lt", "lte", "between"], float)
)


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d([T ].*)?", text, re.ASCII | re.DOTALL):
        return False
    try:
        _date(text)
    except ValueError:
        return False
    return True


def _date(text: str) -> date:
    return date(int(text[:4]), int(text[5:7]), int(text[8:10]))


def _is_anniversary(born: date, day: date) -> bool:
    if day.year <= born.year:
        return False
    if (born.month, born.day) == (2, 29) and (day.month, day.day) == (2, 28):
        return (day + timedelta(days=1)).day == 1
    return (born.month, born.day) == (day.month, day.day)


def _set(text: str) -> set[str]:
    try:
        found = json.loads(text) if text.startswith("[") else None
    except ValueError:
        found = None
    is_set = isinstance(found, list) and all(isinstance(each, str) for each in found)
    return set(found) if is_set and found is not None else {text}


def _is_within(place: str, region: str) -> bool:
    mine, wanted = (
        "\0".join(part.strip() for part in re.split("[-/>·]", text.casefold().strip())) + "\0"
        for text in (place, region)
    )
    return mine.startswith(wanted)


def _compared(value: str, other: str) -> int | None:
    mine, theirs = _version(value), _version(other)
    return None if mine is None or theirs is None else (mine > theirs) - (mine < theirs)


def _version(text: str) -> list[int] | None:
    found = re.match(r"\s*[vV]?(\d{1,9}(\.\d{1,9}){0,5})\s*($|[-+ ])", text)
    if found is None:
        return None
    numbers = [int(each) for each in found.group(1).split(".")]
    return (numbers + [0] * 6)[:6]


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


class Dealt:
    """Conditions and people dealt from a seed: thousands of them in seconds."""

    NUMBERS = (-3, 0, 1, 2, 2.5, 3, 2**53, -0.0, 1e300)
    TEXTS = ("", "a", "ab", "上海", "上海市", "北京", "1", "True", "2024-02-27", "1996-02-29",
             "2024-03-01T08:00:00Z", "2024-13-01", "3.10.2", "v3.9", "3", '["a","上海"]', '["1"]',
             "[a", "中国/上海/浦东", "CN-31", "cn-31-Pudong", "CN", "İ", "𠮷")  # fmt: skip
    DAYS = (1, 2, 3, 4, 7, 30, 366)

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def scalar(self) -> Scalar:
        return self.chance.choice((*self.NUMBERS, *self.TEXTS, True, False))

    def operand(self, takes: str) -> object:
        pick = self.chance.choice
        dealt: dict[str, Callable[[], object]] = {
            "number": lambda: pick(self.NUMBERS), "text": lambda: pick(self.TEXTS[1:]),
            "scalar": self.scalar, "list": lambda: [self.scalar() for _ in range(pick((1, 2, 4)))],
            "pair": lambda: [pick(self.NUMBERS), pick(self.NUMBERS)], "nothing": lambda: None,
            "date": lambda: pick(("2024-02-27", "1996-02-29", "2024-03-01")),
            "days": lambda: pick(self.DAYS), "version": lambda: pick(("3.10", "v3.9.0", "3")),
        }  # fmt: skip
        return dealt[takes]()

    def condition(self, depth: int) -> dict[str, object]:
        word = self.chance.choice(("all", "any", "not", "leaf", "leaf")) if depth else "leaf"
        if word == "leaf":
            about, _kind = self.chance.choice(LEAVES)
            op = self.chance.choice(tuple(MEANING))
            return {**about, "op": op, "value": self.operand(OPERATORS.get(op).takes)}
        if word == "not":
            return {"not": self.condition(depth - 1)}
        return {word: [self.condition(depth - 1) for _ in range(self.chance.randrange(4))]}

    def person(self) -> tuple[Scalar, ...]:
        held: dict[str, Callable[[], Scalar]] = {
            "number": lambda: float(self.chance.choice(self.NUMBERS)),
            "text": lambda: self.chance.choice(self.TEXTS),
            "flag": lambda: self.chance.random() < 0.5,
        }
        return tuple(None if self.chance.random() < 0.2 else held[kind]() for kind in KINDS)
