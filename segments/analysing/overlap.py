"""How much chosen segments share, from their newest versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pyroaring import BitMap

from marketing.kernel.errors import Conflict
from marketing.personas import queries as personas_queries
from segments.analysing.people import everybody
from segments.analysis.overlap import MOST_CHOSEN, Overlaps, Part, overlaps, parts
from segments.models import Segment
from segments.queries import newest_versions

USUAL = 12


@dataclass(frozen=True)
class Shared:
    """``parts``: of ``parted``, at most six of the segments. ``as_of``: of the personas."""

    segments: tuple[Segment, ...]
    found: Overlaps
    parted: tuple[str, ...]
    parts: tuple[Part, ...]
    as_of: datetime


def largest(n: int = USUAL) -> list[str]:
    """The keys of the largest segments, the largest first."""
    versions = sorted(newest_versions().values(), key=lambda each: (-each.size, each.segment_id))
    return [version.segment.key for version in versions[:n]]


def shared(keys: Sequence[str]) -> Shared:
    """Of segments that exist. Raises Conflict where one was not refreshed yet, Invalid unless
    there are 2 to 50 (``segment_count``). All versions are read by one statement.
    """
    versions = newest_versions()
    for key in keys:
        if key not in versions:
            raise Conflict(f"Segment '{key}' is not refreshed", code="not_refreshed",
                           fix="Switch it on and wait for the next refresh.")  # fmt: skip
    personas = personas_queries.current()
    known = everybody(personas)
    inside = {key: versions[key].members & known for key in dict.fromkeys(keys)}
    found = overlaps(inside, known)
    chosen = _parted(inside)
    cut = parts({key: inside[key] for key in chosen})
    segments = tuple(versions[key].segment for key in inside)
    return Shared(segments, found, chosen, cut, personas.as_of)


def _parted(inside: dict[str, BitMap]) -> tuple[str, ...]:
    """All of them, or the six largest in the order given."""
    large = sorted(inside, key=lambda key: -len(inside[key]))[:MOST_CHOSEN]
    return tuple(key for key in inside if key in large)
