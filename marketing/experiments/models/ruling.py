"""What operators decided about an experiment, and why: kept, never changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.experiments.models.experiment import Experiment


class Ruling(models.Model):
    """``verdict``: what the product said at that moment, so that one reads who went against it."""

    class Decision(models.TextChoices):
        SHIP = "ship", _("Ship")
        STOP = "stop", _("Stop")
        KEEP_RUNNING = "keep_running", _("Keep running")

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="rulings")
    ruled_at = models.DateTimeField(_("decided"))
    ruled_by = models.CharField(_("by"), max_length=150)
    decision = models.CharField(_("decision"), max_length=12, choices=Decision.choices)
    reason = models.CharField(_("reason"), max_length=500)
    verdict = models.CharField(_("verdict"), max_length=12)

    class Meta:
        verbose_name = _("decision about an experiment")
        verbose_name_plural = _("decisions about experiments")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.experiment_id} {self.decision}"
