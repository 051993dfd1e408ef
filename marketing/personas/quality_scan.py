"""A scan of the data's quality that somebody, or the night, asked for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.workspace.asked import Asked


class QualityScan(Asked):
    """``report``: the JSON of ``marketing.personas.quality.report.Report``, None until it is done.

    ``rule``: of a preview, the JSON of the one ``Rule`` that is counted and stored nowhere else;
    None: the scan is of everything. ``as_of``: the workspace's moment.
    """

    rule = models.JSONField(null=True, editable=False)
    report = models.JSONField(null=True, editable=False)
    as_of = models.DateTimeField(_("as of"), null=True, editable=False)

    class Meta:
        verbose_name = _("data quality scan")
        verbose_name_plural = _("data quality scans")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"
