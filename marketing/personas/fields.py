"""The columns of events that a scan reads: person, event, moment, and the properties it needs."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis

from marketing.conditions.types import Filter
from marketing.personas.cleaning import Cleaning
from marketing.personas.parts import Expression, Part, filters, kind_of

TABLE = "zhixin_events"
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "not_eq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


@dataclass(frozen=True)
class Fields:
    """Which properties are read as numbers and which as text; their columns' names.

    ``also_sent``: numbers that are read once more as they were sent, beside what cleaning makes of
    them.
    """

    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    also_sent: tuple[str, ...] = ()

    def number(self, name: str) -> str:
        return f"n{self.numbers.index(name)}"

    def text(self, name: str) -> str:
        return f"t{self.texts.index(name)}"

    def sent(self, name: str) -> str:
        return f"s{self.also_sent.index(name)}"

    @property
    def columns(self) -> dict[str, str]:
        """Each column's name and type."""
        found = {self.number(name): "float64" for name in self.numbers}
        found |= {self.sent(name): "float64" for name in self.also_sent}
        return found | {self.text(name): "string" for name in self.texts}

    def table(self) -> Expression:
        """The relation that every engine provides, as an unbound Ibis table."""
        columns = {"person": "int64", "event": "string", "at_us": "int64"}
        return ibis.table(columns | self.columns, name=TABLE)


def needed(parts: Iterable[Part]) -> Fields:
    """What these parts read, filters included."""
    numbers: set[str] = set()
    texts: set[str] = set()
    for part in parts:
        reads = kind_of(part).reads
        if part.property and reads:
            (numbers if reads == "number" else texts).add(part.property)
        for each in filters(part):
            numbers |= {each.property} if _has_numbers(each) else set()
            texts |= {each.property} if _has_texts(each) else set()
    return Fields(tuple(sorted(numbers)), tuple(sorted(texts)))


def _operands(each: Filter) -> tuple[bool | int | float | str, ...]:
    return each.value if isinstance(each.value, tuple) else (each.value,)


def _has_texts(each: Filter) -> bool:
    return any(isinstance(value, str) for value in _operands(each))


def _has_numbers(each: Filter) -> bool:
    return any(not isinstance(value, str) for value in _operands(each))


def passes(
    rows: Expression, fields: Fields, where: tuple[Filter, ...], cleaning: Cleaning
) -> Expression:
    """Does each row meet all filters? Never null."""
    answers = [_passes(rows, fields, each, cleaning) for each in where]
    return reduce(operator.and_, answers, ibis.literal(True))


def _passes(rows: Expression, fields: Fields, each: Filter, cleaning: Cleaning) -> Expression:
    if each.op == "in_list":
        allowed = list(cleaning.lists.get(str(each.value), ()))
        found = rows[fields.text(each.property)].isin(allowed) if allowed else ibis.literal(False)
    elif each.op == "one_of":
        found = reduce(
            operator.or_, (_equals(rows, fields, each.property, v) for v in _operands(each))
        )
    elif each.op == "contains":
        found = rows[fields.text(each.property)].contains(each.value)
    else:
        column, wanted = _side(rows, fields, each.property, each.value)
        found = _COMPARE[each.op](column, wanted)
    return found.fill_null(ibis.literal(False))


def _equals(rows: Expression, fields: Fields, name: str, value: object) -> Expression:
    column, wanted = _side(rows, fields, name, value)
    return (column == wanted).fill_null(ibis.literal(False))


def _side(rows: Expression, fields: Fields, name: str, value: object) -> tuple[Expression, object]:
    if isinstance(value, str):
        return rows[fields.text(name)], value
    return rows[fields.number(name)], float(value)  # type: ignore[arg-type]
