"""XuetangX's learners, courses and concepts.

Source: MOOCCube, Yu et al., ACL 2020, CC0. The order of a learner's enrolments is the source's;
the days are assigned (``marketing.demo.assigned``) because the source has none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from marketing.demo import assigned
from marketing.demo.rows import CourseRow, Message
from marketing.demo.shipped import open_table


@dataclass(frozen=True, slots=True)
class Enrolled:
    """``position`` counts a learner's enrolments from 0; ``learner`` is an ordinal from 1."""

    day: date
    learner: int
    position: int
    course: str

    def message(self) -> Message:
        second = assigned.learner_second(self.learner, self.position)
        return {
            "type": "track", "messageId": f"mc:e:{self.learner:04d}:{self.position}",
            "userId": external_id(self.learner), "event": "Course Enrolled",
            "timestamp": assigned.moment(self.day, second),
            "properties": {
                "content": self.course, "position": self.position, "date_assigned": True,
                "price_cents": assigned.price_cents(self.course), "price_assigned": True,
            },
        }  # fmt: skip


def external_id(learner: int) -> str:
    return f"mc-{learner:04d}"


def title(course: str, school: str) -> str:
    """'TsinghuaX · 20740084X (2019_T1)': a course's name is not in the source."""
    _, code, run = course.split("+")
    return f"{school} · {code} ({run})"


def courses() -> list[CourseRow]:
    """The 684 courses that the learners enrolled in, with the concepts in their descriptions."""
    concepts = _concepts()
    rows = zip(*open_table("mooccube_courses").to_pydict().values(), strict=True)
    return [
        _course(course, school or course.split("+")[0], teacher or "", concepts[course])
        for course, school, teacher in rows
    ]


def _course(course: str, school: str, teacher: str, concepts: list[str]) -> CourseRow:
    return CourseRow(
        course, title(course, school), school, teacher, "zh", assigned.price_cents(course),
        tuple(concepts),
    )  # fmt: skip


def _concepts() -> defaultdict[str, list[str]]:
    table = open_table("mooccube_concepts")
    found: defaultdict[str, list[str]] = defaultdict(list)
    for course, concept in zip(
        table["course"].to_pylist(), table["concept"].to_pylist(), strict=True
    ):
        found[course].append(concept)
    return found


def prerequisites() -> list[tuple[str, str]]:
    """Pairs of concepts: the first is a prerequisite of the second."""
    table = open_table("mooccube_prerequisites")
    return list(zip(table["before"].to_pylist(), table["after"].to_pylist(), strict=True))


def traits() -> dict[str, dict[str, object]]:
    """By external id; the source knows nothing of a learner but the language of the site."""
    learners = open_table("mooccube_enrolments")["learner"].unique().to_pylist()
    return {external_id(learner): {"language": "zh"} for learner in learners}


def facts() -> Iterator[Enrolled]:
    """The 45,386 enrolments, each learner's in order."""
    rows = list(zip(*open_table("mooccube_enrolments").to_pydict().values(), strict=True))
    enrolments = Counter(learner for learner, _, _ in rows)
    for learner, position, course in rows:
        day = assigned.learner_day(learner, position, enrolments[learner])
        yield Enrolled(day, learner, position, course)
