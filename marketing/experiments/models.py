"""Experiments and who was exposed to which arm."""

from __future__ import annotations

from datetime import datetime, timedelta

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
    # Who is exposed within so many days counts; when the last of them had their goal window, the
    # experiment is decided.
    planned_days = models.PositiveSmallIntegerField(_("planned days"), default=14)
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

    @property
    def planned_until(self) -> datetime:
        """Who is exposed from then on does not count in the verdict."""
        return self.started_at + timedelta(days=self.planned_days)

    @property
    def decided_by(self) -> datetime:
        """When the last look is taken, if none before decides."""
        return self.planned_until + timedelta(days=self.goal_days)


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
    spent = models.FloatField()
    bound = models.FloatField(null=True)
    estimate = models.FloatField(null=True)
    z = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    money = models.FloatField(null=True)
    money_low = models.FloatField(null=True)
    money_high = models.FloatField(null=True)
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
