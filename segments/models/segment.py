"""Segments: by a rule, kept, listed or learned."""

from __future__ import annotations

import msgspec
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.conditions.criteria import Criterion
from marketing.conditions.groups import Node, located
from marketing.conditions.parse import parse
from marketing.kernel.errors import MarketingError
from marketing.kernel.hashing import content_hash
from marketing.personas.traits import check
from marketing.workspace.named import Named
from segments.origins import Origin


def validate_condition(document: object) -> None:
    """A condition that does not parse is refused with its place and its fix."""
    try:
        for pointer, leaf in located(parse(document)):
            _check_traits(pointer, leaf)
    except MarketingError as error:
        raise ValidationError(str(error)) from error


def _check_traits(pointer: str, leaf: Criterion) -> None:
    """A spec's error says where in it; ``pointer`` is where in the condition the leaf stands."""
    try:
        for spec in leaf.traits():
            check(spec)
    except MarketingError as error:
        error.pointer = pointer + (error.pointer or "")
        raise


class Segment(Named):
    """A named set of people. ``key`` is what other conditions and campaigns refer to.

    Whatever its kind, who is inside is published as versions, and readers see no difference.
    """

    class Kind(models.TextChoices):
        DYNAMIC = "dynamic", _("By a rule")
        SNAPSHOT = "snapshot", _("Snapshot")
        IMPORTED = "imported", _("List")
        LEARNED = "learned", _("Learned from data")

    class Family(models.TextChoices):
        LIFECYCLE = "lifecycle", _("Lifecycle")
        RFM = "rfm", _("RFM")
        BEHAVIOUR = "behaviour", _("Behaviour")
        CUSTOM = "custom", _("Custom")

    key = models.SlugField(_("key"), unique=True)
    description = models.TextField(_("description"), blank=True)
    family = models.CharField(
        _("family"), max_length=12, choices=Family.choices, default=Family.CUSTOM
    )
    kind = models.CharField(
        _("kind"), max_length=8, choices=Kind.choices, default=Kind.DYNAMIC, editable=False
    )
    # Of a dynamic one only.
    condition = models.JSONField(_("condition"), validators=[validate_condition], null=True)
    # Of the other kinds: see ``Origin``.
    origin = models.JSONField(default=dict, blank=True, editable=False)
    # A learned one is this group of it; the rule of a dynamic one may have been learned from it.
    learning = models.ForeignKey(
        "segments.Learning",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="segments",
        verbose_name=_("learned from"),
    )
    group = models.SmallIntegerField(null=True, blank=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    # Why the newest refresh could not evaluate it; empty when it could.
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)
    # The hash of the condition that was evaluated last: another one is due for everybody.
    evaluated = models.CharField(max_length=16, blank=True, editable=False)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["family", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="dynamic", condition__isnull=False)
                | (~models.Q(kind="dynamic") & models.Q(condition__isnull=True)),
                name="segment_condition_of_dynamic_only",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="learned")
                | models.Q(learning__isnull=False, group__isnull=False),
                name="segment_learned_from_something",
            ),
        ]

    def clean(self) -> None:
        if (self.kind == self.Kind.DYNAMIC) == (self.condition is None):
            raise ValidationError({"condition": _("A segment by a rule has a condition.")})

    @property
    def is_dynamic(self) -> bool:
        return self.kind == self.Kind.DYNAMIC

    @property
    def is_learned(self) -> bool:
        """Who is inside, or the rule for it, was learned from data; also where it was edited since.

        It never changes: labels that follow the segment are told apart by it.
        """
        return self.learning_id is not None

    @property
    def definition_hash(self) -> str:
        """Of what decides who is inside, the people of a list apart."""
        if self.is_dynamic:
            return content_hash(self.condition)
        return content_hash([self.kind, self.origin, self.learning_id, self.group])

    @property
    def is_evaluated(self) -> bool:
        return self.evaluated == self.definition_hash

    @property
    def node(self) -> Node:
        if self.is_dynamic:
            return parse(self.condition)
        return msgspec.convert(self.origin, Origin).node(self.key)
