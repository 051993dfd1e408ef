"""The shipped files against the published figures, and what is said when one is damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from marketing.demo import stream
from marketing.demo.assigned import PRICES_CENTS
from marketing.demo.shipped import DATA, ShippedDataDamaged, manifest, open_table
from marketing.kernel.errors import NotFound


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("oulad_people", 28_785),
        ("oulad_enrolments", 32_593),
        ("oulad_presentations", 22),
        ("oulad_submissions", 173_912),
        ("mooccube_enrolments", 45_386),
        ("mooccube_courses", 684),
    ],
)
def test_table__when_opened__then_has_the_published_rows(table: str, rows: int) -> None:
    assert open_table(table).num_rows == rows == manifest()[table].rows


def test_every_table__when_opened__then_is_as_the_manifest_says() -> None:
    assert {path.stem for path in DATA.glob("*.parquet")} == set(manifest())
    assert all(open_table(name).num_rows == file.rows for name, file in manifest().items())


def test_shipped_files__when_weighed__then_are_under_three_megabytes() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 3_000_000


def test_people__when_counted__then_are_both_sources() -> None:
    assert stream.people_count() == 28_785 + 2_000
    assert len(open_table("mooccube_enrolments")["learner"].unique()) == 2_000


def test_enrolments__when_withdrawn_without_a_date__then_are_the_93_censored() -> None:
    table = open_table("oulad_enrolments").to_pydict()
    rows = list(zip(table["withdrawn_day"], table["withdrawal_undated"], strict=True))
    assert sum(undated for _, undated in rows) == 93
    assert all(day is None for day, undated in rows if undated)
    assert sum(day is not None for day, _ in rows) == 10_072


@pytest.mark.parametrize("table", ["oulad_enrolments", "oulad_people", "mooccube_courses"])
def test_table__when_its_columns_are_read__then_has_no_result_and_no_description(
    table: str,
) -> None:
    assert not {"final_result", "description"} & set(open_table(table).column_names)


def test_file__when_cut_short__then_the_error_names_it_and_the_fix(copied: Path) -> None:
    path = copied / "oulad_people.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ShippedDataDamaged) as caught:
        open_table("oulad_people", copied)
    said = str(caught.value)
    assert str(path) in said
    assert manifest()["oulad_people"].sha256 in said
    assert "git checkout -- marketing/demo/data" in said


def test_file__when_missing__then_the_error_names_it(copied: Path) -> None:
    (copied / "mooccube_courses.parquet").unlink()
    with pytest.raises(ShippedDataDamaged, match=r"mooccube_courses\.parquet"):
        open_table("mooccube_courses", copied)


def test_manifest__when_unreadable__then_the_error_names_it(copied: Path) -> None:
    (copied / "manifest.json").write_text("{")
    with pytest.raises(ShippedDataDamaged, match=r"manifest\.json"):
        open_table("oulad_people", copied)


def test_table__when_misspelt__then_the_nearest_name_is_offered() -> None:
    with pytest.raises(NotFound, match="oulad_people"):
        open_table("oulad_peopel")


def test_catalogue__when_listed__then_has_691_distinct_courses() -> None:
    rows = stream.catalogue()
    assert len({row.external_id for row in rows}) == len({row.title for row in rows}) == 691
    assert {row.external_id for row in rows if row.language == "en"} == {c * 3 for c in "ABCDEFG"}
    assert max(len(row.concepts) for row in rows) <= 12
    assert "TsinghuaX · 20740084X (2019_T1)" in {row.title for row in rows}
    assert {row.price_cents for row in rows} == set(PRICES_CENTS)


def test_course__when_described_by_concepts__then_they_are_in_the_graph() -> None:
    graph = {concept for pair in stream.prerequisites() for concept in pair}
    assert {concept for row in stream.catalogue() for concept in row.concepts} <= graph


def test_assessments__when_listed__then_are_of_the_22_presentations() -> None:
    rows = stream.assessments()
    assert len(rows) == 206
    assert len({(row.course, row.presentation) for row in rows}) == 22
    assert sum(row.due_at is None for row in rows) == 11
