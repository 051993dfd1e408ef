"""Lookalikes: planted kinship is found, chances are true, random seeds are called random."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from pyroaring import BitMap
from sklearn.metrics import roc_auc_score

from marketing.conditions.types import Ref
from marketing.kernel.errors import Invalid
from marketing.personas.types import Personas
from segments.learning.lookalike import FEWEST_SEEDS, Model, fit, most_like
from segments.learning.lookalike_report import (
    Lookalike,
    captured_by,
    hanley_mcneil,
    learn_lookalike,
)
from tests.conformance.planted import Floats, everybody, number, personas, text

SPENT, CITY, IDLE = Ref("trait", "spent"), Ref("attribute", "city"), Ref("trait", "idle")
REFS = [SPENT, CITY, IDLE]
N = 6000


def world(seed: int = 0, n: int = N) -> tuple[Personas, Floats]:
    """Personas, and the true chance of each person to be a member: who spends, mostly in Rome."""
    rng = np.random.default_rng(seed)
    spent = rng.normal(0, 1, n)
    city = rng.choice(["Rome", "Oslo"], n)
    idle = np.where(rng.random(n) < 0.1, np.nan, rng.normal(0, 1, n))
    chance = 1 / (1 + np.exp(3 - 1.5 * spent - 1.0 * (city == "Rome")))
    found = {SPENT: number(spent), CITY: text(city.tolist()), IDLE: number(idle)}
    return personas(found), chance


def members(chance: Floats, seed: int = 0) -> NDArray[np.bool_]:
    return np.random.default_rng([seed, 9]).random(len(chance)) < chance


def learned(size: int = 300) -> tuple[Personas, NDArray[np.bool_], Lookalike]:
    found, chance = world()
    inside = members(chance)
    seeds = BitMap(np.flatnonzero(inside))
    return found, inside, learn_lookalike(found, REFS, everybody(found), seeds, size, 1)


def test_score__when_people_are_new__then_it_is_the_true_chance() -> None:
    _, _, lookalike = learned()
    fresh, chance = world(5, 20_000)
    scores = lookalike.model.score(fresh, everybody(fresh))
    assert ((scores >= 0) & (scores <= 1)).all()
    for low, high in ((0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 1)):
        bin_ = (scores >= low) & (scores < high)
        assert scores[bin_].mean() == pytest.approx(chance[bin_].mean(), rel=0.25)


def test_score__when_only_some_others_are_drawn__then_the_chance_is_still_of_all_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without taking the sampling out of the log-odds the mean would be about 0.5."""
    found, chance = world(0, 20_000)
    inside = members(chance)
    monkeypatch.setattr("segments.learning.lookalike.OTHERS", 2000)
    monkeypatch.setattr("segments.learning.lookalike.MOST_SEEDS", 1500)
    model = fit(found, REFS, everybody(found), inside, 1)
    assert model.score(found, everybody(found)).mean() == pytest.approx(inside.mean(), rel=0.1)


def test_score__when_members_are_in_the_middle__then_that_is_learned_too() -> None:
    rng = np.random.default_rng(0)
    spent = rng.normal(0, 1, N)
    found = personas({SPENT: number(spent)})
    seeds = BitMap(np.flatnonzero((np.abs(spent) < 0.4) & (rng.random(N) < 0.5)))
    lookalike = learn_lookalike(found, [SPENT], everybody(found), seeds, 500, 1)
    assert lookalike.quality.auc > 0.75
    best = most_like(lookalike.model, found, everybody(found), seeds, 500).people
    assert np.abs(spent[best]).max() < 0.6


def test_quality__beside_a_fresh_world__then_the_bounds_hold_what_is_true_there() -> None:
    _, _, lookalike = learned()
    fresh, chance = world(5, 20_000)
    inside = members(chance, 5)
    quality = lookalike.quality
    scores = lookalike.model.score(fresh, everybody(fresh))
    assert quality.auc_low < roc_auc_score(inside, scores) < quality.auc_high
    bar = np.quantile(scores[~inside], 1 - 300 / (~members(world()[1])).sum())
    assert quality.captured.low < (scores[inside] >= bar).mean() < quality.captured.high
    assert quality.lift > 4


def test_quality__of_random_seeds__then_it_says_so() -> None:
    found, _ = world()
    seeds = BitMap(np.random.default_rng(3).choice(N, 400, replace=False))
    quality = learn_lookalike(found, REFS, everybody(found), seeds, 300, 1).quality
    assert quality.auc_low < 0.5 < quality.auc_high
    assert quality.verdict.en.startswith("No better than a random choice")
    assert quality.verdict.zh.startswith("不比随机选择好")


def test_quality__of_a_few_random_seeds_and_many_columns__then_it_is_not_flattered() -> None:
    """On the seeds that it learned from, twenty columns of noise tell sixty people from others."""
    rng = np.random.default_rng(3)
    found = personas({Ref("trait", f"t{i}"): number(rng.normal(size=2000)) for i in range(20)})
    refs, people = list(found.columns), everybody(found)
    inside = np.arange(2000) < 60
    quality = learn_lookalike(found, refs, people, BitMap(range(60)), 100, 1).quality
    model = fit(found, refs, people, inside, 1)
    assert roc_auc_score(inside, model.score(found, people)) > 0.7
    assert quality.auc_low < 0.5 and quality.auc < 0.65


def test_quality__when_a_column_defines_the_segment__then_it_warns() -> None:
    found, _ = world()
    spent = np.asarray(found.column(SPENT).values)
    seeds = BitMap(np.flatnonzero(spent > 1))
    verdict = learn_lookalike(found, REFS, everybody(found), seeds, 300, 1).quality.verdict
    assert "probably define the segment" in verdict.en
    assert "很可能就是该分群的定义" in verdict.zh


def test_telling__when_one_trait_matters__then_it_comes_first_with_its_fact() -> None:
    _, _, lookalike = learned()
    assert [each.ref for each in lookalike.telling] == [SPENT, CITY, IDLE]
    assert sum(each.weight for each in lookalike.telling) == pytest.approx(1)
    assert lookalike.telling[0].fact is not None and lookalike.telling[0].fact.effect > 0.8


def test_most_like__when_asked__then_the_best_are_given_in_order_without_the_seeds() -> None:
    found, inside, lookalike = learned()
    seeds = BitMap(np.flatnonzero(inside))
    people = np.random.default_rng(0).permutation(everybody(found))
    answer = most_like(lookalike.model, found, people, seeds, 250)
    assert len(answer.people) == len(set(answer.people.tolist())) == 250
    assert not inside[answer.people].any()
    assert (np.diff(answer.scores) <= 0).all()
    others = lookalike.model.score(found, np.flatnonzero(~inside))
    np.testing.assert_array_equal(answer.scores, np.sort(others)[::-1][:250])


def test_most_like__when_more_are_asked_than_there_are__then_all_others_are_given() -> None:
    found, inside, lookalike = learned()
    seeds = BitMap(np.flatnonzero(inside))
    answer = most_like(lookalike.model, found, everybody(found), seeds, 10 * N)
    assert len(answer.people) == (~inside).sum()
    with pytest.raises(Invalid):
        most_like(lookalike.model, found, everybody(found), seeds, 0)


def test_scores__when_in_blocks__then_they_are_each_person_s_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, _, lookalike = learned()
    whole = lookalike.model.score(found, everybody(found))
    monkeypatch.setattr("segments.learning.lookalike.BLOCK", 17)
    np.testing.assert_allclose(lookalike.model.score(found, everybody(found)), whole, rtol=1e-12)


def test_model__when_saved_and_loaded__then_no_score_changes() -> None:
    found, _, lookalike = learned()
    again = Model.load(lookalike.model.dump())
    assert again == lookalike.model
    np.testing.assert_array_equal(
        again.score(found, everybody(found)), lookalike.model.score(found, everybody(found))
    )


def test_model__when_the_seed_is_the_same__then_so_is_everything() -> None:
    assert learned()[2] == learned()[2]


@pytest.mark.parametrize(
    ("count", "code"), [(0, "too_few_seeds"), (FEWEST_SEEDS - 1, "too_few_seeds"),
                        (N // 2 + 1, "too_many_seeds")],
)  # fmt: skip
def test_seeds__when_too_few_or_too_many__then_they_are_refused(count: int, code: str) -> None:
    found, _ = world()
    with pytest.raises(Invalid) as caught:
        learn_lookalike(found, REFS, everybody(found), BitMap(range(count)), 300, 1)
    assert caught.value.code == code


def test_seeds__when_they_are_no_people__then_they_do_not_count() -> None:
    found, _ = world()
    strangers = BitMap(range(10 * N, 11 * N)) | BitMap(range(10))
    with pytest.raises(Invalid) as caught:
        learn_lookalike(found, REFS, everybody(found), strangers, 300, 1)
    assert "has 10 members" in caught.value.message


@pytest.mark.parametrize("size", [0, N])
def test_size__when_nobody_or_more_than_all_are_asked__then_it_is_refused(size: int) -> None:
    found, chance = world()
    seeds = BitMap(np.flatnonzero(members(chance)))
    with pytest.raises(Invalid) as caught:
        learn_lookalike(found, REFS, everybody(found), seeds, size, 1)
    assert caught.value.code == "bad_size"


@pytest.mark.parametrize(("taken", "captured"), [(0.2, 2), (0.4, 4), (0.5, 5), (0.8, 8), (1.0, 8)])
def test_captured__when_scores_tie__then_as_many_in_proportion(taken: float, captured: int) -> None:
    """At 0.4 the two best of ten are taken and 2 of the 6 who tie: so are 2 of my 6 who tie."""
    others = np.array([9.0, 8, 5, 5, 5, 5, 5, 5, 1, 0])
    mine = np.array([9.5, 8.5, 5, 5, 5, 5, 5, 5])
    assert captured_by(mine, others, taken) == captured


def test_captured__when_all_scores_are_equal__then_it_is_the_share_taken() -> None:
    assert captured_by(np.full(50, 0.3), np.full(1000, 0.3), 0.1) == 5


def test_standard_error__of_an_auc__then_it_is_that_of_repeated_draws() -> None:
    """Exponential scores, for which Hanley and McNeil's formula is exact."""
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(1500):
        mine, others = rng.exponential(3, 40), rng.exponential(1, 60)
        draws.append(float((mine[:, None] > others[None]).mean()))
    assert np.mean(draws) == pytest.approx(0.75, abs=0.01)
    assert hanley_mcneil(0.75, 40, 60) == pytest.approx(np.std(draws), rel=0.06)
