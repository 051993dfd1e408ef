"""A change of a list that waits for a worker, and what became of it."""

from __future__ import annotations

import zlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.workspace.asked import Asked
from segments.models.segment import Segment


class ListChange(Asked):
    """``ids_blob``: the ids, one a line, compressed. It is emptied once the change is made: who was
    unknown is counted and not kept.
    """

    class Verb(models.TextChoices):
        REPLACE = "replace", _("Replace")
        ADD = "add", _("Add")
        REMOVE = "remove", _("Remove")

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="list_changes")
    verb = models.CharField(_("change"), max_length=8, choices=Verb.choices)
    source = models.CharField(_("source"), max_length=120, blank=True)
    ids_blob = models.BinaryField(default=b"")
    given = models.PositiveIntegerField(_("ids given"), default=0)
    unknown = models.PositiveIntegerField(_("unknown ids"), null=True)
    entered = models.PositiveIntegerField(_("entered"), null=True)
    left = models.PositiveIntegerField(_("left"), null=True)

    class Meta:
        verbose_name = _("list change")
        verbose_name_plural = _("list changes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.verb} {self.given}"

    @property
    def ids(self) -> list[str]:
        packed = bytes(self.ids_blob)
        return zlib.decompress(packed).decode().split("\n") if packed else []


def packed(ids: list[str]) -> bytes:
    """As ``ListChange.ids_blob`` holds them; no id contains a line break."""
    return zlib.compress("\n".join(ids).encode()) if ids else b""
