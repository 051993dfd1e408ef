"""What a history has to hold, by event."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from marketing.personas.fields import needed
from marketing.personas.parts import Part, all_events, kind_of
from marketing.personas.shapes import span
from marketing.personas.traits import Moment


class Kept(msgspec.Struct, frozen=True):
    """Of one event: from when on (microseconds, None is ever), and the properties beside it."""

    since_us: int | None
    numbers: tuple[str, ...]
    texts: tuple[str, ...]

    def holds(self, other: Kept) -> bool:
        early = self.since_us is None or (
            other.since_us is not None and self.since_us <= other.since_us
        )
        return (
            early and set(other.numbers) <= set(self.numbers)
            and set(other.texts) <= set(self.texts)
        )  # fmt: skip


Plan = dict[str, Kept]


def plan(parts: Iterable[Part], moment: Moment) -> Plan:
    """What a history has to hold for these parts (those that merge need none), by event."""
    found: Plan = {}
    for part in parts:
        if kind_of(part).merge is not None:
            continue
        fields = needed([part])
        mine = Kept(span(part.window, moment, is_open=True)[0], fields.numbers, fields.texts)
        for name in all_events(part):
            found[name] = _both(found[name], mine) if name in found else mine
    return found


def _both(one: Kept, other: Kept) -> Kept:
    ever = one.since_us is None or other.since_us is None
    return Kept(
        None if ever else min(one.since_us or 0, other.since_us or 0),
        tuple(sorted({*one.numbers, *other.numbers})),
        tuple(sorted({*one.texts, *other.texts})),
    )


def numbers(what: Plan) -> tuple[str, ...]:
    """Properties that are kept as numbers, of whatever event; sorted: the place names the file."""
    return tuple(sorted({name for kept in what.values() for name in kept.numbers}))


def texts(what: Plan) -> tuple[str, ...]:
    """The same of texts."""
    return tuple(sorted({name for kept in what.values() for name in kept.texts}))
