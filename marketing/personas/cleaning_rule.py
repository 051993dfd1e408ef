"""Rules that operators make for numbers: how far they can be believed, and what is done beyond."""

from __future__ import annotations

import builtins

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.kernel.errors import Invalid
from marketing.personas.parts import LARGEST
from marketing.personas.traits import check_name


def validate_readable(name: str) -> None:
    try:
        check_name(name)
    except Invalid as error:
        raise ValidationError(_("A name cannot hold quotes or backslashes.")) from error


class CleaningRule(models.Model):
    """Of one property, whatever the event. Numbers between the limits stay as they are."""

    class Beyond(models.TextChoices):
        WINSORISE = "winsorise", _("move to the limit (winsorise)")
        MISSING = "missing", _("treat as missing")

    property = models.CharField(
        _("property"), max_length=100, validators=[validate_readable],
        help_text=_("In whatever event it comes."),
    )  # fmt: skip
    lowest = models.FloatField(
        _("lowest"), null=True, blank=True,
        validators=[MinValueValidator(-LARGEST), MaxValueValidator(LARGEST)],
        help_text=_("Empty: without end."),
    )  # fmt: skip
    highest = models.FloatField(
        _("highest"), null=True, blank=True,
        validators=[MinValueValidator(-LARGEST), MaxValueValidator(LARGEST)],
        help_text=_("Empty: without end."),
    )  # fmt: skip
    beyond = models.CharField(
        _("beyond the limits"), max_length=10, choices=Beyond.choices, default=Beyond.WINSORISE
    )
    active = models.BooleanField(_("active"), default=True)
    why = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("cleaning rule")
        verbose_name_plural = _("cleaning rules")
        ordering = ["property", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lowest__isnull=False) | models.Q(highest__isnull=False),
                name="cleaning_has_a_limit",
                violation_error_message=_("Give a lowest or a highest value."),
            ),
            models.CheckConstraint(
                condition=models.Q(lowest__isnull=True)
                | models.Q(highest__isnull=True)
                | models.Q(lowest__lte=models.F("highest")),
                name="cleaning_limits_in_order",
                violation_error_message=_("The lowest value is above the highest."),
            ),
            models.UniqueConstraint(
                fields=["property"],
                condition=models.Q(active=True),
                name="cleaning_once_a_property",
                violation_error_message=_("Another active rule is about this property."),
            ),
        ]

    def __str__(self) -> str:
        return self.property

    @builtins.property
    def drops(self) -> bool:
        return self.beyond == self.Beyond.MISSING
