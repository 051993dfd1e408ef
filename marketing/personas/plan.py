"""Which scans answer a set of traits: one per group of (events, widest window)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from marketing.conditions.types import TraitSpec
from marketing.personas.traits import check


@dataclass(frozen=True)
class Scan:
    """One pruned pass: these events since ``since`` (None = ever) answer these columns."""

    events: tuple[str, ...]
    since: datetime | None
    columns: tuple[tuple[str, TraitSpec], ...]


def make(
    specs: Mapping[str, TraitSpec], now: datetime, zone: ZoneInfo, *, reach_days: int = 120
) -> list[Scan]:
    """Distinct traits, collected and grouped.

    ``specs``: column name to spec. Traits over the same events share a scan if both their windows
    start within the last ``reach_days`` or both do not: a short window keeps its pruning.
    """
    groups: dict[tuple[tuple[str, ...], bool], list[tuple[str, TraitSpec]]] = {}
    for name, spec in sorted(specs.items()):
        check(spec)
        since, _end = spec.window.bounds(now, zone)
        is_short = since is not None and (now - since).days <= reach_days
        groups.setdefault((tuple(sorted(spec.events)), is_short), []).append((name, spec))
    return [
        Scan(events, _earliest((spec for _n, spec in columns), now, zone), tuple(columns))
        for (events, _short), columns in sorted(groups.items())
    ]


def _earliest(specs: Iterable[TraitSpec], now: datetime, zone: ZoneInfo) -> datetime | None:
    starts = [spec.window.bounds(now, zone)[0] for spec in specs]
    return None if None in starts else min(start for start in starts if start is not None)
