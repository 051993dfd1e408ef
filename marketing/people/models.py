"""A customer. Operators are Django users: two tables that never mix."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.workspace.asked import Asked


class Person(models.Model):
    """``id`` is the dense ordinal (uint32, from 1) that arrays and bitmaps rest on; never reused.

    ``key`` is the first identity that was seen (``user:…`` or ``anon:…``), or the user's when a
    visitor turned out to be a known user: bucketing hashes what follows the colon, so that client
    SDKs agree and a merge changes no arm of the user. ``gone:…`` once merged into another.
    """

    id = models.BigAutoField(_("ordinal"), primary_key=True)
    key = models.CharField(_("identity"), max_length=255, unique=True)
    # name -> [value, moment in microseconds]: the newest said wins, in whatever order it arrives.
    said = models.JSONField(_("attributes"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("merged into")
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = [("label_person", "Can give and take labels")]

    def __str__(self) -> str:
        return self.external_id

    @property
    def external_id(self) -> str:
        return self.key.partition(":")[2]

    @property
    def attributes(self) -> dict[str, object]:
        return {name: value for name, (value, _at) in sorted(self.said.items())}


class Identity(models.Model):
    """A name under which a person is known: ``user:…`` (said by the host) or ``anon:…``."""

    key = models.CharField(max_length=255, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identities")

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")

    def __str__(self) -> str:
        return self.key


class Consent(models.Model):
    """May we reach this person on this channel? No row means no."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(_("channel"), max_length=20)
    granted = models.BooleanField(_("granted"))
    # A granted channel may still have no address (no push token): then it is not reachable.
    reachable = models.BooleanField(_("reachable"), default=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(fields=["person", "channel"], name="consent_once_a_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel} {'yes' if self.granted else 'no'}"


class Subscription(models.Model):
    """A person's subscription: the facts, and the terms that they come to.

    ``facts``: [message id, moment in microseconds, event, properties], so that a late event is
    folded in where it belongs. The moments are those of the terms that still hold (see
    ``moments``), in columns of their own, so that whose date has come is read off an index.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="subscription")
    facts = models.JSONField(default=list)
    plan = models.CharField(_("plan"), max_length=120, blank=True)
    terms = models.JSONField(default=dict)
    started_at = models.DateTimeField(_("started"), null=True, db_index=True)
    trial_ends_at = models.DateTimeField(_("trial ends"), null=True, db_index=True)
    renews_at = models.DateTimeField(_("renews"), null=True, db_index=True)
    ends_at = models.DateTimeField(_("ends"), null=True, db_index=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")

    def __str__(self) -> str:
        return f"{self.person_id} {self.plan}"


class Label(models.Model):
    """What people can be labelled with (标签). ``key`` is what conditions refer to."""

    key = models.SlugField(_("key"), unique=True, allow_unicode=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class LabelGiven(models.Model):
    """One label of one person; a label may have several values (interests: Python, writing)."""

    class Source(models.TextChoices):
        MANUAL = "manual", _("By hand")
        RULE = "rule", _("By a rule")
        LEARNED = "learned", _("Learned")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="labels")
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="given")
    value = models.CharField(_("value"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    # Who or what gave it: an operator's name, a segment's key, a model's version.
    given_by = models.CharField(_("given by"), max_length=120, blank=True)
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("given label")
        verbose_name_plural = _("given labels")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "label", "value"], name="label_once_a_person_and_value"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.label_id} {self.value}"


class Touched(models.Model):
    """A person to evaluate anew, though no event of theirs came; see ``touched.py``."""

    ordinal = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.ordinal)


class Erasure(Asked):
    """One person forgotten, on request: who asked, when it was done, and what went.

    ``name_hash``: of what the host called them (see ``erasing.py``); no name is kept.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasures")
    name_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    counts = models.JSONField(_("what went"), default=dict, editable=False)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-id"]
        permissions = [("erase_person", "Can have a person erased")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state="waiting"), name="erasure_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.person_id} {self.asked_at:%Y-%m-%d}"
