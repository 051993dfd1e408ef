"""Serving a ranker in the web process: numpy only, each artefact version loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from marketing.kernel.errors import Unavailable
from marketing.workspace.queries import pointer
from recommender import artefacts
from recommender.rankers import RANKERS, Arrays, Ranker

RANKER = "next_item_ridge"


@dataclass(frozen=True)
class Serving:
    """A fitted ranker with its item axis (external ids)."""

    ranker: Ranker
    arrays: Arrays
    items: tuple[str, ...]
    place: Mapping[str, int]

    def top(
        self, history: NDArray[np.int32], allowed: NDArray[np.bool_], limit: int
    ) -> list[tuple[int, float]]:
        """(item, score), best first. ``allowed`` bool[n_items]: rules apply before the cut."""
        scores = np.where(allowed, self.ranker.scores(self.arrays, history), -np.inf)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(int(item), float(scores[item])) for item in best if np.isfinite(scores[item])]


def current() -> Serving:
    """What the pointer names. Raises Unavailable before the first training."""
    serving = pointer(f"model:{RANKER}")
    if serving is None:
        raise Unavailable(
            "No recommender was trained yet",
            code="no_recommender",
            fix="Run `python manage.py retrain`.",
        )
    return _load(serving.version)


@lru_cache(maxsize=2)
def _load(version: str) -> Serving:
    artefact = artefacts.load(Path(settings.ARTEFACTS_DIR), RANKER, version)
    items = tuple(msgspec.json.decode(artefact.learned.texts["items"], type=list[str]))
    ranker = msgspec.convert(artefact.manifest.params, RANKERS.get(RANKER))
    place = {item: i for i, item in enumerate(items)}
    return Serving(ranker, artefact.learned.arrays, items, place)
