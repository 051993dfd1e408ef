"""Whom a set of ordinals means now: merges followed, the erased forgotten."""

from __future__ import annotations

import numpy as np
from pyroaring import BitMap

from marketing.people.queries import all_erased, carried_on
from marketing.personas.types import Personas


def everybody(personas: Personas) -> BitMap:
    """Who exists: neither merged into somebody else nor erased."""
    return BitMap(np.flatnonzero(personas.exists).astype(np.uint32)) - BitMap(all_erased())


def followed(stages: dict[str, BitMap], everybody: BitMap) -> dict[str, BitMap]:
    """Exclusive stages of an earlier moment in terms of who exists now.

    Who was merged since counts as who carries on, in the stage of the one who carries on where
    both were in one: a person stays in one stage.
    """
    known = {key: members & everybody for key, members in stages.items()}
    taken = BitMap.union(*known.values()) if known else BitMap()
    for key, members in stages.items():
        into = BitMap(carried_on((members - everybody).to_array()).values())
        new = (into & everybody) - taken
        known[key], taken = known[key] | new, taken | new
    return known
