"""Who saw which arm, and since when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.experiments.models.experiment import Experiment
from marketing.people.models import Person


class Exposure(models.Model):
    """The moment at which a person's arm first made a difference, in every arm alike."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="exposures")
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    arm = models.PositiveSmallIntegerField(_("arm"))
    exposed_at = models.DateTimeField(_("exposed"))
    # In which epoch the arm was drawn, and with which chance each arm might have been: of a
    # contextual allocation, where it differs from person to person; else None.
    epoch = models.PositiveIntegerField(_("epoch"), default=0)
    propensities = models.JSONField(null=True)

    class Meta:
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        constraints = [
            models.UniqueConstraint(fields=["experiment", "person"], name="exposed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id} {self.person_id} {self.arm}"
