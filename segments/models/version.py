"""Who was inside a segment, version by version and day by day."""

from __future__ import annotations

from functools import lru_cache

from django.db import models
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
    """Nobody else may change it: a version never changes."""
    version = SegmentVersion.objects.get(pk=pk)
    if version.members_blob is not None:
        return version.members
    before = SegmentVersion.objects.filter(segment_id=version.segment_id, pk__lt=pk).first()
    inside = _members(before.pk) if before else BitMap()
    return (inside | version.entered) - version.left


class SegmentDay(models.Model):
    """One local day of a segment: its size at the end, who entered and who left in its course."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    size = models.PositiveIntegerField(_("size"))
    n_entered = models.PositiveIntegerField(_("entered"))
    n_left = models.PositiveIntegerField(_("left"))
    entered_blob = models.BinaryField()
    left_blob = models.BinaryField()

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
