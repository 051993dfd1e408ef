"""What was asked to be learned of people, and what was found."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.workspace.asked import Asked


class Learning(Asked):
    """``question`` and ``report`` are the JSON of ``segments.discovery.questions`` and
    ``segments.discovery.reports``. ``blob``: what was learned, as plain numbers; None where there
    was nothing to be kept, or where it was forgotten with a person.
    """

    class Task(models.TextChoices):
        GROUPS = "groups", _("Groups")
        LOOKALIKE = "lookalike", _("Lookalike")
        RULE = "rule", _("Rule from examples")

    task = models.CharField(_("what"), max_length=10, choices=Task.choices, editable=False)
    question = models.JSONField(editable=False)
    report = models.JSONField(null=True, editable=False)
    blob = models.BinaryField(null=True)
    # Whether the blob holds prepared rows of people, without ids: an erasure forgets it.
    keeps_rows = models.BooleanField(default=False, editable=False)
    # Of a lookalike: the score from which on somebody is inside, fixed when it was learned.
    threshold = models.FloatField(null=True, editable=False)
    # The personas that it was learned from.
    as_of = models.DateTimeField(_("as of"), null=True, editable=False)
    personas_version = models.CharField(max_length=120, blank=True, editable=False)
    # What it was learned anew for; ``replaces``: its segments follow without being asked.
    again_of = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="again"
    )
    replaces = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("discovery")
        verbose_name_plural = _("discoveries")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_task_display()} {self.pk}"
