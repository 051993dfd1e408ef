"""A readable portrait of every group: how large, what sets it apart, a name and a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from marketing.conditions.criteria import Label
from marketing.conditions.types import Columns, Ref
from marketing.kernel.errors import Invalid
from marketing.kernel.text import Text
from segments.learning.columns import Ints
from segments.learning.facts import Fact, facts_of_groups
from segments.learning.points import NOISE, Labels
from segments.learning.portrait_words import names, sentence

# Cohen's "small": below it a trait does not set a group apart.
SETS_APART: Final = 0.2


@dataclass(frozen=True)
class Portrait:
    """``cluster`` -1 = who is in no group. ``share`` in [0, 1] of all people given.

    ``facts``: every trait, the most telling first; ``name`` and ``sentence`` are made from those
    with an effect of at least 0.2 and differ between the portraits of one call.
    """

    cluster: int
    size: int
    share: float
    facts: tuple[Fact, ...]
    name: Text
    sentence: Text


def portraits(
    columns: Columns, refs: Sequence[Ref], people: Ints, labels: Labels, label: Label
) -> tuple[Portrait, ...]:
    """One a cluster in the order of their numbers, then one for noise if there is any.

    ``people`` int64[m] and ``labels`` int32[m] go together; ``label`` says what a column is called.
    Raises Invalid when the lengths differ, NotFound for a column that does not exist.
    """
    if len(people) != len(labels):
        raise Invalid(f"{len(labels)} labels for {len(people)} people", code="bad_labels")
    clusters = [int(each) for each in np.unique(labels) if each != NOISE]
    clusters += [NOISE] if (labels == NOISE).any() else []
    found = facts_of_groups(columns, refs, people, [labels == each for each in clusters])
    telling = [[f for f in each if abs(f.effect) >= SETS_APART] for each in found]
    sizes = [int((labels == each).sum()) for each in clusters]
    called = names(clusters, telling, label)
    return tuple(
        Portrait(cluster, size, size / len(labels), tuple(all_facts), name,
                 sentence(size, size / len(labels), some, label))
        for cluster, size, all_facts, some, name in zip(
            clusters, sizes, found, telling, called, strict=True)
    )  # fmt: skip
