"""What people took, in order, as the rankers want it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.personas.shipped import BOUGHT
from recommender.rankers import Histories

EVENTS = BOUGHT


def from_frame(frame: EventFrame, items: Sequence[str]) -> tuple[Histories, NDArray[np.int64]]:
    """(histories, person int64[n]): one row a person who took something, ordinals ascending.

    ``items`` is the axis; events of unknown content are left out, and of a repeated item only the
    first taking counts.
    """
    place = {item: i for i, item in enumerate(items)}
    codes = np.array([place.get(str(c), -1) for c in frame.text("content")], dtype=np.int64)
    known = codes >= 0
    person, codes = frame.person[known], codes[known]
    _, first = np.unique(person * len(items) + codes, return_index=True)
    rows = np.sort(first)
    person, codes = person[rows], codes[rows]
    people, starts = np.unique(person, return_index=True)
    return (
        Histories(
            items=codes.astype(np.int32),
            starts=np.append(starts, len(codes)).astype(np.int64),
            n_items=len(items),
        ),
        people,
    )
