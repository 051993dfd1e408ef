"""What was found, as typed JSON in both languages: what the pages show."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from marketing.kernel.text import Text
from segments.models import Learning


class _Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``people``: how many were looked at; ``left_out``: columns that told nothing, and why."""

    people: int
    columns: tuple[Text, ...]
    left_out: tuple[tuple[Text, str], ...] = ()


class Tried(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One number of groups of one method; see ``segments.learning.choose.Trial``."""

    method: Text
    k: int
    silhouette: float
    crowd: float
    stability: float
    least_steady: float
    noise: float
    passes: bool
    is_chosen: bool = False


class Apart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One trait of a group beside everybody else. ``here`` and ``there``: as they are written."""

    trait: Text
    said: Text
    effect: float
    here: str
    there: str


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``number`` -1: who is in no group."""

    number: int
    size: int
    share: float
    name: Text
    sentence: Text
    apart: tuple[Apart, ...]


class Overlap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much a group shares with a segment of the learning before: Jaccard, 0 to 1."""

    group: int
    segment: int
    share: float


class GroupsReport(_Report, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="groups"):
    """``groups`` empty: there are none, and ``explained`` says why. ``looked_at``: the sample that
    the number was chosen on; ``learned_from``: the sample that the groups were learned from.
    """

    explained: Text
    tried: tuple[Tried, ...]
    p_value: float | None
    looked_at: int
    learned_from: int = 0
    agreement: float | None = None
    is_fixed: bool = False
    groups: tuple[Group, ...] = ()
    overlaps: tuple[Overlap, ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A share with its interval at 95 %; see ``segments.analysis.shares``."""

    rate: float
    low: float
    high: float


class Telling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    trait: Text
    weight: float
    said: Text


class LookalikeReport(
    _Report, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="lookalike"
):
    """``size``: how many were asked for; ``found``: how many score at least ``threshold``."""

    members: int
    size: int
    found: int
    threshold: float
    auc: float
    auc_low: float
    auc_high: float
    captured: Part | None
    lift: float
    verdict: Text
    telling: tuple[Telling, ...]


class RuleReport(_Report, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="rule"):
    """``condition``: the document; ``inside``: how many it picks now."""

    condition: dict[str, Any]
    sentence: Text
    examples: int
    inside: int
    precision: Part | None
    recall: Part | None
    base_rate: float
    learned_from: int


Report: TypeAlias = GroupsReport | LookalikeReport | RuleReport


def report_of(row: Learning) -> Report | None:
    """None while it waits, and where it was refused."""
    return None if row.report is None else msgspec.convert(row.report, Report)
