"""Features, units and outcomes of a small course by hand, and how a data set is cut in time."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from recommender.evaluation.fairness import by_group, in_top
from recommender.evaluation.populations import only_in
from recommender.evaluation.prediction import evaluate_predictor
from recommender.evaluation.temporal import (
    build_dataset,
    learn,
    moments_between,
    training_moments,
)
from recommender.features import FEATURES
from recommender.predictors.churn import Churn

Row = tuple[int, int, str, dict[str, object]]
ENROLLED, SUBMITTED, WITHDRAWN = "Course Enrolled", "Assessment Submitted", "Course Withdrawn"
ALGEBRA: dict[str, object] = {"content": "algebra", "presentation": "2024A"}
POETRY: dict[str, object] = {"content": "poetry", "presentation": "2024B"}
JANUARY: dict[str, object] = {"starts_at": "2024-01-01", "ends_at": "2024-06-01"}
PEOPLE = np.array([1, 2, 3, 4, 9])


def us(month: int, day: int) -> int:
    return int(datetime(2024, month, day, tzinfo=UTC).timestamp() * 1e6)


def frame(*rows: Row) -> EventFrame:
    """Rows of (person, moment, event, properties)."""
    rows = tuple(sorted(rows, key=lambda row: row[:2]))
    names = (ENROLLED, SUBMITTED, WITHDRAWN)
    numbers = ("credits", "days_late", "previous_attempts", "score", "weight", "withdrawal_undated")
    texts = ("assessment", "content", "due_at", "ends_at", "presentation", "starts_at")
    columns: dict[str, NDArray[np.generic]] = {
        name: np.array([row[3].get(name, np.nan) for row in rows], np.float64) for name in numbers
    }
    columns |= {name: np.array([row[3].get(name) for row in rows], object) for name in texts}
    return EventFrame(
        np.array([row[0] for row in rows]), np.array([row[1] for row in rows]),
        np.array([names.index(row[2]) for row in rows], np.int32), names, columns,
    )  # fmt: skip


def submitted(
    person: int, at_us: int, which: str, due: str, *, late: int, score: float, weight: float
) -> Row:
    about = {"assessment": which, "due_at": due, "days_late": late, "score": score}
    return person, at_us, SUBMITTED, ALGEBRA | about | {"weight": weight}


COURSE = frame(
    (1, us(1, 1) - 5 * 86_400_000_000, ENROLLED,
     ALGEBRA | JANUARY | {"credits": 60, "previous_attempts": 1}),
    (2, us(1, 3), ENROLLED, ALGEBRA | JANUARY | {"credits": 30, "previous_attempts": 0}),
    (3, us(1, 1), ENROLLED, ALGEBRA | JANUARY | {"withdrawal_undated": 1.0}),
    (4, us(1, 1), ENROLLED, ALGEBRA | JANUARY),
    (4, us(1, 20), WITHDRAWN, ALGEBRA),
    (2, us(2, 10), WITHDRAWN, ALGEBRA),
    # A course without dates is never open.
    (1, us(1, 25), ENROLLED, {"content": "undated"}),
    submitted(1, us(1, 10), "one", "2024-01-12", late=-2, score=80, weight=10),
    submitted(1, us(1, 24), "two", "2024-01-22", late=2, score=50, weight=20),
    submitted(2, us(1, 15), "one", "2024-01-12", late=3, score=40, weight=10),
    submitted(1, us(1, 30), "three", "2024-02-20", late=-21, score=60, weight=20),
)  # fmt: skip


@pytest.mark.parametrize(
    "name, expected",
    [
        ("days_since_last_event", [2, 17, 31, 31, np.nan]),
        ("event_count", [2, 0, 0, 0, 0]),
        ("enrolment_age_days", [31, 31, 31, np.nan, np.nan]),
        ("days_to_end", [121, 121, 121, np.nan, np.nan]),
        ("registered_before_start_days", [5, -2, 0, np.nan, np.nan]),
        ("previous_attempts", [1, 0, np.nan, np.nan, np.nan]),
        ("credits", [60, 30, np.nan, np.nan, np.nan]),
        ("prior_withdrawals", [0, 0, 0, 1, 0]),
        ("peers_withdrawal_rate", [1 / 4, 1 / 4, 1 / 4, np.nan, np.nan]),
        ("mean_score", [190 / 3, 40, np.nan, np.nan, np.nan]),
        ("last_score", [60, 40, np.nan, np.nan, np.nan]),
        ("days_late_mean", [-7, 3, np.nan, np.nan, np.nan]),
        ("overdue_share", [1 / 3, 1, np.nan, np.nan, np.nan]),
        # Due by 1 February: one and two. Person 2 lacks two, person 3 both.
        ("missed_assessments", [0, 1, 2, 0, 0]),
        # Three are in the run: one was done by 2/3, two by 1/3, three by 1/3.
        ("missing_work", [0, 2 / 3, 4 / 3, np.nan, np.nan]),
        # Weights 50, 10 and 0: the median is 10.
        ("behind_peers", [40, 0, -10, np.nan, np.nan]),
    ],
)
def test_feature__when_the_course_is_small__then_it_is_the_sum_by_hand(
    name: str, expected: list[float]
) -> None:
    feature = FEATURES.get(name)()
    np.testing.assert_allclose(feature.compute(COURSE, us(2, 1), PEOPLE), expected)


def test_churn__when_the_course_is_small__then_units_and_outcomes_are_as_said() -> None:
    churn = Churn()
    assert churn.units(COURSE, us(2, 1)).tolist() == [1, 2, 3]
    outcomes = churn.outcomes(COURSE, us(2, 1), np.array([1, 2, 3]))
    # Person 2 leaves on 10 February; when person 3 left is not known.
    np.testing.assert_array_equal(outcomes, [0, 1, np.nan])
    # 28 days before 10 February is the first moment from which it counts.
    assert churn.outcomes(COURSE, us(1, 13), np.array([2])) == [1]
    assert churn.outcomes(COURSE, us(1, 12), np.array([2])) == [0]
    assert churn.units(COURSE, us(1, 1) - 1).tolist() == []
    assert churn.units(COURSE, us(6, 1)).tolist() == []


def test_churn__when_a_person_comes_back__then_the_enrolment_is_open_again() -> None:
    again = frame(
        (1, us(1, 1), ENROLLED, ALGEBRA | JANUARY),
        (1, us(1, 10), WITHDRAWN, ALGEBRA),
        (1, us(1, 20), ENROLLED, ALGEBRA | JANUARY),
    )
    assert Churn().units(again, us(1, 15)).tolist() == []
    assert Churn().units(again, us(1, 25)).tolist() == [1]


def test_population__when_a_person_is_elsewhere_too__then_she_is_left_out() -> None:
    both = frame(
        (1, us(1, 1), ENROLLED, ALGEBRA | JANUARY),
        (2, us(1, 1), ENROLLED, ALGEBRA | JANUARY),
        (2, us(1, 1), ENROLLED, POETRY | JANUARY),
        (3, us(1, 1), ENROLLED, POETRY | JANUARY),
        (3, us(1, 1), ENROLLED, ALGEBRA | JANUARY),
        (3, us(1, 5), WITHDRAWN, POETRY),
    )
    kept = only_in("2024A", "2023B")(both, us(2, 1), np.array([1, 2, 3]))
    assert kept.tolist() == [True, False, True]


def test_moments__when_cut_at_a_date__then_every_label_of_training_ends_before_it() -> None:
    at = [datetime(2024, *day, tzinfo=UTC) for day in ((1, 1), (3, 1), (2, 12))]
    moments = moments_between(at[0], at[1])
    assert moments.tolist() == [us(1, 1), us(1, 15), us(1, 29), us(2, 12), us(2, 26)]
    # 28 days after 15 January is 12 February itself: not before it.
    assert training_moments(Churn(), moments, at[2]).tolist() == [us(1, 1)]


def test_dataset__when_built__then_rows_are_in_time_order_without_the_censored() -> None:
    data = build_dataset(Churn(), COURSE, [us(2, 1), us(1, 13)])
    assert data.moment_us.tolist() == [us(1, 13)] * 3 + [us(2, 1)] * 2
    assert data.person.tolist() == [1, 2, 4, 1, 2]
    assert data.outcomes.tolist() == [0, 1, 1, 0, 1]
    assert data.column("last_score").tolist()[3:] == [60, 40]
    assert len(build_dataset(Churn(), COURSE, [])) == 0


def test_evaluation__when_silence_is_not_all__then_the_model_beats_the_one_feature() -> None:
    rng = np.random.default_rng(0)
    rows: list[Row] = []
    for person in range(600):
        risk = rng.random()
        credits = 120.0 if risk > 0.7 else 30.0
        rows.append((person, us(1, 1), ENROLLED, ALGEBRA | JANUARY | {"credits": credits}))
        if risk > 0.7:
            rows.append((person, us(1, 10) + int(rng.random() * 86_400e6 * 80), WITHDRAWN, ALGEBRA))
    everything, churn = frame(*rows), Churn()
    train = build_dataset(churn, everything, [us(1, 2), us(1, 9)])
    test = build_dataset(churn, everything, [us(2, 20)])
    report = evaluate_predictor(churn, learn(churn, train), train, test, churn.features[0])
    assert report.units == len(test)
    assert report.positives == int(test.outcomes.sum())
    assert (report.model.auc or 0) > 0.9 > (report.one_feature.auc or 0)
    assert report.base_rate.auc == 0.5
    assert report.importances[0][0] == "credits"
    assert sum(one.n for one in report.bins) == len(test)


def test_fairness__when_two_groups_are_scored__then_each_is_judged_by_itself() -> None:
    said = np.array([0.9, 0.8, 0.1, 0.2, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1])
    happened = np.array([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]) == 1
    groups = np.array(["b", "b", "b", "a", "a", None, None, None, None, None], object)
    a, b, unknown = by_group(said, happened, groups)
    assert (a.group, a.n, a.auc, a.selected) == ("a", 2, 0.0, 0.0)
    assert (b.group, b.n, b.auc) == ("b", 3, 1.0)
    assert [b.selected, b.predicted, b.observed] == pytest.approx([2 / 3, 0.6, 1 / 3])
    assert (unknown.group, unknown.auc) == (None, None)
    assert in_top(np.array([1, 1, 1, 0, 0.0])).tolist() == [True, True, True, False, False]
