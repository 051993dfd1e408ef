"""The shapes that the demo's sources share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Message = dict[str, object]
"""One message in the Segment dialect, ready for the collector."""


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course as the catalogue takes it; ``teacher`` is "" where the source names none."""

    external_id: str
    title: str
    school: str
    teacher: str
    language: Literal["en", "zh"]
    price_cents: int
    concepts: tuple[str, ...] = ()
    price_assigned: bool = True


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """An assessment of one presentation; ``due_at`` None where the source dates none.

    ``weight`` is in per cent of the presentation's result, the exam counted apart.
    """

    course: str
    presentation: str
    assessment: str
    type: Literal["TMA", "CMA", "Exam"]
    due_at: date | None
    weight: float


class Fact(Protocol):
    """Something that a source dates to a day."""

    @property
    def day(self) -> date: ...

    def message(self) -> Message: ...
