"""Programmes: campaigns with a holdout in common, so that they can be measured together."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.workspace.named import Named


class Programme(Named):
    """``key`` seeds the split, so it never changes. One is global: every campaign is in it, unless
    it says otherwise.
    """

    key = models.SlugField(_("key"), unique=True)
    holdout_percent = models.PositiveSmallIntegerField(
        _("holdout, percent"),
        default=5,
        validators=[MaxValueValidator(50)],
        help_text=_("These people get nothing of the whole programme; 0 holds out nobody."),
    )
    goal_event = models.CharField(_("goal event"), max_length=120, default="Order Completed")
    goal_days = models.PositiveSmallIntegerField(
        _("goal window, days"), default=28, validators=[MinValueValidator(1)]
    )
    planned_days = models.PositiveSmallIntegerField(
        _("planned days"), default=90, validators=[MinValueValidator(1)]
    )
    is_global = models.BooleanField(_("global"), default=False, editable=False)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["-is_global", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_global"], condition=models.Q(is_global=True),
                name="one_global_programme",
            ),
        ]  # fmt: skip

    @property
    def experiment_key(self) -> str:
        """No campaign's key has a colon."""
        return f"programme:{self.key}"
