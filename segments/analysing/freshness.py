"""How fresh a segment is: as of when, what waits, what the last rebuild found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from marketing.conditions.groups import leaves
from marketing.kernel.errors import MarketingError
from marketing.personas import queries as personas_queries
from segments.models import Segment, SegmentVersion


@dataclass(frozen=True)
class Fresh:
    """``as_of``: readers see everybody as of this moment. ``waiting`` events came since, the oldest
    ``lag_s`` seconds ago (0: none). ``differences``: per trait that decides the segment, of how
    many people the last rebuild from all events found another value than was kept up to date
    (expected 0); None before the first comparison. ``compared_at``: of that.
    """

    as_of: datetime
    checked_at: datetime
    waiting: int
    lag_s: float
    compared_at: datetime | None
    compared_people: int | None
    differences: Mapping[str, int] | None

    @property
    def difference(self) -> int | None:
        """All of them together."""
        return None if self.differences is None else sum(self.differences.values())


class Freshness:
    """What all segments have in common is read once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.personas = personas_queries.freshness()
        self.segments = {each.key: each for each in Segment.objects.all()}

    def of(self, version: SegmentVersion | None, key: str) -> Fresh | None:
        """None before it was refreshed. ``version``: its newest."""
        fresh = self.personas
        if version is None or fresh is None:
            return None
        compared = fresh.compared
        return Fresh(
            as_of=min(version.checked_at, fresh.as_of),
            checked_at=version.checked_at,
            waiting=fresh.waiting,
            lag_s=fresh.lag_s(self.now),
            compared_at=compared.at if compared else None,
            compared_people=compared.people if compared else None,
            differences={name: compared.differences.get(name, 0) for name in self.traits(key)}
            if compared else None,
        )  # fmt: skip

    def traits(self, key: str) -> list[str]:
        """The traits that decide this segment, those of segments it refers to included."""
        seen: set[str] = set()
        waiting, names = [key], set[str]()
        while waiting:
            each = waiting.pop()
            if each not in seen and each in self.segments:
                seen.add(each)
                reads = _reads(self.segments[each])
                names |= {name for kind, name in reads if kind == "trait"}
                waiting += [name for kind, name in reads if kind in ("segment", "since_entered")]
        return sorted(names)


def _reads(segment: Segment) -> Iterable[tuple[str, str]]:
    """(kind, name) of every column that the condition reads; nothing where it does not parse."""
    try:
        found = list(leaves(segment.node))
    except MarketingError:
        return []
    named = [(ref.kind, ref.name) for ref in (leaf.ref() for leaf in found)]
    spelt = [("trait", spec.key()) for leaf in found for spec in leaf.traits()]
    return [*named, *spelt]
