"""Strata: by what was known at the start, against groups made by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from marketing.conditions.types import Column
from marketing.events.intake import Taken
from marketing.experiments.measuring import measure
from marketing.experiments.models import Experiment, Exposure
from marketing.experiments.services import Plan, define
from marketing.experiments.strata import MISSING, REST, grouped
from marketing.kernel.errors import NotFound
from marketing.kernel.text import Text
from marketing.people.models import Person
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, fold
from tests.messages import identify, track

Send = Callable[..., Taken]


def numbers(*values: float | None) -> Column:
    found = np.array([np.nan if v is None else v for v in values])
    return Column(found, ~np.isnan(found))


def texts(words: list[str | None]) -> Column:
    known = tuple(sorted({word for word in words if word is not None}))
    codes = np.array([-1 if w is None else known.index(w) for w in words], dtype=np.int32)
    return Column(codes, codes >= 0, known)


def names(column: Column) -> list[str]:
    found = grouped(column)
    assert set(found.codes.tolist()) == set(range(len(found.names)))
    return [found.names[code] for code in found.codes.tolist()]


def test_grouped__numbers__then_quarters_of_those_that_are_there_and_the_missing() -> None:
    column = numbers(1, 2, 3, 4, 5, 6, 7, 8, None)
    quarters = ["≤ 2", "2 – 4", "4 – 6", "> 6"]
    assert names(column) == [each for each in quarters for _ in range(2)] + [MISSING]


def test_grouped__most_numbers_are_equal__then_fewer_groups() -> None:
    assert names(numbers(0, 0, 0, 0, 0, 0, 9, 9)) == ["≤ 0"] * 6 + ["> 0"] * 2


def test_grouped__many_texts__then_the_seven_most_frequent_the_rest_and_the_missing() -> None:
    words: list[str | None] = [w for i, w in enumerate("abcdefghi") for _ in range(9 - i)]
    found = names(texts([*words, None]))
    assert found[:-1] == [w if w in list("abcdefg") else REST for w in words]
    assert found[-1] == MISSING


@pytest.mark.parametrize("column", [numbers(None, None), texts([None, None])])
def test_grouped__nothing_is_known__then_one_group(column: Column) -> None:
    assert names(column) == [MISSING] * 2


def test_grouped__nobody__then_no_codes() -> None:
    assert grouped(numbers()).codes.tolist() == []


@pytest.fixture
def experiment(workspace: Workspace, send: Send) -> Experiment:
    """Ann said Shanghai before the start and Paris after it; Bo and Cy never said."""
    day = timedelta(days=1)
    send(
        identify("ann", NOW - day, city="上海"), track("ann", "Order Completed", NOW - day),
        track("bo", "Installed", NOW - day), track("cy", "Installed", NOW - day),
        identify("ann", NOW + day, city="Paris"), track("bo", "Order Completed", NOW + day),
        now=NOW + 2 * day,
    )  # fmt: skip
    fold()
    goal = ("Order Completed", 3)
    made = define(
        "spring", Text("Spring", "春"), ("holdout", "a"), (0.5, 0.5), Plan(goal=goal), NOW
    )
    for person in Person.objects.order_by("id"):
        Exposure.objects.create(experiment=made, person=person, arm=0, exposed_at=NOW)
    return made


def strata_of(experiment: Experiment, column: str) -> list[str]:
    experiment.strata = column
    seen = measure(experiment)
    return [seen.stratum_names[code] for code in seen.strata.tolist()]


def test_strata__an_attribute_that_changed_later__then_as_it_was_at_the_start(
    experiment: Experiment,
) -> None:
    assert strata_of(experiment, "attribute:city") == ["上海", MISSING, MISSING]


def test_strata__a_trait__then_what_happened_after_the_start_is_not_in_it(
    experiment: Experiment,
) -> None:
    assert strata_of(experiment, "trait:bought") == ["0 – 1", "≤ 0", "≤ 0"]


@pytest.mark.parametrize("column", ["trait:gone", "attribute:gone", "score:churn"])
def test_strata__a_column_that_is_not_known__then_not_found(
    column: str, experiment: Experiment
) -> None:
    with pytest.raises(NotFound):
        strata_of(experiment, column)
