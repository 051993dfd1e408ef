"""Fairness reports: test scores by attributes that no predictor reads."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Ref
from marketing.kernel.errors import NotFound
from marketing.personas import queries
from marketing.personas.types import Personas
from recommender.evaluation.fairness import by_group
from recommender.evaluation.temporal import Dataset
from recommender.predictors import Learned, Predictor


def by_sensitive_group(
    predictor: Predictor, learned: Learned, test: Dataset
) -> dict[str, list[dict[str, object]]]:
    """Attribute to one report a group; attributes that nobody said are left out."""
    if not predictor.sensitive or not len(test):
        return {}
    personas = queries.current()
    said = predictor.score(learned, test.inputs)
    happened = test.outcomes > 0.5
    found = {}
    for name in predictor.sensitive:
        groups = _groups(personas, name, test.person)
        if groups is not None:
            found[name] = [asdict(each) for each in by_group(said, happened, groups)]
    return found


def _groups(personas: Personas, name: str, people: NDArray[np.int64]) -> NDArray[np.object_] | None:
    """object[n] of str | None; None where the attribute does not exist."""
    try:
        column = personas.column(Ref("attribute", name)).take(people)
    except NotFound:
        return None
    values = np.asarray(column.values)
    if column.categories is not None:
        words: list[object] = [*column.categories, None]
        return np.array([words[code] for code in values], dtype=object)
    return np.array([None if np.isnan(v) else f"{v:g}" for v in values], dtype=object)
