"""By which chances people's arms were drawn: the epoch's weights, or their own where logged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.measuring import Measured
from marketing.experiments.models import Experiment, Exposure

Floats = NDArray[np.float64]


def propensities(experiment: Experiment, seen: Measured) -> Floats:
    """float64[n, arms], one row a person of ``seen``; rows add to 1."""
    n_arms = len(experiment.arms)
    epochs = {each.number: _padded(each.weights, n_arms) for each in experiment.epochs.all()}
    size = int(max(seen.epochs.max(initial=0), max(epochs, default=0))) + 1
    table = np.tile(_padded(experiment.weights, n_arms), (size, 1))
    for number, weights in epochs.items():
        table[number] = weights
    found = table[seen.epochs]
    own = dict(
        Exposure.objects.filter(experiment=experiment).exclude(propensities=None)
        .values_list("person_id", "propensities")
    )  # fmt: skip
    for i, person in enumerate(seen.people.tolist() if own else ()):
        if person in own:
            found[i] = _padded(own[person], n_arms)
    return np.asarray(found / found.sum(axis=1, keepdims=True), dtype=np.float64)


def _padded(weights: Sequence[float] | None, n_arms: int) -> Floats:
    """Arms that came later had no chance then."""
    known = np.array(weights or (), dtype=np.float64)
    return np.pad(known, (0, n_arms - len(known)))
