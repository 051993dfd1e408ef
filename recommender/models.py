"""What was learned, for the operators' eyes; the artefact itself is an immutable folder."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LearnedModel(models.Model):
    """One artefact with the metrics it was measured at. The pointer ``model:<name>`` serves one."""

    class Kind(models.TextChoices):
        PREDICTOR = "predictor", _("Predictor")
        RANKER = "ranker", _("Ranker")

    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    version = models.CharField(_("version"), max_length=64)
    label = models.CharField(_("label"), max_length=120)
    label_zh = models.CharField(_("label in Chinese"), max_length=120, blank=True)
    learned_at = models.DateTimeField(_("learned"))
    # The report of the evaluation, as recommender.evaluation defines it.
    report = models.JSONField(_("report"), default=dict)

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="artefact_listed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class InsightAnswer(models.Model):
    """One question, asked once or often, and the newest answer to it. The row is the promise.

    Whoever asks makes it wait; a worker that holds its lease answers. What was answered before
    stays to be read meanwhile.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("being computed")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("cannot be answered")
        FAILED = "failed", _("failed")

    insight = models.CharField(_("insight"), max_length=40)
    # Of the insight, its version and the question: the same question is the same row.
    question_hash = models.CharField(_("id"), max_length=32, unique=True)
    question = models.JSONField(_("question"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    # Real moments: of leases and of pruning.
    asked_at = models.DateTimeField(_("asked"))
    computed_at = models.DateTimeField(_("computed"), null=True)
    took_ms = models.PositiveIntegerField(_("took, ms"), null=True)
    progress = models.FloatField(_("progress"), default=0.0)
    tries = models.PositiveSmallIntegerField(default=0)
    # The workspace's moment and the log position that the answer stands for.
    as_of = models.DateTimeField(_("as of"), null=True)
    fold_xid = models.BigIntegerField(null=True)
    fold_position = models.BigIntegerField(null=True)
    result = models.JSONField(_("result"), null=True)
    # {"code", "status", "en": [why, remedy], "zh": [why, remedy], "pointer"} if there is no result.
    problem = models.JSONField(_("problem"), null=True)

    class Meta:
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["state", "asked_at"], name="insight_waiting")]

    def __str__(self) -> str:
        return f"{self.insight} {self.question_hash}"
