"""Where a person stands to a segment: inside or not, since when, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marketing.conditions.explain import LeafAnswer
from marketing.kernel.text import Language
from marketing.personas.types import Personas
from segments import queries
from segments.models import Segment, SegmentDay, SegmentVersion


@dataclass(frozen=True)
class Standing:
    """``inside``: as readers see it (None before the first refresh). ``since``: the local day of
    the last entry, None for who is outside. ``holds``: whether the condition does, over the
    personas of this moment; where it differs from ``inside``, the next refresh moves the person.
    """

    inside: bool | None
    since: date | None
    holds: bool
    leaves: list[LeafAnswer]


def standing(segment: Segment, personas: Personas, ordinal: int, language: Language) -> Standing:
    newest = SegmentVersion.objects.filter(segment=segment).first()
    inside = ordinal in newest.members if newest else None
    return Standing(
        inside=inside,
        since=_since(segment, ordinal) if inside else None,
        holds=bool(segment.node.evaluate(queries.one_person(personas, ordinal))),
        leaves=queries.why(segment, personas, ordinal, language),
    )


def _since(segment: Segment, ordinal: int) -> date | None:
    days = SegmentDay.objects.filter(segment=segment).order_by("-day")
    rows = days.only("day", "entered_blob").iterator(chunk_size=20)
    return next((row.day for row in rows if ordinal in row.entered), None)
