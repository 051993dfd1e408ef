"""Labels that follow a segment."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.people.models import Label
from segments.models.segment import Segment


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
