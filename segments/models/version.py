"""Who was inside a segment, version by version and day by day."""

from __future__ import annotations

from functools import lru_cache

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from segments.models.segment import Segment


class SegmentVersion(models.Model):
    """Who was inside at ``as_of``, and who entered and left since the version before.

    The sets are roaring bitmaps of ordinals. A version without ``members_blob`` is the one before
    it with who entered and without who left: fresh events move few people, many times a minute.
    Readers take the newest row: old or new, never half.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions")
    as_of = models.DateTimeField(_("as of"))
    checked_at = models.DateTimeField(_("last refreshed"))
    size = models.PositiveIntegerField(_("size"))
    n_entered = models.PositiveIntegerField(_("entered"))
    n_left = models.PositiveIntegerField(_("left"))
    members_blob = models.BinaryField(null=True)
    entered_blob = models.BinaryField()
    left_blob = models.BinaryField()
    personas_version = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("segment version")
        verbose_name_plural = _("segment versions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["segment", "-id"], name="newest_segment_version")]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.as_of:%Y-%m-%d %H:%M} {self.size}"

    @property
    def members(self) -> BitMap:
        """A set of the caller's own."""
        if self.members_blob is not None:
            return BitMap.deserialize(bytes(self.members_blob))
        return BitMap(_members(self.pk))

    @property
    def entered(self) -> BitMap:
        return BitMap.deserialize(bytes(self.entered_blob))

    @property
    def left(self) -> BitMap:
        return BitMap.deserialize(bytes(self.left_blob))


@lru_cache(maxsize=512)
def _members(pk: int) -> BitMap:
    """Nobody else may change it: a version never changes.

    One statement, however many small versions stand upon the whole one.
    """
    segment = SegmentVersion.objects.filter(pk=pk).values("segment")
    upto = SegmentVersion.objects.filter(segment__in=segment, pk__lte=pk)
    whole = upto.filter(members_blob__isnull=False).order_by("-pk").values("pk")[:1]
    inside = BitMap()
    for row in upto.filter(pk__gte=Coalesce(models.Subquery(whole), 0)).order_by("pk"):
        inside = row.members if row.members_blob is not None else (inside | row.entered) - row.left
    return inside


class SegmentDay(models.Model):
    """One local day of a segment: its size at the end, who entered and who left in its course.

    Who did both is in both sets. ``moved`` says on which side of the day each of them differs: who
    is inside at its end and was not at its beginning, or the other way round.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    size = models.PositiveIntegerField(_("size"))
    n_entered = models.PositiveIntegerField(_("entered"))
    n_left = models.PositiveIntegerField(_("left"))
    entered_blob = models.BinaryField()
    left_blob = models.BinaryField()
    # None: written by a release that did not keep it.
    moved_blob = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("segment day")
        verbose_name_plural = _("segment days")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["segment", "day"], name="segment_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.day} {self.size}"

    @property
    def entered(self) -> BitMap:
        return BitMap.deserialize(bytes(self.entered_blob))

    @property
    def left(self) -> BitMap:
        return BitMap.deserialize(bytes(self.left_blob))

    @property
    def moved(self) -> BitMap:
        """Members at its end differ from those at its beginning by exactly these people."""
        if self.moved_blob is None:
            return self.entered ^ self.left
        return BitMap.deserialize(bytes(self.moved_blob))
