"""Metrics as operators define them: a kind of the registry, over one event."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.kernel.text import Text
from marketing.workspace.language import language


class MetricDefinition(models.Model):
    """``kind``: a member of ``marketing.experiments.metrics``. ``event``: what is counted;
    ``amount``: the number that is summed (revenue, ratio), empty: each event counts 1.
    ``per_event``: what a ratio is divided by. ``from_day`` to ``days``: after the exposure, days of
    24 hours; ``from_day`` is for retention. ``cap_percentile``: amounts above it count as it.
    """

    class Role(models.TextChoices):
        SECONDARY = "secondary", _("Secondary: look, do not decide")
        GUARDRAIL = "guardrail", _("Guardrail: must not get worse")

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=40)
    event = models.CharField(_("event"), max_length=120)
    amount = models.CharField(
        _("amount"), max_length=120, blank=True,
        help_text=_("The property that is summed, as price_cents; empty: each event counts 1."),
    )  # fmt: skip
    per_event = models.CharField(
        _("per event"), max_length=120, blank=True,
        help_text=_("For a ratio: what it is divided by, as clicks per view."),
    )  # fmt: skip
    from_day = models.PositiveSmallIntegerField(
        _("from day"), default=0, help_text=_("For retention: active from this day after it on.")
    )
    days = models.PositiveSmallIntegerField(
        _("window, days"), default=14, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    cap_percentile = models.DecimalField(
        _("cap at percentile"), max_digits=5, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(50), MaxValueValidator(99.99)],
        help_text=_("Amounts above it count as it, as 99: a few large ones do not decide."),
    )  # fmt: skip
    lower_is_better = models.BooleanField(_("lower is better"), default=False)
    role = models.CharField(
        _("role"), max_length=10, choices=Role.choices, default=Role.SECONDARY
    )  # fmt: skip
    margin_percent = models.DecimalField(
        _("margin, percent"), max_digits=5, decimal_places=2, default=5,
        validators=[MinValueValidator(0.01), MaxValueValidator(100)],
        help_text=_("For a guardrail: so much worse than the control is still borne."),
    )  # fmt: skip
    in_every_experiment = models.BooleanField(_("in every experiment"), default=False)

    class Meta:
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label.say(language())

    @property
    def label(self) -> Text:
        return Text(self.name, self.name_zh or self.name)
