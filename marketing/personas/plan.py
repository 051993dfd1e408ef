"""Which scans answer a set of traits: one per group of (shape, events, near or far windows)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from marketing.conditions.types import TraitSpec
from marketing.kernel.windows import Window
from marketing.personas.parts import Part, Shape, all_events, kind_of
from marketing.personas.traits import check

# A window that starts further back shares its scan with all time: it would undo the pruning.
REACH_DAYS = 120


@dataclass(frozen=True)
class Scan:
    """One pruned pass: these events since ``since`` (None = ever) answer these parts."""

    shape: Shape
    events: tuple[str, ...]
    since: datetime | None
    parts: tuple[Part, ...]


def parts_of(specs: Mapping[str, TraitSpec]) -> dict[str, Part]:
    """The distinct parts of all traits, by key."""
    found = {}
    for spec in specs.values():
        for part in check(spec).parts(spec):
            found[part.key()] = part
    return found


def make(parts: Iterable[Part], now: datetime, zone: ZoneInfo) -> list[Scan]:
    """Parts over the same events share a scan if both windows are near or both are far."""
    groups: dict[Hashable, list[Part]] = {}
    for part in sorted(parts, key=lambda each: each.key()):
        groups.setdefault(_group(part, now, zone), []).append(part)
    return [
        Scan(kind_of(each[0]).shape, all_events(each[0]), _earliest(each, now, zone), tuple(each))
        for each in groups.values()
    ]


def starts(window: Window, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When a window starts in UTC; None for all time."""
    return window.bounds(now, zone)[0]


def _group(part: Part, now: datetime, zone: ZoneInfo) -> Hashable:
    since = starts(part.window, now, zone)
    is_near = since is not None and (now - since).days <= REACH_DAYS
    shape = kind_of(part).shape
    if shape is Shape.ROWS:
        return (shape, part.events, is_near)
    if shape is Shape.VALUES and not part.window.skip_days:
        return (shape, part.events, part.property, part.where, is_near)
    if shape is Shape.DAYS:
        return (shape, part.events, part.where, is_near)
    return (shape, part.key())


def _earliest(parts: Iterable[Part], now: datetime, zone: ZoneInfo) -> datetime | None:
    found = [starts(part.window, now, zone) for part in parts]
    return None if None in found else min(each for each in found if each is not None)
