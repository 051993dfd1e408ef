"""The values of the condition language. Plain Python and numpy.

A column is (values, present). A population is columns of length n; one person is columns of
Python scalars, five times cheaper than arrays of length 1. A comparison with a missing value is
false, and its negation (``not``) is therefore true.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.hashing import content_hash
from marketing.kernel.windows import ALL_TIME, Window

Scalar: TypeAlias = bool | int | float | str | None
# bool[n] for a population, bool for one person.
Mask: TypeAlias = NDArray[np.bool_] | bool
Operand: TypeAlias = bool | int | float | str | tuple[bool | int | float | str, ...] | None
MaskArray: TypeAlias = NDArray[np.bool_]


class Column(NamedTuple):
    """``values``: an array [n] or a scalar. Text populations hold int32 codes into ``categories``.

    Where ``present`` is false the value means nothing.
    """

    values: NDArray[np.generic] | Scalar
    present: Mask
    categories: tuple[str, ...] | None = None

    def at(self, row: int) -> Column:
        """One person's scalar column out of a population's."""
        if not isinstance(self.values, np.ndarray) or not isinstance(self.present, np.ndarray):
            return self
        value = self.values[row].item()
        if self.categories is not None:
            value = self.categories[value] if self.present[row] else None
        return Column(value, bool(self.present[row]))

    def take(self, rows: NDArray[np.int64]) -> Column:
        """The columns of some people, in the order of ``rows`` (int64[m])."""
        if not isinstance(self.values, np.ndarray) or not isinstance(self.present, np.ndarray):
            raise TypeError("a scalar column has no rows")
        return Column(self.values[rows], self.present[rows], self.categories)


class Ref(NamedTuple):
    """The name of a persona column: ``Ref("trait", "orders_90d")``."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


# The local day of the evaluation, days since 1970-01-01: a scalar column, the same for everybody.
TODAY = Ref("clock", "today")


class Columns(Protocol):
    """Where an evaluation reads from."""

    def column(self, ref: Ref) -> Column:
        """Raises NotFound for a column that does not exist."""
        ...


class Filter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event counts only if its property compares so. ``op``: see ``FILTER_OPS``.

    A text operand meets the property's text (numbers and flags as they are written), a number or
    flag its number; a property that is absent meets nothing, not even ``not_eq``. ``in_list``
    takes the name of a list that the workspace resolves (``concept:algebra``: its contents).
    """

    property: str
    op: str = "eq"
    value: bool | int | float | str | tuple[bool | int | float | str, ...]


FILTER_OPS = ("eq", "not_eq", "gt", "gte", "lt", "lte", "one_of", "contains", "in_list")


class Step(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Any of these events under these filters."""

    events: tuple[str, ...]
    where: tuple[Filter, ...] = ()


class Then(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What follows, or (``negate``) does not follow, strictly later and within so much time."""

    step: Step
    within_hours: int
    negate: bool = False


class TraitSpec(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One value per person from events: a function, over events, over a window.

    ``then``: only for sequences. ``steps``: what follows the first step of a funnel. ``against``:
    the denominator of a ratio. ``missing``: what a person without an answer gets instead.
    """

    function: str
    events: tuple[str, ...]
    property: str | None = None
    where: tuple[Filter, ...] = ()
    window: Window = ALL_TIME
    then: Then | None = None
    steps: tuple[Step, ...] = ()
    against: TraitSpec | None = None
    missing: float | None = None

    def key(self) -> str:
        """Unique, readable and stable: the name of the column when the trait has no other."""
        parts = [self.function, "+".join(self.events), self.property or "", self.window.key()]
        return "|".join([*(part for part in parts if part), content_hash(self, 8)])
