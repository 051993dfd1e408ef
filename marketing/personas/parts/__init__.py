"""The registry of parts: what scans answer and slides keep up to date.

A trait is made of parts (a mean of a total and a number of values); equal parts of several traits
are computed once. A part whose values can be merged is kept up to date by what came and what
expired; any other is computed again for the people it may have changed for.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Filter, Step, Then
from marketing.kernel.hashing import content_hash
from marketing.kernel.registry import Registry
from marketing.kernel.windows import ALL_TIME, Window

Moments: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[np.float64]
# An Ibis expression; the library ships no types.
Expression = Any
# Sums count whole ten-thousandths, so that they are exact in any order and on any engine.
FIXED = 10_000
# A number beyond is no measurement: it is read as missing, and counted by the data quality page.
LARGEST = 1e12


class Shape(StrEnum):
    """How rows are prepared before a person's answer is taken from them."""

    ROWS = "rows"  # each event once
    VALUES = "values"  # each different text of the property, how often and when last
    DAYS = "days"  # each local day once
    SEQUENCE = "sequence"  # each event with the next one that may follow it
    STEPS = "steps"  # the earliest moment of each step after the one before


class Merge(StrEnum):
    """How two answers of one person become one."""

    ADD = "add"
    LEAST = "least"
    GREATEST = "greatest"


class Part(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One value per person. ``events`` are sorted, so that equal parts are one."""

    kind: str
    events: tuple[str, ...]
    property: str | None = None
    where: tuple[Filter, ...] = ()
    window: Window = ALL_TIME
    then: Then | None = None
    steps: tuple[Step, ...] = ()

    def key(self) -> str:
        """Unique and stable: the name of the part's column."""
        return content_hash(self, 16)


def all_events(part: Part) -> tuple[str, ...]:
    """Every event that can change it."""
    steps = (*part.steps, *((part.then.step,) if part.then else ()))
    return tuple(sorted({*part.events, *(name for step in steps for name in step.events)}))


class Rows(NamedTuple):
    """The columns an aggregate may use. ``inside``: the part's own window and filters."""

    at_us: Expression
    number: Expression
    text: Expression
    inside: Expression


class Texts(NamedTuple):
    """One row per person and different text. ``inside``: it was seen within the part's window.

    ``often``: how many times within that window; only where the kind ``counts`` them.
    ``newest``: when last, in microseconds.
    """

    text: Expression
    newest: Expression
    often: Expression
    inside: Expression


class PartKind:
    """The contract. ``empty``: the answer for a person without such events, None if missing."""

    shape: ClassVar[Shape] = Shape.ROWS
    merge: ClassVar[Merge | None] = None
    reads: ClassVar[str] = ""  # "number" or "text": what it takes of the property
    is_text: ClassVar[bool] = False
    empty: ClassVar[int | None] = None
    is_whole: ClassVar[bool] = False  # small whole numbers: kept as int32
    ages: ClassVar[bool] = False  # changes as hours pass, even if nothing happens
    counts: ClassVar[bool] = False  # needs how often each text was seen (of ``Shape.VALUES``)

    @classmethod
    def of(cls, at_us: Moments, number: Numbers) -> Numbers:
        """What each counting event adds, float64[n] (``number`` is NaN where it is absent)."""
        raise NotImplementedError

    @classmethod
    def aggregate(cls, rows: Rows) -> Expression:
        """An Ibis scalar aggregate over one person's rows (of ``Shape.ROWS``)."""
        raise NotImplementedError

    @classmethod
    def over_texts(cls, texts: Texts) -> Expression:
        """An Ibis scalar aggregate over one person's texts (of ``Shape.VALUES``)."""
        raise NotImplementedError

    @classmethod
    def over_days(cls, days: Expression, today: int) -> Expression:
        """person and ``answer`` from (person, day) rows of one window (of ``Shape.DAYS``)."""
        raise NotImplementedError


PARTS: Registry[PartKind] = Registry(__name__, PartKind, "part")


def filters(part: Part) -> Iterator[Filter]:
    """Every filter that it applies."""
    yield from part.where
    for step in (*part.steps, *((part.then.step,) if part.then else ())):
        yield from step.where


def ages(part: Part) -> bool:
    """Does it change as hours pass, even if nothing happens?"""
    return kind_of(part).ages or (part.then is not None and part.then.negate)


def kind_of(part: Part) -> type[PartKind]:
    return PARTS.get(part.kind)
