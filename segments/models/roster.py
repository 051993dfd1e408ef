"""The people who were put into a segment by hand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from segments.models.segment import Segment


class Roster(models.Model):
    """Of a snapshot or a list: a roaring bitmap of ordinals.

    People whom no refresh has seen yet stand here already and are inside from the next one on.
    Merges are followed and erased people go (``segments.rosters.settle``).
    """

    segment = models.OneToOneField(Segment, on_delete=models.CASCADE, related_name="roster")
    people_blob = models.BinaryField()
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")

    def __str__(self) -> str:
        return f"{self.segment_id} {self.changed_at:%Y-%m-%d %H:%M}"

    @property
    def people(self) -> BitMap:
        return BitMap.deserialize(bytes(self.people_blob))
