"""OULAD's tables without the click log, the materials and the final results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from marketing.demo.source_rows import Row, read_rows, whole

# One band lacks its sign in the source.
DEPRIVATION_BANDS = {"10-20": "10-20%", "": None}


def oulad_tables(source: Path) -> dict[str, pa.Table]:
    """The compact tables by name, each in a fixed order."""
    students = read_rows(source / "student.csv.gz")
    return {
        "oulad_presentations": presentations(read_rows(source / "course.csv.gz")),
        "oulad_assessments": assessments(read_rows(source / "assessment.csv.gz")),
        "oulad_people": people(students),
        "oulad_enrolments": enrolments(students, read_rows(source / "student_registration.csv.gz")),
        "oulad_submissions": submissions(read_rows(source / "student_assessment.csv.gz")),
    }


def presentations(rows: list[Row]) -> pa.Table:
    schema = pa.schema(
        [("module", pa.string()), ("presentation", pa.string()), ("length_days", pa.int16())]
    )
    records = sorted(
        (r["code_module"], r["code_presentation"], int(r["module_presentation_length"]))
        for r in rows
    )
    return _table(records, schema)


def assessments(rows: list[Row]) -> pa.Table:
    schema = pa.schema(
        [("assessment", pa.int32()), ("module", pa.string()), ("presentation", pa.string()),
         ("type", pa.string()), ("due_day", pa.int16()), ("weight", pa.float64())]
    )  # fmt: skip
    return _table(
        sorted(
            (int(r["id_assessment"]), r["code_module"], r["code_presentation"],
             r["assessment_type"], whole(r["date"]), float(r["weight"]))
            for r in rows
        ),
        schema,
    )  # fmt: skip


def people(rows: list[Row]) -> pa.Table:
    """One row a student, as the earliest enrolment says: 72 grow out of an age band later."""
    schema = pa.schema(
        [("student", pa.int32()), ("region", pa.string()), ("education", pa.string()),
         ("gender", pa.string()), ("age_band", pa.string()), ("deprivation_band", pa.string()),
         ("disability", pa.bool_())]
    )  # fmt: skip
    earliest: dict[int, Row] = {}
    # '2013B' < '2013J' < '2014B': the names sort as their starts do.
    for row in sorted(rows, key=lambda r: (r["code_presentation"], r["code_module"])):
        earliest.setdefault(int(row["id_student"]), row)
    return _table([_person(student, earliest[student]) for student in sorted(earliest)], schema)


def _person(student: int, row: Row) -> tuple[object, ...]:
    band = row["imd_band"]
    return (
        student, row["region"], row["highest_education"], row["gender"], row["age_band"],
        DEPRIVATION_BANDS.get(band, band), row["disability"] == "True",
    )  # fmt: skip


def enrolments(students: list[Row], registrations: list[Row]) -> pa.Table:
    """Both sources have one row an enrolment; the final result leaves only the censor mark."""
    schema = pa.schema(
        [("module", pa.string()), ("presentation", pa.string()), ("student", pa.int32()),
         ("registered_day", pa.int16()), ("withdrawn_day", pa.int16()),
         ("previous_attempts", pa.int8()), ("credits", pa.int16()),
         ("withdrawal_undated", pa.bool_())]
    )  # fmt: skip
    dates = {_key(row): row for row in registrations}
    rows = sorted(students, key=_key)
    return _table([_enrolment(row, dates[_key(row)]) for row in rows], schema)


def _enrolment(student: Row, dates: Row) -> tuple[object, ...]:
    withdrawn_day = whole(dates["date_unregistration"])
    undated = student["final_result"] == "Withdrawn" and withdrawn_day is None
    return (
        *_key(student), whole(dates["date_registration"]), withdrawn_day,
        int(student["num_of_prev_attempts"]), int(student["studied_credits"]), undated,
    )  # fmt: skip


def _key(row: Row) -> tuple[str, str, int]:
    return row["code_module"], row["code_presentation"], int(row["id_student"])


def submissions(rows: list[Row]) -> pa.Table:
    schema = pa.schema(
        [("assessment", pa.int32()), ("day", pa.int16()), ("student", pa.int32()),
         ("score", pa.int8()), ("banked", pa.bool_())]
    )  # fmt: skip
    return _table(
        sorted(
            (int(r["id_assessment"]), int(r["date_submitted"]), int(r["id_student"]),
             whole(r["score"]), r["is_banked"] == "True")
            for r in rows
        ),
        schema,
    )  # fmt: skip


def _table(records: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*records, strict=True)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema)
