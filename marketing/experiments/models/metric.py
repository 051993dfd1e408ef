"""Metrics as operators define them: a kind of the registry, over one event."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketing.experiments.metrics import METRICS, Definition
from marketing.kernel.errors import Invalid
from marketing.personas.traits import check_name
from marketing.workspace.named import Named

# What every experiment measures anyway; no metric of the operators' may be called so.
GOAL, REVENUE = "goal", "revenue"
# Fields that mean something to some kinds only.
_OPTIONAL = ("amount", "per_event", "from_day", "cap_percentile", "percentile")


class MetricDefinition(Named):
    """``kind``: a member of ``marketing.experiments.metrics``. ``event``: what is counted;
    ``amount``: the number that is summed (revenue, ratio), empty: each event counts 1.
    ``per_event``: what a ratio is divided by. ``from_day`` to ``days``: after the exposure, days of
    24 hours; ``from_day`` is for retention. ``cap_percentile``: amounts above it count as it.
    ``percentile``: which one of people's amounts is compared, for that kind.
    """

    class Role(models.TextChoices):
        SECONDARY = "secondary", _("Secondary: look, do not decide")
        GUARDRAIL = "guardrail", _("Guardrail: must not get worse")

    key = models.SlugField(_("key"), unique=True)
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
    percentile = models.DecimalField(
        _("percentile"), max_digits=4, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=_("50: what half of the people exceed; 90: what a tenth do. "
                    "Whoever has no event counts 0."),
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

    @property
    def value(self) -> Definition:
        cap, percentile = self.cap_percentile, self.percentile
        return Definition(
            kind=self.kind, event=self.event, amount=self.amount, per_event=self.per_event,
            from_day=self.from_day, days=self.days,
            cap_percentile=None if cap is None else float(cap),
            percentile=None if percentile is None else float(percentile),
            lower_is_better=self.lower_is_better,
        )  # fmt: skip

    def clean(self) -> None:
        """The fields fit the kind; every message is at its field."""
        wrong = self._misnamed()
        if self.kind not in METRICS:
            wrong["kind"] = gettext("There is no such kind of metric.")
        else:
            wrong |= self._unfit()
        if wrong:
            raise ValidationError(wrong)

    def _misnamed(self) -> dict[str, str]:
        wrong: dict[str, str] = {}
        if self.key in (GOAL, REVENUE):
            wrong["key"] = gettext("Every experiment has a metric of this name already.")
        try:
            check_name(self.amount)
        except Invalid:
            wrong["amount"] = gettext("A name cannot hold quotes or backslashes.")
        return wrong

    def _unfit(self) -> dict[str, str]:
        kind = METRICS.get(self.kind)
        wrong: dict[str, str] = {}
        for name in _OPTIONAL:
            given = bool(getattr(self, name))
            if name in kind.needs and not given:
                wrong[name] = gettext("This kind of metric needs it.")
            elif given and name not in kind.needs | kind.takes:
                wrong[name] = gettext("This kind of metric does not use it; leave it empty.")
        if "from_day" not in wrong and self.days and self.from_day >= self.days:
            wrong["from_day"] = gettext("The window ends before it begins.")
        return wrong
