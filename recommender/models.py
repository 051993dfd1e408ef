"""What was learned, for the operators' eyes; the artefact itself is an immutable folder."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LearnedModel(models.Model):
    """One artefact with the metrics it was measured at. The pointer ``model:<name>`` serves one."""

    class Kind(models.TextChoices):
        PREDICTOR = "predictor", _("Predictor")
        RANKER = "ranker", _("Ranker")

    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    version = models.CharField(_("version"), max_length=64)
    label = models.CharField(_("label"), max_length=120)
    label_zh = models.CharField(_("label in Chinese"), max_length=120, blank=True)
    learned_at = models.DateTimeField(_("learned"))
    # The report of the evaluation, as recommender.evaluation defines it.
    report = models.JSONField(_("report"), default=dict)

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="artefact_listed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
