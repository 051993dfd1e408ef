"""The event log and its quarantine."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.events.schema import EventDay, EventProperty, EventType, IntakeDay, Surprise
from marketing.people.models import Person

__all__ = ["Event", "EventDay", "EventProperty", "EventType", "IntakeDay", "RejectedEvent",
           "Surprise"]  # fmt: skip


class Event(models.Model):
    """One accepted event. Stored once per ``message_id``; never updated.

    Moments are microseconds since 1970 UTC: what numpy, DuckDB and both databases hold alike.
    ``xid`` is PostgreSQL's transaction id (0 on SQLite), because ids commit out of order.
    """

    message_id = models.CharField(_("message id"), max_length=100, unique=True)
    xid = models.BigIntegerField(default=0)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, db_index=False, verbose_name=_("person")
    )
    kind = models.CharField(_("type"), max_length=10)
    name = models.CharField(_("event"), max_length=120)
    at_us = models.BigIntegerField()
    received_at_us = models.BigIntegerField()
    properties = models.TextField(_("properties"), default="{}")
    context = models.TextField(_("context"), default="{}")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["person", "-at_us"], name="event_timeline"),
            models.Index(fields=["xid", "id"], name="event_log_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.at_us / 1e6, UTC)


class RejectedEvent(models.Model):
    """The quarantine: what was not accepted, why, and what would mend it."""

    received_at = models.DateTimeField(_("received"))
    code = models.CharField(_("code"), max_length=40)
    pointer = models.CharField(_("where"), max_length=200)
    fix = models.CharField(_("what to do"), max_length=300)
    body = models.TextField(_("body"))

    class Meta:
        verbose_name = _("rejected event")
        verbose_name_plural = _("rejected events")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.code} {self.pointer}"
