"""The schema catalogue: which events there are, what they carry, how many come a day.

Learned from the log by a reader of its own (``learning.py``). It holds names and counts, and no
value that a person gave. Moments are microseconds since 1970 UTC, as in the log.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

# A public write key may send any name; beyond these none is learned.
MOST_EVENTS, MOST_PROPERTIES, LONGEST_NAME = 1_000, 200, 100
# Days older than this are not counted apart.
DAYS_KEPT = 800
TYPES = ("text", "number", "flag", "list", "object", "null")


class EventType(models.Model):
    """An event by its name. ``first_received_at_us``: when the first one that was learned came."""

    name = models.CharField(_("event"), max_length=120, unique=True)
    first_at_us = models.BigIntegerField()
    last_at_us = models.BigIntegerField()
    first_received_at_us = models.BigIntegerField()
    events = models.BigIntegerField(_("events"), default=0)

    class Meta:
        verbose_name = _("event type")
        verbose_name_plural = _("event catalogue")
        ordering = ["-events", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def first_at(self) -> datetime:
        return datetime.fromtimestamp(self.first_at_us / 1e6, UTC)

    @property
    def last_at(self) -> datetime:
        return datetime.fromtimestamp(self.last_at_us / 1e6, UTC)


class EventProperty(models.Model):
    """A property of an event: how often its value was of each JSON type; null counts as missing."""

    type = models.ForeignKey(EventType, on_delete=models.CASCADE, related_name="properties")
    name = models.CharField(_("property"), max_length=LONGEST_NAME)
    text = models.BigIntegerField(_("text"), default=0)
    number = models.BigIntegerField(_("number"), default=0)
    flag = models.BigIntegerField(_("flag"), default=0)
    list = models.BigIntegerField(_("list"), default=0)
    object = models.BigIntegerField(_("object"), default=0)
    null = models.BigIntegerField(_("null"), default=0)
    first_received_at_us = models.BigIntegerField()
    last_received_at_us = models.BigIntegerField()

    class Meta:
        verbose_name = _("event property")
        verbose_name_plural = _("event properties")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["type", "name"], name="property_once_an_event"),
        ]

    def __str__(self) -> str:
        return f"{self.type_id}.{self.name}"

    @property
    def types(self) -> dict[str, int]:
        """How often each JSON type came; none that never did."""
        return {name: n for name in TYPES if (n := int(getattr(self, name)))}

    @property
    def given(self) -> int:
        """Values that are not null."""
        return sum(n for name, n in self.types.items() if name != "null")


class EventDay(models.Model):
    """How many events of a type happened on a local day; ``late``: came over 24 hours after."""

    type = models.ForeignKey(EventType, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    events = models.BigIntegerField(_("events"), default=0)
    late = models.BigIntegerField(_("late"), default=0)

    class Meta:
        verbose_name = _("events of a day")
        verbose_name_plural = _("events by day")
        constraints = [models.UniqueConstraint(fields=["type", "day"], name="day_once_an_event")]

    def __str__(self) -> str:
        return f"{self.type_id} {self.day} {self.events}"


class IntakeDay(models.Model):
    """What came on a local day, by when it was received.

    The intake adds ``duplicates``, ``rejected`` and ``clamped`` (stamped more than a day ahead),
    only where there are any; the catalogue's reader adds the rest. ``ahead``: stamped later than
    received.
    """

    day = models.DateField(_("day"), unique=True)
    events = models.BigIntegerField(_("events"), default=0)
    late = models.BigIntegerField(_("late"), default=0)
    ahead = models.BigIntegerField(_("ahead of their time"), default=0)
    clamped = models.BigIntegerField(_("moved to the present"), default=0)
    duplicates = models.BigIntegerField(_("sent again"), default=0)
    rejected = models.BigIntegerField(_("rejected"), default=0)

    class Meta:
        verbose_name = _("intake of a day")
        verbose_name_plural = _("intake by day")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.events}"


class Surprise(models.Model):
    """Something that the catalogue did not expect. Accepted, it is counted on and stays quiet.

    ``mark`` tells apart what one kind may find of one property; ``what`` are the values that the
    kind's sentence names.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")

    kind = models.CharField(_("kind"), max_length=40)
    event = models.CharField(_("event"), max_length=120, blank=True)
    property = models.CharField(_("property"), max_length=LONGEST_NAME, blank=True)
    mark = models.CharField(max_length=120, blank=True)
    what = models.JSONField(_("details"), default=dict)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    times = models.BigIntegerField(_("times"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    accepted_by = models.CharField(_("accepted by"), max_length=150, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    class Meta:
        verbose_name = _("surprise")
        verbose_name_plural = _("surprises")
        ordering = ["-last_seen_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "event", "property", "mark"], name="surprise_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "event"], name="surprise_open")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.event} {self.property}".strip()
