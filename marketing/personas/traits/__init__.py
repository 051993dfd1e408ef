"""The registry of trait functions: many events in, one number or text per person out.

Each member says it twice: as parts that scans and slides compute for a population (``parts``,
``finish``), and as a plain Python fold over one person's events (``fold``), the second source that
the conformance suite holds it to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple, Protocol
from zoneinfo import ZoneInfo

import numpy as np

from marketing.conditions.types import FILTER_OPS, Column, Filter, Scalar, Step, TraitSpec
from marketing.kernel.errors import Invalid, unknown_name
from marketing.kernel.local_days import Offsets, offsets
from marketing.kernel.moments import HOUR_US, microseconds
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text
from marketing.kernel.windows import Window
from marketing.personas.parts import PARTS, Part


class Moment(NamedTuple):
    """Now, in the workspace's time zone."""

    now: datetime
    zone: ZoneInfo

    @property
    def hour_us(self) -> int:
        """When the running hour began: what ages does so by whole hours."""
        return microseconds(self.now) // HOUR_US * HOUR_US

    @property
    def offsets(self) -> Offsets:
        return offsets(self.zone, self.now)


class Happening(NamedTuple):
    """One event that counts, with the value of the property that was asked (None = absent)."""

    at_us: int
    number: float | None
    text: str | None


class History(Protocol):
    """One person's events, for the plain fold."""

    def of(self, step: Step, window: Window, property: str | None = None) -> Sequence[Happening]:
        """Those that count, in time order."""
        ...


class TraitFunction:
    """The contract. ``empty`` is the answer for a person without such events."""

    needs_property: ClassVar[bool] = False
    needs: ClassVar[str] = ""  # "then", "steps" or "against": which further field of the spec
    empty: ClassVar[Scalar] = None
    is_text: ClassVar[bool] = False
    unit: ClassVar[str] = ""  # "days", "share", "times"; empty: the property's own
    phrase: ClassVar[Text]

    @classmethod
    def parts(cls, spec: TraitSpec) -> tuple[Part, ...]:
        """What must be known per person."""
        raise NotImplementedError

    @classmethod
    def finish(cls, parts: Sequence[Column], spec: TraitSpec, moment: Moment) -> Column:
        """From the parts' columns (length n each) to the trait's; one part is the trait itself."""
        return parts[0]

    @classmethod
    def fold(cls, spec: TraitSpec, history: History, moment: Moment) -> Scalar:
        """The same for one person, plainly; None where there is nothing."""
        raise NotImplementedError


TRAITS: Registry[TraitFunction] = Registry(__name__, TraitFunction, "trait function")


def part(kind: str, spec: TraitSpec, window: Window | None = None) -> Part:
    """The part of this kind over the spec's own events; counts of events read no property."""
    return Part(
        kind=kind,
        events=tuple(sorted(set(spec.events))),
        property=spec.property if PARTS.get(kind).reads else None,
        where=spec.where,
        window=spec.window if window is None else window,
        then=spec.then,
        steps=spec.steps,
    )


def own(spec: TraitSpec) -> Step:
    """The events that the spec itself counts."""
    return Step(events=spec.events, where=spec.where)


def told(spec: TraitSpec, history: History) -> Sequence[Happening]:
    """The spec's own events, in time order."""
    return history.of(own(spec), spec.window, spec.property)


def numbers_told(spec: TraitSpec, history: History) -> list[float]:
    return [each.number for each in told(spec, history) if each.number is not None]


def texts_told(spec: TraitSpec, history: History) -> list[str]:
    return [each.text for each in told(spec, history) if each.text is not None]


def numbers(column: Column) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """float64[n], NaN where missing."""
    values = np.asarray(column.values, dtype=np.float64)
    return np.where(column.present, values, np.nan)


def known(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Column:
    """A column in which NaN is missing."""
    return Column(values, ~np.isnan(values))


def days_ago(at: Column, spec: TraitSpec, moment: Moment) -> Column:
    """Local days from each moment (microseconds) to now; missing before the spec's window."""
    offsets, since = moment.offsets, spec.window.bounds(moment.now, moment.zone)[0]
    present = np.asarray(at.present)
    if since is not None:
        present = present & (np.asarray(at.values) >= microseconds(since))
    at_us = np.where(present, np.asarray(at.values), 0).astype(np.int64)
    days = offsets.day(microseconds(moment.now)) - offsets.days(at_us)
    return known(np.where(present, days.astype(np.float64), np.nan))


def check(spec: TraitSpec) -> type[TraitFunction]:
    """The function of a spec; raises NotFound or Invalid with the fix."""
    function = TRAITS.get(spec.function, pointer="/function")
    if not spec.events:
        raise Invalid("A trait needs an event", code="missing_event", pointer="/events",
                      fix="Name at least one event.")  # fmt: skip
    if function.needs_property and not spec.property:
        raise Invalid(
            f"'{spec.function}' needs a property",
            code="missing_property",
            pointer="/property",
            fix="Name the property to read.",
        )
    check_name(spec.property or "")
    _check_filters(spec.where)
    for further in ("then", "steps", "against"):
        if (function.needs == further) != bool(getattr(spec, further)):
            verb = "needs" if function.needs == further else "takes no"
            raise Invalid(
                f"'{spec.function}' {verb} '{further}'",
                code="bad_trait",
                pointer=f"/{further}",
                fix="See the trait functions in the docs.",
            )
    for i, step in enumerate(spec.steps):
        _check_filters(step.where, f"/steps/{i}/where")
    if spec.then is not None:
        _check_filters(spec.then.step.where, "/then/step/where")
    if spec.against is not None:
        check(spec.against)
    return function


def _check_filters(filters: Sequence[Filter], pointer: str = "/where") -> None:
    for each in filters:
        check_name(each.property)
        if each.op not in FILTER_OPS:
            raise unknown_name("filter operator", each.op, FILTER_OPS, pointer=pointer)
        if (each.op == "one_of") != isinstance(each.value, tuple):
            raise Invalid(
                f"'{each.op}' cannot take {each.value!r}",
                code="bad_operand",
                pointer=pointer,
                fix="'one_of' takes a list, the others one value.",
            )
        if each.op in ("contains", "in_list") and not isinstance(each.value, str):
            raise Invalid(f"'{each.op}' takes a text", code="bad_operand", pointer=pointer,
                          fix="Give a text.")  # fmt: skip


def check_name(name: str) -> None:
    """Raises Invalid for a property's name that no engine can be asked for."""
    if '"' in name or "\\" in name or "'" in name or len(name) > 100:
        raise Invalid(
            f"A property's name cannot hold quotes or backslashes: {name}",
            code="bad_property",
            pointer="/property",
            fix="Rename the property where it is sent.",
        )
