"""From persona columns to a matrix in which distances mean something.

Decided from the data by rules that are stated here, kept as plain numbers, and replayed later on
other people: nothing is decided anew at a refresh.

- A number is taken as log(1 + x) if nobody is below 0, its skewness is above 1 and the logarithm
  makes it less skewed (Bulmer, 1979, calls above 1 highly skewed).
- It is centred on the median and divided by IQR / 1.349, the standard deviation of a normal column
  that no outlier moves; by the standard deviation where half of all people share one value. Beyond
  4 of these units it is cut off. Flags stay 0 and 1.
- A text becomes one column for each of its most frequent categories (at most 12, each at least 1 %
  of people; the rest is "other"), scaled so that two people of different categories are 1 apart.
- A column that is missing for 95 % and more, or the same for everybody, is left out, with a reason.
- Missing numbers, by policy: the median and a column that says so (where at least 1 % are missing),
  or the person is left out. A missing text is a category of its own, or the person is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec
import numpy as np

from marketing.conditions.types import Columns, Ref
from marketing.kernel.errors import Invalid
from segments.learning.columns import Bools, Floats, Ints, choices, is_flag, is_text, numbers

SKEWED: Final = 1.0
CUT_OFF: Final = 4.0
NORMAL_IQR: Final = 1.349
MOSTLY_MISSING: Final = 0.95
SOME_MISSING: Final = 0.01
MAX_CATEGORIES: Final = 12
SMALLEST_CATEGORY: Final = 0.01
# One column a category at this height: two different categories are then 1 apart.
HEIGHT: Final = 0.5**0.5


class Missing(StrEnum):
    """What becomes of people of whom something is not known."""

    MEDIAN = "median"
    LEAVE_OUT = "leave_out"


class Number(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=True):
    """``(f(x) - centre) / scale`` with f the logarithm of 1 + x or nothing; ``fill`` in raw units.

    ``tells_missing``: a second column is 1 where it is missing.
    """

    ref: Ref
    log: bool
    centre: float
    scale: float
    fill: float
    cut_off: float
    tells_missing: bool

    @property
    def names(self) -> tuple[str, ...]:
        return ("", "missing") if self.tells_missing else ("",)

    def columns(self, columns: Columns, people: Ints) -> tuple[list[Floats], Bools]:
        """The prepared columns float64[m], and bool[m]: where it is known."""
        raw = numbers(columns, self.ref, people)
        known = ~np.isnan(raw)
        values = np.where(known, raw, self.fill)
        if self.log:
            values = np.log1p(np.maximum(values, 0.0))
        with np.errstate(over="ignore"):  # whatever is too large is cut off anyway
            scaled = np.clip((values - self.centre) / self.scale, -self.cut_off, self.cut_off)
        return [scaled, *([(~known).astype(np.float64)] if self.tells_missing else [])], known


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=True):
    """One column a category; then "other" and "missing" where the people had them."""

    ref: Ref
    categories: tuple[str, ...]
    has_other: bool
    tells_missing: bool

    @property
    def names(self) -> tuple[str, ...]:
        more = ("other",) * self.has_other + ("missing",) * self.tells_missing
        return (*(f"={each}" for each in self.categories), *more)

    def columns(self, columns: Columns, people: Ints) -> tuple[list[Floats], Bools]:
        codes, found = choices(columns, self.ref, people)
        place = {category: i for i, category in enumerate(self.categories)}
        other = len(self.categories)
        lookup = np.array([*(place.get(each, other) for each in found), other + 1])
        slots = lookup[codes]  # the last slot is asked for by -1
        wanted = [*range(other), *([other] if self.has_other else []),
                  *([other + 1] if self.tells_missing else [])]  # fmt: skip
        return [HEIGHT * (slots == slot) for slot in wanted], codes >= 0


Part: TypeAlias = Number | Choice


class LeftOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column that was not used. ``why``: "mostly_missing" or "all_alike"."""

    ref: Ref
    why: str


@dataclass(frozen=True)
class Prepared:
    """``matrix`` float64[m, d]; ``kept`` bool[m], false for who is left out (their rows are 0)."""

    matrix: Floats
    kept: Bools


class Preparation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How columns become a matrix; JSON of plain numbers."""

    parts: tuple[Part, ...]
    missing: Missing
    left_out: tuple[LeftOut, ...] = ()

    @property
    def features(self) -> tuple[tuple[Ref, str], ...]:
        """What each column of the matrix is: the persona column, and which part of it."""
        return tuple((part.ref, name) for part in self.parts for name in part.names)

    def apply(self, columns: Columns, people: Ints) -> Prepared:
        """8 bytes a person and feature. Raises NotFound for a column that is gone."""
        kept = np.ones(len(people), dtype=bool)
        matrix = np.empty((len(people), len(self.features)))
        at = 0
        for part in self.parts:
            made, known = part.columns(columns, people)
            for column in made:
                matrix[:, at] = column
                at += 1
            if self.missing is Missing.LEAVE_OUT:
                kept &= known
        matrix[~kept] = 0.0
        return Prepared(matrix, kept)


def prepare(
    columns: Columns, refs: Sequence[Ref], people: Ints, missing: Missing = Missing.MEDIAN
) -> Preparation:
    """Decide how these columns are prepared, from these people (int64[m]).

    Raises Invalid when nobody or no column is left, NotFound for a column that does not exist.
    """
    if not len(people):
        raise Invalid("There is nobody to learn from", code="too_few_people", fix="Choose others.")
    parts: list[Part] = []
    left_out: list[LeftOut] = []
    for ref in refs:
        decide = _choice if is_text(columns, ref) else _number
        part = decide(columns, ref, people, missing)
        if isinstance(part, str):
            left_out.append(LeftOut(ref=ref, why=part))
        else:
            parts.append(part)
    if not parts:
        raise Invalid(
            "None of these columns tells people apart", code="no_columns",
            fix="Choose columns that are known and differ.",
        )  # fmt: skip
    return Preparation(parts=tuple(parts), missing=missing, left_out=tuple(left_out))


def skewness(values: Floats) -> float:
    """Third standardised moment, 0 for a constant. float64[n] without NaN, n ≥ 1."""
    away = values - values.mean()
    away /= np.abs(away).max() or 1.0  # the cube of a large amount would overflow
    spread = float((away**2).mean())
    return float((away**3).mean()) / spread**1.5 if spread > 0 else 0.0


def is_heavy_tailed(values: Floats) -> bool:
    """The rule for the logarithm, on what is known: float64[n] without NaN."""
    if not len(values) or values.min() < 0:
        return False
    skewed = skewness(values)
    return skewed > SKEWED and abs(skewness(np.log1p(values))) < skewed


def _number(columns: Columns, ref: Ref, people: Ints, missing: Missing) -> Number | str:
    raw = numbers(columns, ref, people)
    known = raw[~np.isnan(raw)]
    unknown_share = 1 - len(known) / len(raw)
    if unknown_share >= MOSTLY_MISSING:
        return "mostly_missing"
    tells = missing is Missing.MEDIAN and unknown_share >= SOME_MISSING
    if known.min() == known.max() and not tells:
        return "all_alike"
    fill = float(np.median(known))
    if is_flag(known):
        return Number(ref=ref, log=False, centre=0.0, scale=1.0, fill=float(np.round(fill)),
                      cut_off=1.0, tells_missing=tells)  # fmt: skip
    log = is_heavy_tailed(known)
    values = np.log1p(known) if log else known
    return Number(ref=ref, log=log, centre=float(np.median(values)), scale=_scale(values),
                  fill=fill, cut_off=CUT_OFF, tells_missing=tells)  # fmt: skip


def _scale(values: Floats) -> float:
    low, high = np.quantile(values, (0.25, 0.75))
    spread = float(high - low) / NORMAL_IQR or float(values.std())
    return spread if spread > 0 else 1.0


def _choice(columns: Columns, ref: Ref, people: Ints, missing: Missing) -> Choice | str:
    codes, found = choices(columns, ref, people)
    sizes = np.bincount(codes + 1, minlength=len(found) + 1)
    unknown, sizes = int(sizes[0]), sizes[1:]
    if unknown >= MOSTLY_MISSING * len(codes):
        return "mostly_missing"
    frequent = np.argsort(-sizes, kind="stable")[:MAX_CATEGORIES]
    frequent = frequent[sizes[frequent] >= max(SMALLEST_CATEGORY * len(codes), 1)]
    has_other = int(sizes[frequent].sum()) + unknown < len(codes)
    tells = missing is Missing.MEDIAN and unknown > 0
    if len(frequent) + has_other + tells < 2:
        return "all_alike"
    return Choice(ref=ref, categories=tuple(found[i] for i in frequent), has_other=has_other,
                  tells_missing=tells)  # fmt: skip
