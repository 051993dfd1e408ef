"""What is true of the whole deployment."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.kernel.clock import Clock


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone '%(name)s'."), params={"name": name})


class Workspace(models.Model):
    """One row: one deployment is one workspace."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=80, default="Zhixin 知心")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Asia/Shanghai", validators=[validate_time_zone]
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    frozen_at = models.DateTimeField(
        _("clock frozen at"),
        null=True,
        blank=True,
        help_text=_("Empty: the real clock. Set: every screen and job lives at this moment."),
    )
    message_cap = models.PositiveSmallIntegerField(
        _("messages per person"), default=3, help_text=_("At most this many in the cap window.")
    )
    message_cap_days = models.PositiveSmallIntegerField(
        _("cap window, days"), default=7, validators=[MinValueValidator(1)]
    )
    quiet_from_hour = models.PositiveSmallIntegerField(
        _("quiet from, hour"), default=22, validators=[MaxValueValidator(23)]
    )
    quiet_until_hour = models.PositiveSmallIntegerField(
        _("quiet until, hour"), default=8, validators=[MaxValueValidator(23)]
    )
    subscription_grace_days = models.PositiveSmallIntegerField(
        _("grace after a missed renewal, days"), default=7
    )
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)

    class Meta:
        verbose_name = _("workspace")
        verbose_name_plural = _("workspace")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="workspace_is_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def clock(self) -> Clock:
        return Clock(self.frozen_at)


class Cursor(models.Model):
    """How far a reader of the event log has come: the last (xid, id) it has taken in."""

    name = models.CharField(max_length=40, primary_key=True)
    xid = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    batches = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.xid}:{self.position}"


class Pointer(models.Model):
    """Which immutable version of a thing readers see. Moving it is promote and roll back."""

    name = models.CharField(_("name"), max_length=80, primary_key=True)
    version = models.CharField(_("version"), max_length=80)
    as_of = models.DateTimeField(_("as of"))
    details = models.JSONField(_("details"), default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.name} → {self.version}"


class JobRun(models.Model):
    """One run of a scheduled or manual job, for the operators' eyes."""

    job = models.CharField(_("job"), max_length=60)
    started_at = models.DateTimeField(_("started"), db_index=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    succeeded = models.BooleanField(_("succeeded"), null=True)
    summary = models.TextField(_("summary"), blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"{self.job} {self.started_at:%Y-%m-%d %H:%M}"


class Lease(models.Model):
    """Who may do a thing that only one may do at a time; it ends by itself if its holder dies."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=60, blank=True)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.holder}"
