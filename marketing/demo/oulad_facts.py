"""What OULAD dates to a day, and the message that each of it becomes.

All 1,909 banked submissions are dated the day before the presentation starts, whatever their
assessment: that is the day of the transfer, so they have no ``days_late``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from marketing.demo import assigned
from marketing.demo.rows import AssessmentRow, Message


@dataclass(frozen=True, slots=True)
class Presentation:
    """One run of a module; ``name`` such as '2013J', both days included."""

    module: str
    name: str
    starts_at: date
    ends_at: date

    def day(self, number: int) -> date:
        """``number`` counts from the start and may be negative."""
        return self.starts_at + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """``day`` is assigned where the source has no registration date (45 enrolments)."""

    day: date
    student: int
    presentation: Presentation
    previous_attempts: int
    credits: int
    date_assigned: bool
    withdrawal_undated: bool

    def message(self) -> Message:
        run = self.presentation
        properties: dict[str, object] = {
            "content": run.module, "presentation": run.name,
            "starts_at": run.starts_at.isoformat(), "ends_at": run.ends_at.isoformat(),
            "previous_attempts": self.previous_attempts, "credits": self.credits,
            "price_cents": assigned.price_cents(run.module), "price_assigned": True,
        }  # fmt: skip
        if self.date_assigned:
            properties["date_assigned"] = True
        if self.withdrawal_undated:
            properties["withdrawal_undated"] = True
        return _track("Course Enrolled", self, f"{run.module}-{run.name}", properties)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A dated unregistration."""

    day: date
    student: int
    presentation: Presentation

    def message(self) -> Message:
        run = self.presentation
        properties: dict[str, object] = {"content": run.module, "presentation": run.name}
        return _track("Course Withdrawn", self, f"{run.module}-{run.name}", properties)


@dataclass(frozen=True, slots=True)
class Submitted:
    """``score`` 0-100, None where the source has none (173 submissions)."""

    day: date
    student: int
    assessment: AssessmentRow
    score: int | None
    banked: bool

    def message(self) -> Message:
        return _track("Assessment Submitted", self, self.assessment.assessment, self._properties())

    def _properties(self) -> dict[str, object]:
        row = self.assessment
        properties: dict[str, object] = {
            "content": row.course, "presentation": row.presentation,
            "assessment": row.assessment, "assessment_type": row.type, "weight": row.weight,
        }  # fmt: skip
        if row.due_at is not None:
            properties["due_at"] = row.due_at.isoformat()
            if not self.banked:
                properties["days_late"] = (self.day - row.due_at).days
        if self.score is not None:
            properties["score"] = self.score
        if self.banked:
            properties["banked"] = True
        return properties


# The letter in a message's id and the band of seconds that its time of day is taken from.
_KINDS = {
    "Course Enrolled": ("e", assigned.ENROLLED_FROM),
    "Assessment Submitted": ("s", assigned.SUBMITTED_FROM),
    "Course Withdrawn": ("w", assigned.WITHDRAWN_FROM),
}


def _track(
    event: str, fact: Enrolled | Withdrawn | Submitted, key: str, properties: dict[str, object]
) -> Message:
    letter, band_from = _KINDS[event]
    message_id = f"ou:{letter}:{fact.student}:{key}"
    at = assigned.moment(fact.day, assigned.second_of(message_id, band_from))
    return {
        "type": "track", "messageId": message_id, "userId": f"ou-{fact.student}", "event": event,
        "timestamp": at, "properties": properties,
    }  # fmt: skip
