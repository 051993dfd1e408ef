"""Looks at an experiment: kept as they were."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.experiments.models.experiment import Experiment


class Look(models.Model):
    """What was seen of the goal at one planned look, and from where on it decides: never changed.

    Of people whose goal window is over. ``information``: people in both groups as if they were of
    one size. ``spent``: of the allowed chance to be wrong. ``estimate``: share of the treated who
    reach the goal minus the holdout's; ``z``: the same in standard errors; ``bound``: |z| from
    which the look decides; ``low`` to ``high``: effects that it does not rule out, at all looks
    together. ``money``: cents per person. None where the data, or the schedule, say nothing.
    ``is_last``: decides in any case.
    """

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="looks")
    day = models.DateField(_("day"))
    looked_at = models.DateTimeField(_("looked"))
    treated = models.PositiveIntegerField(_("treated people"))
    holdout = models.PositiveIntegerField(_("people in the holdout"))
    information = models.FloatField()
    # How much of the planned time was over, 0 to 1.
    share = models.FloatField(default=0.0)
    spent = models.FloatField()
    bound = models.FloatField(null=True)
    estimate = models.FloatField(null=True)
    z = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    money = models.FloatField(null=True)
    money_low = models.FloatField(null=True)
    money_high = models.FloatField(null=True)
    # Chance that the treated do better, by the stated priors; only where the method is Bayesian.
    better = models.FloatField(null=True)
    # How it was asked: the experiment may be edited afterwards. ``shape`` of the goal, and which
    # percentile, see marketing.experiments.statistics.compare; ``control``: what the others were
    # compared with; ``is_steered``: the shares followed the answers.
    method = models.CharField(
        max_length=12, choices=Experiment.Method.choices, default=Experiment.Method.LOOKS
    )  # fmt: skip
    shape = models.CharField(max_length=12, default="rate")
    percentile = models.FloatField(null=True)
    control = models.PositiveSmallIntegerField(default=0)
    is_steered = models.BooleanField(default=False)
    lower_is_better = models.BooleanField(default=False)
    # What the goal and the money were computed from: see marketing.experiments.summing.
    sums = models.JSONField(default=dict)
    # Each arm against the control: see marketing.experiments.looking.
    arms = models.JSONField(default=list)
    is_last = models.BooleanField(_("last look"), default=False)

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        ordering = ["experiment", "id"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "day"], name="one_look_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id} {self.day}"

    @property
    def decides(self) -> bool:
        """Is the goal's interval clear of no effect?"""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)
