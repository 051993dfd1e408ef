"""A campaign: when, whom, what, and how much of it is held out."""

from __future__ import annotations

from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.actions import ACTIONS
from marketing.conditions.groups import Node
from marketing.conditions.parse import parse
from marketing.experiments.models import Experiment
from marketing.kernel.errors import MarketingError
from marketing.workspace.named import Named
from segments.models import validate_condition


def validate_audience(document: object) -> None:
    validate_condition(document)


class Campaign(Named):
    """``key`` seeds the split, so it never changes; ``version`` rises with every edit."""

    class Occasion(models.TextChoices):
        SCHEDULE = "schedule", _("On a schedule")
        EVENT = "event", _("After an event")
        TRANSITION = "transition", _("On entering a segment")
        REQUEST = "request", _("When the app asks for a placement")
        SUBSCRIPTION = "subscription", _("Around a subscription's date")

    class SubscriptionMoment(models.TextChoices):
        RENEWS = "renews_at", _("its renewal")
        ENDS = "ends_at", _("its end")
        TRIAL_ENDS = "trial_ends_at", _("the end of its trial")
        STARTED = "started_at", _("its start")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    class Allocation(models.TextChoices):
        FIXED = "fixed", _("By the weights")
        EARN = "earn", _("More to what works better")
        PICK = "pick", _("Find the best one soonest")
        CONTEXTUAL = "contextual", _("By what works for people like this one")

    key = models.SlugField(_("key"), unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    occasion = models.CharField(
        _("occasion"), max_length=12, choices=Occasion.choices, default=Occasion.SCHEDULE
    )
    event_name = models.CharField(
        _("event"), max_length=120, blank=True, help_text=_("For 'After an event'.")
    )
    segment_key = models.SlugField(
        _("segment"), blank=True, help_text=_("For 'On entering a segment': the segment's key.")
    )
    placement = models.SlugField(
        _("placement"), blank=True, help_text=_("For 'When the app asks': as home.")
    )
    subscription_moment = models.CharField(
        _("subscription's date"),
        max_length=16,
        choices=SubscriptionMoment.choices,
        blank=True,
        help_text=_("For 'Around a subscription's date'."),
    )
    offset_days = models.SmallIntegerField(
        _("days after the date"),
        default=0,
        validators=[MinValueValidator(-366), MaxValueValidator(3660)],
        help_text=_("Negative: before it. -3 is three days before."),
    )
    subscription_plan = models.CharField(
        _("plan"), max_length=120, blank=True, help_text=_("Empty: every plan.")
    )
    repeat_days = models.PositiveSmallIntegerField(
        _("repeat every, days"), default=0, help_text=_("For a schedule; 0 is once.")
    )
    audience = models.JSONField(_("audience"), validators=[validate_audience])
    holdout_percent = models.PositiveSmallIntegerField(
        _("holdout, percent"),
        default=10,
        validators=[MaxValueValidator(90)],
        help_text=_("This share is left out on purpose, so that the effect can be measured."),
    )
    programme = models.ForeignKey(
        "campaigns.Programme", on_delete=models.PROTECT, null=True, blank=True,
        related_name="campaigns", verbose_name=_("programme"),
        help_text=_("Campaigns of one programme leave out the same people."),
    )  # fmt: skip
    respects_global_holdout = models.BooleanField(
        _("respects the global holdout"), default=True,
        help_text=_("Off only for what everybody has to get."),
    )  # fmt: skip
    layer = models.ForeignKey(
        "experiments.Layer", on_delete=models.PROTECT, null=True, blank=True,
        related_name="+", verbose_name=_("layer"),
        help_text=_("Campaigns of one layer never share a person."),
    )  # fmt: skip
    layer_percent = models.PositiveSmallIntegerField(
        _("share of the layer, percent"), default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )  # fmt: skip
    allocation = models.CharField(
        _("who gets which variant"), max_length=10, choices=Allocation.choices,
        default=Allocation.FIXED,
    )  # fmt: skip
    # Persona columns that a contextual allocation tells people apart by, as "trait:orders_90d".
    allocation_reads = models.JSONField(_("told apart by"), default=list, blank=True)
    cooldown_days = models.PositiveSmallIntegerField(
        _("cooldown, days"), default=0, help_text=_("A person gets this at most once in so long.")
    )
    counts_as_message = models.BooleanField(
        _("counts as a message"), default=True, help_text=_("Obeys and uses up the message cap.")
    )
    respects_quiet_hours = models.BooleanField(_("respects quiet hours"), default=True)
    budget_cents = models.PositiveBigIntegerField(
        _("budget, cents"), null=True, blank=True, help_text=_("Coupon value at most given out.")
    )
    spent_cents = models.PositiveBigIntegerField(_("spent, cents"), default=0, editable=False)
    goal_event = models.CharField(_("goal event"), max_length=120, default="Order Completed")
    goal_days = models.PositiveSmallIntegerField(
        _("goal window, days"), default=14, validators=[MinValueValidator(1)]
    )
    goal_metric = models.ForeignKey(
        "experiments.MetricDefinition", on_delete=models.PROTECT, null=True, blank=True,
        related_name="+", verbose_name=_("goal metric"),
        help_text=_("Empty: whether a person does the goal event within the window."),
    )  # fmt: skip
    metrics = models.ManyToManyField(
        "experiments.MetricDefinition", blank=True, related_name="+",
        verbose_name=_("metrics beside the goal"),
    )  # fmt: skip
    method = models.CharField(
        _("how it is decided"), max_length=12, choices=Experiment.Method.choices,
        default=Experiment.Method.LOOKS,
    )  # fmt: skip
    planned_days = models.PositiveSmallIntegerField(
        _("planned days"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_("Who is reached within so many days counts. Empty: 14, or 1 for a single run."),
    )  # fmt: skip
    strata = models.CharField(
        _("compare like with like by"), max_length=120, blank=True,
        help_text=_("A persona column as it was at the start, as trait:orders_90d."),
    )  # fmt: skip
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)
    launched_at = models.DateTimeField(_("launched"), null=True, editable=False)
    next_run_at = models.DateTimeField(_("next run"), null=True, editable=False)
    # Of a campaign around a date: since when it listens, and until when it has looked.
    listens_since = models.DateTimeField(null=True, editable=False)
    looked_until = models.DateTimeField(null=True, editable=False)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["id"]

    @property
    def audience_node(self) -> Node:
        return parse(self.audience)

    def clean(self) -> None:
        needed = {
            self.Occasion.EVENT: ("event_name", self.event_name),
            self.Occasion.TRANSITION: ("segment_key", self.segment_key),
            self.Occasion.REQUEST: ("placement", self.placement),
            self.Occasion.SUBSCRIPTION: ("subscription_moment", self.subscription_moment),
        }.get(self.Occasion(self.occasion))
        if needed and not needed[1]:
            raise ValidationError({needed[0]: _("This occasion needs it.")})
        if self.subscription_moment == self.SubscriptionMoment.STARTED and self.offset_days < 0:
            raise ValidationError({"offset_days": _("Nobody knows a start before it happens.")})
        if wrong := self._unmeasurable():
            raise ValidationError(wrong)

    def _unmeasurable(self) -> dict[str, Any]:
        """What shares that follow the answers cannot go with."""
        goal = self.goal_metric
        wrong: dict[str, Any] = {}
        if self.allocation == self.Allocation.CONTEXTUAL and not self.holdout_percent:
            wrong["holdout_percent"] = _(
                "Where it depends on the person who gets which variant, only a holdout shows the "
                "effect: it needs a share."
            )
        if (
            self.allocation != self.Allocation.FIXED
            and goal is not None
            and goal.percentile is not None
        ):
            wrong["goal_metric"] = _(
                "Shares follow a rate or a mean, not a percentile: choose another goal, or fixed "
                "shares."
            )
        return wrong


class Variant(Named):
    """One arm: an action of the registry with its parameters, and its share of the rest."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="variants")
    key = models.SlugField(_("key"))
    # 0 takes it away: nobody new gets it, and who got it keeps counting.
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    action = models.CharField(_("action"), max_length=40)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="variant_once_a_campaign"),
        ]

    def clean(self) -> None:
        """The parameters must be those of the action; the error names the field."""
        try:
            msgspec.convert(self.parameters, ACTIONS.get(self.action))
        except MarketingError as error:
            raise ValidationError({"action": str(error)}) from error
        except msgspec.ValidationError as error:
            raise ValidationError({"parameters": str(error)}) from error
