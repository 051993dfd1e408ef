"""Segments and their versions."""

from __future__ import annotations

from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from marketing.conditions.groups import Node, leaves
from marketing.conditions.parse import parse
from marketing.kernel.errors import MarketingError
from marketing.kernel.hashing import content_hash
from marketing.kernel.text import Text
from marketing.people.models import Label
from marketing.personas.traits import check
from marketing.workspace.language import language


def validate_condition(document: object) -> None:
    """A condition that does not parse is refused with its place and its fix."""
    try:
        for leaf in leaves(parse(document)):
            for spec in leaf.traits():
                check(spec)
    except MarketingError as error:
        raise ValidationError(str(error)) from error


class Segment(models.Model):
    """A named condition. ``key`` is what other conditions and campaigns refer to."""

    class Family(models.TextChoices):
        LIFECYCLE = "lifecycle", _("Lifecycle")
        RFM = "rfm", _("RFM")
        BEHAVIOUR = "behaviour", _("Behaviour")
        CUSTOM = "custom", _("Custom")

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    description = models.TextField(_("description"), blank=True)
    family = models.CharField(
        _("family"), max_length=12, choices=Family.choices, default=Family.CUSTOM
    )
    condition = models.JSONField(_("condition"), validators=[validate_condition])
    active = models.BooleanField(_("active"), default=True)
    # Why the newest refresh could not evaluate it; empty when it could.
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)
    # The hash of the condition that was evaluated last: another one is due for everybody.
    evaluated = models.CharField(max_length=16, blank=True, editable=False)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["family", "id"]

    def __str__(self) -> str:
        return self.label.say(language())

    @property
    def label(self) -> Text:
        return Text(self.name, self.name_zh or self.name)

    @property
    def condition_hash(self) -> str:
        return content_hash(self.condition)

    @property
    def is_evaluated(self) -> bool:
        return self.evaluated == self.condition_hash

    @property
    def node(self) -> Node:
        return parse(self.condition)


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


class LabelRule(models.Model):
    """Members of a segment carry a label; who leaves loses it. See ``labelling.py``."""

    label = models.ForeignKey(
        Label, on_delete=models.CASCADE, related_name="rules", verbose_name=_("label")
    )
    value = models.CharField(_("value"), max_length=120, blank=True)
    segment = models.ForeignKey(
        Segment, on_delete=models.PROTECT, related_name="label_rules", verbose_name=_("segment")
    )
    active = models.BooleanField(_("active"), default=True)
    # Asked to go: its labels are taken back, then the row goes.
    is_leaving = models.BooleanField(default=False, editable=False)
    # The version of the segment whose members carry the label; None: nobody does.
    applied = models.BigIntegerField(null=True, editable=False)
    # Of that version everybody up to this ordinal; None: all of them.
    reached = models.BigIntegerField(null=True, editable=False)
    # Why it is not followed; empty when it is.
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("rule of a label")
        verbose_name_plural = _("rules of labels")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["label", "value", "segment"], name="label_rule_once_a_segment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.segment} → {self.value or self.label.key}"
