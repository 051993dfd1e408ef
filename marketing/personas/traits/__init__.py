"""The registry of trait functions: many events in, one number or text per person out.

Each member says it twice: as an Ibis aggregate (a population, in the warehouse's engine) and as a
plain Python fold over one person's events (the second source that the conformance suite holds it
to).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from marketing.conditions.types import Scalar, TraitSpec
from marketing.kernel.errors import Invalid, unknown_name
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text

DAY_US = 86_400_000_000
FILTER_OPS = ("eq", "ne", "gt", "gte", "lt", "lte")
# An Ibis expression; the library ships no types.
Expression = Any


class Moment(NamedTuple):
    """Now, in microseconds since 1970 UTC, and the local UTC offset of the workspace now."""

    now_us: int
    offset_us: int


class Happening(NamedTuple):
    """One event that the spec counts, with the value of the spec's property (None = absent)."""

    at_us: int
    number: float | None
    text: str | None


class Rows(NamedTuple):
    """The columns an aggregate may use. ``inside`` is the spec's own window and filter."""

    at_us: Expression
    number: Expression
    text: Expression
    inside: Expression


class TraitFunction:
    """The contract. ``empty`` is the answer for a person without such events."""

    needs_property: ClassVar[bool] = False
    is_text: ClassVar[bool] = False
    empty: ClassVar[Scalar] = None
    phrase: ClassVar[Text]

    @classmethod
    def aggregate(cls, rows: Rows, moment: Moment) -> Expression:
        """An Ibis scalar aggregate over one person's rows, null where there is nothing."""
        raise NotImplementedError

    @classmethod
    def fold(cls, happenings: Sequence[Happening], moment: Moment) -> Scalar:
        """The same over events in time order; None where there is nothing."""
        raise NotImplementedError


TRAITS: Registry[TraitFunction] = Registry(__name__, TraitFunction, "trait function")


def check(spec: TraitSpec) -> type[TraitFunction]:
    """The function of a spec; raises NotFound or Invalid with the fix."""
    function = TRAITS.get(spec.function, pointer="/function")
    for name in [spec.property or "", *(each.property for each in spec.where)]:
        if '"' in name or "\\" in name:
            raise Invalid(
                f"A property's name cannot hold quotes or backslashes: {name}",
                code="bad_property",
                pointer="/property",
                fix="Rename the property where it is sent.",
            )
    for each in spec.where:
        if each.op not in FILTER_OPS:
            raise unknown_name("filter operator", each.op, FILTER_OPS, pointer="/where")
    if function.needs_property and not spec.property:
        raise Invalid(
            f"'{spec.function}' needs a property",
            code="missing_property",
            pointer="/property",
            fix="Name the numeric property to read.",
        )
    return function
