"""What is asked of segments."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from django.db.models import Max
from pyroaring import BitMap

from marketing.conditions.criteria import Label
from marketing.conditions.explain import LeafAnswer, explain
from marketing.conditions.groups import leaves
from marketing.conditions.types import Column, Columns, Ref, TraitSpec
from marketing.kernel.text import Language
from marketing.personas.labels import labeller as persona_labeller
from marketing.personas.types import Personas
from segments.entering import SinceEntered
from segments.evaluation import Buckets
from segments.models import Segment, SegmentVersion
from segments.origins import STANDING


def newest_versions() -> dict[str, SegmentVersion]:
    """Segment key to its newest version."""
    newest = SegmentVersion.objects.values("segment").annotate(top=Max("id")).values("top")
    found = SegmentVersion.objects.filter(id__in=newest, segment__active=True).select_related(
        "segment"
    )
    return {version.segment.key: version for version in found}


def newest_of(segments: Iterable[Segment]) -> dict[int, SegmentVersion]:
    """By segment's id, without who is inside: that is read where it is asked for."""
    rows = SegmentVersion.objects.filter(segment__in=[each.pk for each in segments]).order_by()
    newest = rows.values("segment").annotate(top=Max("id")).values("top")
    found = SegmentVersion.objects.filter(id__in=newest)
    light = found.defer("members_blob", "entered_blob", "left_blob")
    return {version.segment_id: version for version in light}


def newest_version(segment: Segment) -> SegmentVersion | None:
    return SegmentVersion.objects.filter(segment=segment).first()


def memberships_of(ordinal: int) -> list[Segment]:
    """The segments this person is in, in the order of the list."""
    inside = {k for k, v in newest_versions().items() if ordinal in v.members}
    return list(Segment.objects.filter(key__in=inside))


def specs() -> dict[str, TraitSpec]:
    """The traits that active segments spell out on the spot, by column name."""
    found: dict[str, TraitSpec] = {}
    for segment in Segment.objects.filter(active=True):
        for leaf in leaves(segment.node):
            found |= {spec.key(): spec for spec in leaf.traits()}
    return found


def with_segments(personas: Personas) -> Personas:
    """The personas with ``segment:`` columns of the newest versions and ``bucket:`` columns."""
    size = personas.size
    return personas.extended(_Newest(size), Buckets(size), SinceEntered(size, personas.today))


class _Newest:
    """Provider over stored bitmaps; each is expanded once.

    Who stands in a segment that is no rule is read of its newest version too: only a refresh
    assigns.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._versions: dict[str, SegmentVersion] | None = None

    def __call__(self, ref: Ref) -> Column | None:
        if ref.kind not in ("segment", STANDING):
            return None
        if self._versions is None:
            self._versions = newest_versions()
        version = self._versions.get(ref.name)
        if version is None:
            return None
        return Column(as_mask(version.members, self.size), np.ones(self.size, dtype=bool))


def as_mask(members: BitMap, size: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """bool[size]; ordinals beyond ``size`` are left out."""
    mask = np.zeros(size, dtype=bool)
    ordinals = np.array(members, dtype=np.int64)
    mask[ordinals[ordinals < size]] = True
    return mask


def labeller() -> Label:
    """Names of every persona column, segments included."""
    return persona_labeller({segment.key: segment.label for segment in Segment.objects.all()})


def sentence(segment: Segment, language: Language, label: Label | None = None) -> str:
    return segment.node.describe(language, label or labeller())


def why(segment: Segment, personas: Personas, ordinal: int, language: Language) -> list[LeafAnswer]:
    """Why this person is or is not inside: every leaf with the value seen."""
    return explain(segment.node, one_person(personas, ordinal), language, labeller())


def one_person(personas: Personas, ordinal: int) -> Columns:
    """One person's columns, segments and buckets among them; nobody else's bucket is drawn."""
    return _One(personas, ordinal)


class _One:
    def __init__(self, personas: Personas, ordinal: int) -> None:
        self._all = with_segments(personas).one(ordinal)
        self._bucket = Buckets(personas.size, np.array([ordinal], dtype=np.int64))

    def column(self, ref: Ref) -> Column:
        bucket = self._bucket(ref)
        return self._all.column(ref) if bucket is None else bucket.at(0)
