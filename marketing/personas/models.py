"""Traits that operators define, beside those that ship with the product."""

from __future__ import annotations

import builtins

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.conditions.types import Filter, Step, Then, TraitSpec
from marketing.kernel.errors import MarketingError
from marketing.kernel.text import Text
from marketing.kernel.windows import MAX_DAYS, MAX_HOURS, Window
from marketing.personas.cleaning_rule import CleaningRule
from marketing.personas.quality_scan import QualityScan
from marketing.personas.shipped import SHIPPED
from marketing.personas.traits import TRAITS, check
from marketing.workspace.language import language

__all__ = ["CleaningRule", "QualityScan", "Trait", "TraitFilter"]


def functions() -> list[tuple[str, str]]:
    """The registry's members, as a form's choices in the operator's language."""
    return [(name, TRAITS.get(name).phrase.say(language())) for name in TRAITS]


def validate_free(key: str) -> None:
    if key in SHIPPED:
        raise ValidationError(_("A trait that ships with the product has this key."))


def names(text: str) -> tuple[str, ...]:
    """One event a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class Trait(models.Model):
    """One value per person from events. ``key`` is what conditions refer to."""

    key = models.SlugField(_("key"), unique=True, validators=[validate_free])
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    function = models.CharField(_("function"), max_length=40, choices=functions)
    events = models.TextField(_("events"), help_text=_("One event a line; any of them counts."))
    property = models.CharField(_("property"), max_length=100, blank=True)
    window_days = models.PositiveIntegerField(
        _("in the last days"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DAYS)],
        help_text=_("Whole local days, today included; empty for all time."),
    )  # fmt: skip
    skip_days = models.PositiveIntegerField(
        _("before the last days"), default=0,
        help_text=_("The window ends so many days ago."),
    )  # fmt: skip
    window_hours = models.PositiveIntegerField(
        _("in the last hours"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_HOURS)],
    )  # fmt: skip
    then_events = models.TextField(
        _("followed by"), blank=True, help_text=_("Only for sequences: one event a line.")
    )
    then_within_hours = models.PositiveIntegerField(_("within hours"), null=True, blank=True)
    then_not = models.BooleanField(_("not followed"), default=False)
    further_steps = models.TextField(
        _("further steps"), blank=True, help_text=_("Only for funnels: one event a line, in order.")
    )
    against_events = models.TextField(
        _("divided by events"), blank=True, help_text=_("Only for ratios: one event a line.")
    )
    against_property = models.CharField(_("divided by the total of"), max_length=100, blank=True)
    missing = models.FloatField(
        _("when unknown"), null=True, blank=True,
        help_text=_("What a person without an answer gets; empty: stays unknown."),
    )  # fmt: skip
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("trait")
        verbose_name_plural = _("traits")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name

    @builtins.property
    def label(self) -> Text:
        return Text(self.name, self.name_zh or self.name)

    def clean(self) -> None:
        """What the engine would refuse is refused here, in its words."""
        try:
            check(self.spec())
        except MarketingError as error:
            raise ValidationError(str(error)) from error
        except ValueError as error:
            raise ValidationError({"window_days": str(error)}) from error

    def spec(self) -> TraitSpec:
        """Raises ValueError for a window that cannot be."""
        window = Window(days=self.window_days, hours=self.window_hours,
                        skip_days=self.skip_days)  # fmt: skip
        events = names(self.then_events)
        then = None
        if events:
            step = Step(events=events)
            then = Then(step=step, within_hours=self.then_within_hours or 24, negate=self.then_not)
        against = None
        if names(self.against_events):
            against = TraitSpec(
                function="sum" if self.against_property else "count",
                events=names(self.against_events),
                property=self.against_property or None,
                window=window,
            )
        return TraitSpec(
            function=self.function,
            events=names(self.events),
            property=self.property or None,
            where=tuple(each.filter() for each in self.filters.all()) if self.pk else (),
            window=window,
            then=then,
            steps=tuple(Step(events=(name,)) for name in names(self.further_steps)),
            against=against,
            missing=self.missing,
        )


class TraitFilter(models.Model):
    """An event counts only if its property compares so."""

    class Operator(models.TextChoices):
        EQ = "eq", "="
        NOT_EQ = "not_eq", "≠"
        GT = "gt", ">"
        GTE = "gte", "≥"
        LT = "lt", "<"
        LTE = "lte", "≤"
        ONE_OF = "one_of", _("one of")
        CONTAINS = "contains", _("contains")

    trait = models.ForeignKey(Trait, on_delete=models.CASCADE, related_name="filters")
    property = models.CharField(_("property"), max_length=100)
    op = models.CharField(_("operator"), max_length=8, choices=Operator.choices)
    value = models.CharField(
        _("value"), max_length=200,
        help_text=_("A number is compared as a number; several values are separated by commas."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("filter")
        verbose_name_plural = _("filters")

    def __str__(self) -> str:
        return f"{self.property} {self.op} {self.value}"

    def filter(self) -> Filter:
        if self.op == self.Operator.ONE_OF:
            several = tuple(_plain(part.strip()) for part in self.value.split(",") if part.strip())
            return Filter(property=self.property, op=self.op, value=several)
        text = self.op == self.Operator.CONTAINS
        return Filter(property=self.property, op=self.op,
                      value=self.value if text else _plain(self.value))  # fmt: skip


def _plain(text: str) -> bool | float | str:
    """What was typed, as JSON would read it; anything else is a text."""
    try:
        return msgspec.json.decode(text, type=bool | float)
    except msgspec.DecodeError:
        return text
