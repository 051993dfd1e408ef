"""MOOCCube's tables with ordinals for learners and concepts in place of descriptions."""

from __future__ import annotations

import gzip
from pathlib import Path

import msgspec
import pyarrow as pa

from marketing.demo.concept_links import count_names, name_pattern, strongest
from marketing.demo.source_rows import Row, read_rows

COURSE_PREFIX = "C_course-v1:"
LINKS_PER_COURSE = 12


def mooccube_tables(source: Path) -> dict[str, pa.Table]:
    """The compact tables by name, each in a fixed order."""
    enrolled = read_rows(source / "enrolments.csv.gz")
    known = sorted({_bare(row["course"]) for row in enrolled})
    pairs = read_rows(source / "prerequisite_relations.csv")
    described = msgspec.json.decode(
        gzip.decompress((source / "course_descriptions.json.gz").read_bytes()), type=dict[str, str]
    )
    schools = _first(read_rows(source / "school-course.csv"), "school")
    teachers = _first(read_rows(source / "teacher-course.csv"), "teacher")
    return {
        "mooccube_enrolments": enrolments(enrolled),
        "mooccube_courses": courses(known, schools, teachers),
        "mooccube_concepts": concepts(known, described, pairs),
        "mooccube_prerequisites": prerequisites(pairs),
    }


def enrolments(rows: list[Row]) -> pa.Table:
    """Learners numbered from 1 as they first appear; their rows in the source's order."""
    ordinals: dict[str, int] = {}
    for row in rows:
        ordinals.setdefault(row["user"], len(ordinals) + 1)
    keys = sorted((ordinals[r["user"]], int(r["position"]), _bare(r["course"])) for r in rows)
    learners, positions, names = zip(*keys, strict=True)
    return pa.table(
        {
            "learner": pa.array(learners, pa.int16()),
            "position": pa.array(positions, pa.int16()),
            "course": pa.array(names, pa.string()),
        }
    )


def courses(known: list[str], schools: dict[str, str], teachers: dict[str, str]) -> pa.Table:
    """The courses that someone enrolled in; null where the source names no school or teacher."""
    return pa.table(
        {
            "course": pa.array(known, pa.string()),
            "school": pa.array([schools.get(name) for name in known], pa.string()),
            "teacher": pa.array([teachers.get(name) for name in known], pa.string()),
        }
    )


def concepts(known: list[str], described: dict[str, str], pairs: list[Row]) -> pa.Table:
    """Links from course to concept, the strongest first; the descriptions stay behind."""
    pattern = name_pattern(name for row in pairs for name in row.values())
    links = [
        (name, concept, occurrences)
        for name in known
        for concept, occurrences in strongest(
            count_names(described.get(COURSE_PREFIX + name, ""), pattern), LINKS_PER_COURSE
        )
    ]
    names, found, counts = zip(*links, strict=True)
    return pa.table(
        {
            "course": pa.array(names, pa.string()),
            "concept": pa.array(found, pa.string()),
            "occurrences": pa.array(counts, pa.int16()),
        }
    )


def prerequisites(pairs: list[Row]) -> pa.Table:
    """In the source's order."""
    return pa.table(
        {
            "before": pa.array([row["knowledge1"] for row in pairs], pa.string()),
            "after": pa.array([row["knowledge2"] for row in pairs], pa.string()),
        }
    )


def _first(rows: list[Row], column: str) -> dict[str, str]:
    """A course's first listed school or teacher without the 'S_' or 'T_' before the name."""
    named: dict[str, str] = {}
    for row in rows:
        named.setdefault(_bare(row["course"]), row[column][2:].strip())
    return named


def _bare(course: str) -> str:
    return course.removeprefix(COURSE_PREFIX)
