"""One file that somebody brings, and what became of its rows. The row is the promise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.imports.types import Counts, Options
from marketing.workspace.asked import Asked


class Import(Asked):
    """A file is looked at, mapped, checked as often as one likes, and taken in once.

    The counts, the position and the error file's length move in one transaction with what the rows
    do, so that whoever takes it up after a crash goes on where it stopped. No cell is kept here
    longer than the file itself.
    """

    class Phase(models.TextChoices):
        LOOK = "look", _("looking at the file")
        CHECK = "check", _("check")
        RUN = "run", _("import")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        PARQUET = "parquet", "Parquet"

    kind = models.CharField(_("kind"), max_length=40)
    phase = models.CharField(_("phase"), max_length=8, choices=Phase.choices, default=Phase.LOOK)
    file_name = models.CharField(_("file"), max_length=200)
    format = models.CharField(_("format"), max_length=8, choices=Format.choices)
    size = models.BigIntegerField(_("size, bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    # Below IMPORTS_DIR; empty once it is deleted.
    stored = models.CharField(max_length=80, blank=True)
    error_file = models.CharField(max_length=80, blank=True)
    error_bytes = models.BigIntegerField(default=0)
    # The columns' names, and of each what its cells look like (text, number, flag or date).
    headers = models.JSONField(default=list)
    looks = models.JSONField(default=list)
    # The first rows, until the file goes.
    sample = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    # Target (a field, or attribute:name:type) to a column's name; field to one value for all rows.
    mapping = models.JSONField(default=dict)
    constants = models.JSONField(default=dict)
    # Of whoever asked: their problems are written in it.
    language = models.CharField(max_length=2, default="en")
    # The workspace's moment when this phase was asked for.
    as_of = models.DateTimeField(_("as of"))
    # Records read, blank ones too; all of them are once it is read.
    position = models.BigIntegerField(default=0)
    is_read = models.BooleanField(default=False)
    good = models.BigIntegerField(_("good rows"), default=0)
    known = models.BigIntegerField(_("known rows"), default=0)
    bad = models.BigIntegerField(_("rows with problems"), default=0)
    # [{"field", "code", "en", "zh", "fix_en", "fix_zh", "n"}]: what was wrong, how often.
    faults = models.JSONField(default=list)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["state", "asked_at"], name="import_waiting")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def counts(self) -> Counts:
        return Counts(good=self.good, known=self.known, bad=self.bad)

    @property
    def written(self) -> Options:
        """How the file is written."""
        return msgspec.convert(self.options, Options)

    @property
    def key(self) -> str:
        return f"import-{self.pk}"

    @property
    def is_waiting(self) -> bool:
        return bool(self.state == Asked.State.WAITING)

    @property
    def is_done(self) -> bool:
        return bool(self.state == Asked.State.DONE and self.phase == Import.Phase.RUN)

    def fresh_start(self) -> dict[str, Any]:
        """The columns of an attempt that begins with the first row."""
        return {"position": 0, "is_read": False, "good": 0, "known": 0, "bad": 0, "faults": [],
                "error_bytes": 0, "progress": 0.0, "tries": 0, "problem": None, "done_at": None,
                "took_ms": None}  # fmt: skip


class ImportedKey(models.Model):
    """A message that was imported and must count once for good: the log forgets after a while.

    A hash of what the file calls it; it names nobody.
    """

    key = models.CharField(max_length=60, primary_key=True)
    imported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("imported key")
        verbose_name_plural = _("imported keys")

    def __str__(self) -> str:
        return self.key

    @classmethod
    def among(cls, keys: Iterable[str]) -> set[str]:
        wanted, found = sorted(set(keys)), set[str]()
        for start in range(0, len(wanted), 1_000):
            some = cls.objects.filter(key__in=wanted[start : start + 1_000])
            found |= set(some.values_list("key", flat=True))
        return found

    @classmethod
    def remember(cls, keys: Iterable[str], now: datetime) -> None:
        ImportedKey.objects.bulk_create(
            [ImportedKey(key=key, imported_at=now) for key in dict.fromkeys(keys)],
            batch_size=1_000, ignore_conflicts=True,
        )  # fmt: skip


class ListedId(models.Model):
    """An id on its way onto a list: read from a file whose last row is not read yet.

    They wait here so that the list changes once, whole. Whoever is erased takes all of them along.
    """

    # Of the import.
    key = models.CharField(max_length=60)
    segment = models.CharField(max_length=50)
    verb = models.CharField(max_length=8)
    user_id = models.CharField(max_length=250)

    class Meta:
        verbose_name = _("listed ID")
        verbose_name_plural = _("listed IDs")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "segment", "verb", "user_id"], name="listed_once_an_import"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.verb} {self.segment}"
