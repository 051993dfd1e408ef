"""What a scan of the data's quality finds."""

from __future__ import annotations

import msgspec

from marketing.personas.cleaning_rule import CleaningRule

DAYS = 30


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of cleaning as it stood when it was counted. ``drops``: beyond it there is none."""

    property: str
    lowest: float | None = None
    highest: float | None = None
    drops: bool = False


def rule_of(row: CleaningRule) -> Rule:
    """As it stands now, stored or not."""
    return Rule(property=row.property, lowest=row.lowest, highest=row.highest, drops=row.drops)


class Touched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of ``values``: moved up to the lowest, moved down to the highest, made missing."""

    rule: Rule
    values: int
    below: int
    above: int
    dropped: int

    @property
    def touched(self) -> int:
        return self.below + self.above + self.dropped

    @property
    def share(self) -> float:
        """0 to 1; 0 of nothing."""
        return self.touched / self.values if self.values else 0.0


class Spread(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A property's numbers in events of one name, as they were sent.

    ``missing``: events of the name without a number there. ``suggested_lowest`` and
    ``suggested_highest``: see ``limits.suggested``; None: no limit is suggested on that side.
    """

    event: str
    property: str
    values: int
    missing: int
    lowest: float
    p1: float
    median: float
    p99: float
    highest: float
    suggested_lowest: float | None = None
    suggested_highest: float | None = None


class Repeats(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of an event: how many of so many are likely to have been sent twice."""

    event: str
    events: int
    repeats: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.repeats / self.events


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``repeats``: of events that have any, the most first. ``left_out``: numeric properties
    beyond what a scan reads.
    """

    spreads: tuple[Spread, ...] = ()
    repeats: tuple[Repeats, ...] = ()
    rules: tuple[Touched, ...] = ()
    left_out: int = 0
