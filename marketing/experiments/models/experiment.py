"""Experiments, the stretches of constant shares, and what is measured beside the goal."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.workspace.named import Named


class Experiment(Named):
    """``arms``: names, the holdout first; ``weights``: the shares meant to hold now, adding to 1.

    An arm never changes its place; one that is taken away keeps it, with a share of 0.
    """

    class Method(models.TextChoices):
        LOOKS = "looks", _("Planned looks, one a day")
        ALWAYS_VALID = "always_valid", _("Always valid: look whenever you like")
        FIXED = "fixed", _("Once, at the end")
        BAYES = "bayes", _("Bayesian, at the end")

    key = models.SlugField(_("key"), unique=True)
    arms = models.JSONField(_("arms"))
    weights = models.JSONField(_("weights"))
    # What decides; None: whether a person does ``goal_event`` within ``goal_days``.
    goal_metric = models.ForeignKey(
        "experiments.MetricDefinition", on_delete=models.PROTECT, null=True, blank=True,
        related_name="+", verbose_name=_("goal metric"),
    )  # fmt: skip
    goal_event = models.CharField(_("goal event"), max_length=120)
    # Of the epoch that runs: people who are assigned now are assigned by ``weights``.
    epoch = models.PositiveIntegerField(_("epoch"), default=0)
    goal_days = models.PositiveSmallIntegerField(_("goal window, days"))
    started_at = models.DateTimeField(_("started"))
    # Who is exposed within so many days counts; when the last of them had their goal window, the
    # experiment is decided.
    planned_days = models.PositiveSmallIntegerField(_("planned days"), default=14)
    method = models.CharField(
        _("method"), max_length=12, choices=Method.choices, default=Method.LOOKS
    )  # fmt: skip
    # A persona column as of the start, by whose values the groups are compared like with like.
    strata = models.CharField(_("strata"), max_length=120, blank=True)
    # The slice [low, high) of the layer's people that may take part; None: everybody.
    layer = models.ForeignKey(
        "experiments.Layer", on_delete=models.PROTECT, null=True, blank=True,
        related_name="experiments", verbose_name=_("layer"),
    )  # fmt: skip
    layer_low = models.FloatField(default=0.0)
    layer_high = models.FloatField(default=1.0)
    ended_at = models.DateTimeField(_("ended"), null=True)
    # What steers the shares, where they follow the answers; see campaigns.adapting.
    allocation = models.JSONField(null=True)
    simulated = models.BooleanField(_("simulated answers"), default=False)
    # The newest result; see marketing.experiments.results. None before the first computation.
    result = models.JSONField(_("result"), null=True)
    result_at = models.DateTimeField(_("result as of"), null=True)

    class Meta:
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        ordering = ["id"]

    @property
    def planned_until(self) -> datetime:
        """Who is exposed from then on does not count in the verdict."""
        return self.started_at + timedelta(days=self.planned_days)

    @property
    def decided_by(self) -> datetime:
        """When the last look is taken, if none before decides."""
        return self.planned_until + timedelta(days=self.goal_days)

    @property
    def is_personal(self) -> bool:
        """Were variants dealt by chances of people's own?"""
        return bool((self.allocation or {}).get("contextual"))

    @cached_property
    def control(self) -> int:
        """The arm that the others are compared with: the holdout, or the first variant where nobody
        was ever held out. An edit of the weights changes it only so long as nobody was.
        """
        held = [self.weights[0], *(each.weights[0] for each in self.epochs.all())]
        return 0 if any(share > 0 for share in held) else 1


class Epoch(models.Model):
    """A stretch of time in which the shares stayed the same. ``number`` counts from 0."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="epochs")
    number = models.PositiveIntegerField(_("number"))
    started_at = models.DateTimeField(_("started"))
    weights = models.JSONField(_("weights"))

    class Meta:
        verbose_name = _("epoch")
        verbose_name_plural = _("epochs")
        ordering = ["experiment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "number"], name="epoch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id} {self.number}"


class ExperimentMetric(models.Model):
    """A metric beside the goal."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="metrics")
    definition = models.ForeignKey("experiments.MetricDefinition", on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("metric of an experiment")
        verbose_name_plural = _("metrics of experiments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "definition"], name="metric_once"),
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id} {self.definition_id}"
