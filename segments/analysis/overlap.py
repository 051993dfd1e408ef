"""How segments share people: every pair, and the exact parts of a few chosen ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from pyroaring import BitMap

from marketing.kernel.errors import Invalid

MOST_SEGMENTS: Final = 50
MOST_CHOSEN: Final = 6


@dataclass(frozen=True)
class Pair:
    """``both`` people are in a and in b; the rest is None where it means nothing (nobody inside).

    ``jaccard`` in [0, 1]: of those in either, the share in both. ``of_a``, ``of_b``: the share of a
    (of b) that is in the other too. ``lift``: ``both`` over what independence would give, 1 = as by
    chance.
    """

    a: str
    b: str
    both: int
    jaccard: float | None
    of_a: float | None
    of_b: float | None
    lift: float | None

    def turned(self) -> Pair:
        return Pair(self.b, self.a, self.both, self.jaccard, self.of_b, self.of_a, self.lift)


@dataclass(frozen=True)
class Overlaps:
    """``sizes`` by segment, in the order given; ``pairs`` by (a, b) with a before b."""

    people: int
    sizes: Mapping[str, int]
    pairs: Mapping[tuple[str, str], Pair]

    def pair(self, a: str, b: str) -> Pair:
        """In either order. Raises KeyError for a segment that was not asked about."""
        return self.pairs[a, b] if (a, b) in self.pairs else self.pairs[b, a].turned()


@dataclass(frozen=True)
class Part:
    """The people in all of ``inside`` and in none of the other chosen segments."""

    inside: tuple[str, ...]
    members: BitMap

    @property
    def people(self) -> int:
        return len(self.members)


def overlaps(segments: Mapping[str, BitMap], everybody: BitMap) -> Overlaps:
    """All pairs of 2 to 50 segments. Members who are not among everybody (erased, merged) do not
    count. Raises Invalid: ``segment_count``.
    """
    _require(len(segments), MOST_SEGMENTS)
    inside = {key: members & everybody for key, members in segments.items()}
    pairs = {
        (a, b): _pair(a, b, inside[a], inside[b], len(everybody))
        for a, b in combinations(inside, 2)
    }
    return Overlaps(len(everybody), {key: len(members) for key, members in inside.items()}, pairs)


def parts(segments: Mapping[str, BitMap]) -> tuple[Part, ...]:
    """The exact parts that 2 to 6 segments cut each other into, the largest first; empty parts are
    left out. Everybody who is in one of the segments is in exactly one part.

    Source: the rows of an UpSet plot (Lex et al., 2014). Raises Invalid: ``segment_count``.
    """
    _require(len(segments), MOST_CHOSEN)
    found = [Part((), BitMap.union(*segments.values()))]
    for key, members in segments.items():
        found = [
            part for old in found
            for part in (Part((*old.inside, key), old.members & members),
                         Part(old.inside, old.members - members)) if part.members
        ]  # fmt: skip
    place = {key: i for i, key in enumerate(segments)}
    return tuple(sorted(found, key=lambda part: (-part.people, [place[k] for k in part.inside])))


def _pair(a: str, b: str, mine: BitMap, other: BitMap, people: int) -> Pair:
    both = mine.intersection_cardinality(other)
    either = len(mine) + len(other) - both
    by_chance = len(mine) * len(other)
    return Pair(
        a, b, both,
        jaccard=both / either if either else None,
        of_a=both / len(mine) if mine else None,
        of_b=both / len(other) if other else None,
        lift=both * people / by_chance if by_chance else None,
    )  # fmt: skip


def _require(n: int, most: int) -> None:
    if not 2 <= n <= most:
        raise Invalid(f"{n} segments", code="segment_count", fix=f"Choose 2 to {most}.")
