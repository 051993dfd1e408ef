"""Experiments and who was exposed to which arm."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.kernel.text import Text
from marketing.people.models import Person
from marketing.workspace.language import language


class Experiment(models.Model):
    """``arms``: names, the holdout first; ``weights``: their intended shares, adding to 1."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    arms = models.JSONField(_("arms"))
    weights = models.JSONField(_("weights"))
    goal_event = models.CharField(_("goal event"), max_length=120)
    goal_days = models.PositiveSmallIntegerField(_("goal window, days"))
    started_at = models.DateTimeField(_("started"))
    simulated = models.BooleanField(_("simulated answers"), default=False)
    # The newest result; see marketing.experiments.results. None before the first computation.
    result = models.JSONField(_("result"), null=True)
    result_at = models.DateTimeField(_("result as of"), null=True)

    class Meta:
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label.say(language())

    @property
    def label(self) -> Text:
        return Text(self.name, self.name_zh or self.name)


class Exposure(models.Model):
    """The moment at which a person's arm first made a difference, in every arm alike."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="exposures")
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    arm = models.PositiveSmallIntegerField(_("arm"))
    exposed_at = models.DateTimeField(_("exposed"))

    class Meta:
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        constraints = [
            models.UniqueConstraint(fields=["experiment", "person"], name="exposed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id} {self.person_id} {self.arm}"
