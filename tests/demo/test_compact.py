"""The importer's own rules, on texts and rows with a known answer."""

from __future__ import annotations

from collections import Counter

from marketing.demo.compact_mooccube import enrolments
from marketing.demo.compact_oulad import people
from marketing.demo.concept_links import count_names, name_pattern, strongest


def test_name__when_inside_a_longer_match__then_does_not_count() -> None:
    pattern = name_pattern(["数据", "数据结构", "结构"])
    assert count_names("数据结构与数据", pattern) == {"数据结构": 1, "数据": 1}


def test_names__when_they_overlap__then_both_count() -> None:
    assert count_names("线性方程组", name_pattern(["线性方程", "方程组"])) == {
        "线性方程": 1,
        "方程组": 1,
    }


def test_name__when_of_one_character__then_is_not_looked_for() -> None:
    assert not count_names("图与图论", name_pattern(["图", "树木"]))


def test_strongest__when_counts_tie__then_go_by_name_and_stop_at_the_limit() -> None:
    assert strongest(Counter(b=2, a=2, c=3, d=1), at_most=3) == [("c", 3), ("a", 2), ("b", 2)]


def test_learners__when_compacted__then_are_ordinals_of_first_appearance() -> None:
    rows = [
        {"user": "U_9", "position": "0", "course": "C_course-v1:X+1+a"},
        {"user": "U_1", "position": "0", "course": "C_course-v1:X+2+a"},
        {"user": "U_9", "position": "1", "course": "C_course-v1:X+2+a"},
    ]
    assert enrolments(rows).to_pydict() == {
        "learner": [1, 1, 2],
        "position": [0, 1, 0],
        "course": ["X+1+a", "X+2+a", "X+2+a"],
    }


def test_student__when_the_traits_differ_later__then_the_earliest_enrolment_speaks() -> None:
    row = {
        "code_module": "AAA", "id_student": "7", "gender": "F", "region": "Wales",
        "highest_education": "HE Qualification", "disability": "True",
    }  # fmt: skip
    later = row | {"code_presentation": "2014B", "age_band": "35-55", "imd_band": "10-20"}
    earlier = row | {"code_presentation": "2013J", "age_band": "0-35", "imd_band": "10-20"}
    table = people([later, earlier])
    assert table["age_band"].to_pylist() == ["0-35"]
    assert table["deprivation_band"].to_pylist() == ["10-20%"]
