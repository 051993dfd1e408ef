"""Which events are meant: a name, and what their properties must be."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import reduce
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from marketing.conditions.types import Filter

if TYPE_CHECKING:
    from marketing.events.scans import Expression

MOST_FILTERS = 8
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "not_eq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class EventChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events of this name that pass every filter; an event without the property passes none."""

    event: Name
    where: Annotated[tuple[Filter, ...], msgspec.Meta(max_length=MOST_FILTERS)] = ()

    def __post_init__(self) -> None:
        for each in self.where:
            if isinstance(each.value, tuple):
                raise ValueError("a filter here compares with one value")
            if each.op not in COMPARE:
                raise ValueError(f"a filter's op is one of {', '.join(COMPARE)}")
            if not 1 <= len(each.property) <= 120:
                raise ValueError("a filter names a property of 1 to 120 characters")


def names(choices: Iterable[EventChoice]) -> tuple[str, ...]:
    """Each event once, in order."""
    return tuple(dict.fromkeys(choice.event for choice in choices))


def holds(rows: Expression, choice: EventChoice) -> Expression:
    """A boolean column over ``rows`` (event, properties): never null."""
    is_named = rows.event == choice.event
    properties = rows.properties.cast("json") if choice.where else None
    return reduce(operator.and_, (_passes(properties, each) for each in choice.where), is_named)


def _passes(properties: Expression, each: Filter) -> Expression:
    """As in the traits: texts compare with texts, numbers and flags with numbers."""
    import ibis

    from marketing.events.scans import number, value

    if isinstance(each.value, str):
        passes = COMPARE[each.op](value(properties, each.property).str, each.value)
    else:
        if isinstance(each.value, tuple):
            raise AssertionError("a filter here has one value")
        passes = COMPARE[each.op](number(properties, each.property), float(each.value))
    return passes.fill_null(ibis.literal(False))
