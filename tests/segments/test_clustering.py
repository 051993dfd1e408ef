"""Learned segments from end to end, and as bytes."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from marketing.conditions.types import Ref
from marketing.kernel.errors import NotFound, Unavailable
from marketing.personas.types import Personas
from segments.learning.clusterers import CLUSTERERS
from segments.learning.clusterers.kmeans import KMeans
from segments.learning.clustering import Clustering, explore, learn
from segments.learning.lookalike import Model
from segments.learning.points import Labels
from segments.learning.portrait import portraits
from segments.learning.prepare import Missing
from segments.learning.storing import pack, unpack
from tests.conformance.planted import Ints, everybody, label, number, personas, text

BOUGHT, QUIET, CITY = Ref("trait", "bought"), Ref("trait", "quiet"), Ref("attribute", "city")
REFS = [BOUGHT, QUIET, CITY]


def world(seed: int = 0, n: int = 900) -> tuple[Personas, Ints]:
    """Three kinds of people: rare and quiet, keen and recent, keen and quiet."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, n)
    bought = np.exp(np.array([0.3, 3, 3])[kind] + rng.normal(0, 0.2, n))
    quiet = np.array([200.0, 10, 200])[kind] + rng.normal(0, 8, n)
    city = rng.choice(["Rome", "Oslo"], n)
    found = {BOUGHT: number(bought), QUIET: number(quiet), CITY: text(city.tolist())}
    return personas(found), kind


def agree(truth: Ints, labels: Labels) -> float:
    """The share in the majority kind of their cluster."""
    inside = labels >= 0
    table = np.zeros((labels.max() + 1, truth.max() + 1))
    np.add.at(table, (labels[inside], truth[inside]), 1)
    return float(table.max(axis=1).sum() / len(truth))


@pytest.mark.parametrize("name", list(CLUSTERERS))
def test_learning__when_people_are_of_three_kinds__then_it_finds_counts_and_keeps_them(
    name: str,
) -> None:
    found, kind = world()
    traits = [BOUGHT, QUIET]
    choice = explore(found, traits, everybody(found), CLUSTERERS.get(name)(), 1, k_max=4)
    assert choice.best is not None and choice.k == 3
    learned = learn(found, traits, everybody(found), choice.best.clusterer, 1)
    assert agree(kind, learned.labels) > 0.95
    assert learned.agreement > 0.95 and learned.learned_from == 900
    fresh, fresh_kind = world(1)
    assert agree(fresh_kind, learned.clustering.assign(fresh, everybody(fresh))) > 0.9


def test_learned_segments__when_refreshed__then_nobody_moves_who_did_not_change() -> None:
    found, _ = world()
    learned = learn(found, REFS, everybody(found), KMeans(k=3), 1)
    again = Clustering.load(learned.clustering.dump())
    np.testing.assert_array_equal(again.assign(found, everybody(found)), learned.labels)
    some = np.array([5, 3, 800], np.int64)
    np.testing.assert_array_equal(again.assign(found, some), learned.labels[some])
    assert again.clusterer == KMeans(k=3)


def test_learned_segments__when_drawn__then_the_portraits_name_the_kinds() -> None:
    found, _ = world()
    traits = [BOUGHT, QUIET]
    labels = learn(found, traits, everybody(found), KMeans(k=3), 1).labels
    names = {each.name.en for each in portraits(found, traits, everybody(found), labels, label)}
    assert names == {"Bought: low, Quiet: high", "Quiet: low, Bought: high",
                     "Quiet: high, Bought: high"} or len(names) == 3  # fmt: skip


def test_people__when_something_is_missing_and_they_are_left_out__then_they_are_in_no_cluster() -> (
    None
):
    found, _ = world()
    quiet = np.asarray(found.column(QUIET).values).copy()
    quiet[:7] = np.nan
    holes = personas({BOUGHT: found.column(BOUGHT), QUIET: number(quiet)})
    people = everybody(holes)
    learned = learn(holes, [BOUGHT, QUIET], people, KMeans(k=3), 1, missing=Missing.LEAVE_OUT)
    assert (learned.labels[:7] == -1).all() and (learned.labels[7:] >= 0).all()
    np.testing.assert_array_equal(learned.clustering.assign(holes, people), learned.labels)


def test_clustering__when_a_column_is_gone__then_the_error_names_it() -> None:
    found, _ = world()
    learned = learn(found, REFS, everybody(found), KMeans(k=3), 1)
    rest = personas({BOUGHT: found.column(BOUGHT)})
    with pytest.raises(NotFound):
        learned.clustering.assign(rest, everybody(rest))


@pytest.fixture(scope="module")
def blob() -> bytes:
    found, _ = world()
    return learn(found, REFS, everybody(found), KMeans(k=3), 1).clustering.dump()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.6, 0.99])
def test_bytes__when_one_is_altered__then_they_are_refused(blob: bytes, share: float) -> None:
    at = int(share * len(blob))
    broken = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
    with pytest.raises(Unavailable) as caught:
        Clustering.load(broken)
    assert caught.value.code == "learned_damaged"


@pytest.mark.parametrize("length", [0, 4, 8, 100, -1])
def test_bytes__when_cut_short__then_they_are_refused(blob: bytes, length: int) -> None:
    with pytest.raises(Unavailable):
        Clustering.load(blob[:length])


def test_bytes__when_of_another_kind__then_they_are_refused(blob: bytes) -> None:
    with pytest.raises(Unavailable) as caught:
        Model.load(blob)
    assert "clustering" in caught.value.message


class Note(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Anything."""

    text: str


@pytest.mark.parametrize(
    "array",
    [np.empty((0, 3)), np.array([np.inf, -0.0, np.nan]), np.arange(6, dtype=np.int32).reshape(2, 3),
     np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.array([True, False])],
    ids=lambda a: f"{a.dtype}{a.shape}",
)  # fmt: skip
def test_array__of_any_shape__then_it_comes_back_as_it_was(array: NDArray[np.generic]) -> None:
    note, arrays = unpack("note", Note, pack("note", Note(text="知心"), {"a": array}))
    assert note.text == "知心"
    assert arrays["a"].dtype == array.dtype
    np.testing.assert_array_equal(arrays["a"], array)


def test_bytes__when_the_content_is_the_same__then_they_are_the_same() -> None:
    arrays = {"b": np.ones(2), "a": np.zeros(3)}
    turned = {"a": np.zeros(3), "b": np.ones(2)}
    assert pack("note", Note(text="x"), arrays) == pack("note", Note(text="x"), turned)
