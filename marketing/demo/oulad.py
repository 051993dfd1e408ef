"""The Open University's students, enrolments, withdrawals and submissions (2013-2014).

Source: OULAD, Kuzilek, Hlosta, Zdrahal, Scientific Data 4:170171 (2017), CC BY 4.0. Days count
from the presentation's start: 1 February for 'B', 1 October for 'J'. Of 10,156 enrolments that
ended as withdrawn, 93 have no date: their enrolment is marked ``withdrawal_undated`` so that a
label can be censored. Nine dated unregistrations belong to enrolments whose result is Fail; the
date is what happened, so they are withdrawals here like the 10,063 others. 601 submissions are
dated after the withdrawal (13 of them banked) and 115 before the registration (all banked); they
stay as they are. No other result of an enrolment is shipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from marketing.demo import assigned
from marketing.demo.oulad_facts import Enrolled, Presentation, Submitted, Withdrawn
from marketing.demo.rows import AssessmentRow, CourseRow
from marketing.demo.shipped import open_table

SCHOOL = "Open University"
START_MONTHS = {"B": 2, "J": 10}
TRAITS = ("region", "education", "gender", "age_band", "deprivation_band", "disability")

Runs = dict[tuple[str, str], Presentation]
Earliest = dict[tuple[int, str, str], date]


def courses() -> list[CourseRow]:
    """The seven modules, AAA to GGG."""
    modules = sorted({module for module, _ in presentations()})
    return [
        CourseRow(m, f"{SCHOOL} · {m}", SCHOOL, "", "en", assigned.price_cents(m)) for m in modules
    ]


def presentations() -> Runs:
    """The 22 runs by module and name."""
    rows = zip(*open_table("oulad_presentations").to_pydict().values(), strict=True)
    return {(module, name): _presentation(module, name, length) for module, name, length in rows}


def _presentation(module: str, name: str, length_days: int) -> Presentation:
    starts_at = date(int(name[:4]), START_MONTHS[name[4]], 1)
    return Presentation(module, name, starts_at, starts_at + timedelta(days=length_days - 1))


def assessments() -> list[AssessmentRow]:
    """The 206 assessments of the 22 presentations."""
    runs = presentations()
    rows = zip(*open_table("oulad_assessments").to_pydict().values(), strict=True)
    return [
        AssessmentRow(module, name, str(number), kind, _due_at(runs[module, name], due), weight)
        for number, module, name, kind, due, weight in rows
    ]


def _due_at(run: Presentation, due_day: int | None) -> date | None:
    return None if due_day is None else run.day(due_day)


def traits() -> dict[str, dict[str, object]]:
    """What is known of each person by external id, without the traits that the source lacks."""
    table = open_table("oulad_people")
    columns = [table[name].to_pylist() for name in TRAITS]
    known = (
        {name: value for name, value in zip(TRAITS, values, strict=True) if value is not None}
        for values in zip(*columns, strict=True)
    )
    students = table["student"].to_pylist()
    return {
        f"ou-{student}": row | {"language": "en"}
        for student, row in zip(students, known, strict=True)
    }


def facts() -> Iterator[Enrolled | Withdrawn | Submitted]:
    """Everything that is dated, in no order of days."""
    runs, earliest = presentations(), Earliest()
    for submitted in _submissions(runs):
        row = submitted.assessment
        key = submitted.student, row.course, row.presentation
        earliest[key] = min(submitted.day, earliest.get(key, date.max))
        yield submitted
    yield from _enrolments(runs, earliest)


def _submissions(runs: Runs) -> Iterator[Submitted]:
    by_number = {int(row.assessment): row for row in assessments()}
    columns = open_table("oulad_submissions").to_pydict().values()
    for number, day, student, score, banked in zip(*columns, strict=True):
        row = by_number[number]
        submitted_at = runs[row.course, row.presentation].day(day)
        yield Submitted(submitted_at, student, row, score, banked)


def _enrolments(runs: Runs, earliest: Earliest) -> Iterator[Enrolled | Withdrawn]:
    columns = open_table("oulad_enrolments").to_pydict().values()
    for module, name, student, registered, withdrawn, attempts, points, undated in zip(
        *columns, strict=True
    ):
        run = runs[module, name]
        first = earliest.get((student, module, name), date.max)
        if withdrawn is not None:
            yield Withdrawn(run.day(withdrawn), student, run)
            first = min(first, run.day(withdrawn))
        # Without a date of registration: no later than the start and than anything that followed.
        day = min(run.starts_at, first) if registered is None else run.day(registered)
        yield Enrolled(day, student, run, attempts, points, registered is None, undated)
