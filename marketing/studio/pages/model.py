"""One model's page: its metrics beside the answers that need no model."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from marketing.conditions.types import Ref
from marketing.personas.labels import labeller
from marketing.studio import charts
from marketing.studio.shell import language, said
from marketing.workspace.queries import pointer
from recommender.models import LearnedModel
from recommender.rankers import RANKERS

_METRICS = ("auc", "average_precision", "brier", "calibration_error")
_SHOWN_FEATURES = 12


def is_serving(model: LearnedModel) -> bool:
    found = pointer(f"model:{model.name}")
    return found is not None and found.version == model.version


def headline(model: LearnedModel) -> str:
    """The one number of the list."""
    if model.kind == LearnedModel.Kind.PREDICTOR:
        auc = model.report.get("model", {}).get("auc")
        return "—" if auc is None else f"AUC {auc:.3f}"
    ndcg = model.report.get(model.name, {}).get("ndcg")
    return "—" if ndcg is None else f"NDCG@10 {ndcg:.3f}"


def context(model: LearnedModel) -> dict[str, Any]:
    label = model.label_zh if language() == "zh" and model.label_zh else model.label
    more = _predictor(model) if model.kind == LearnedModel.Kind.PREDICTOR else _ranker(model)
    return {"title": label, "model": model, "serving": is_serving(model), **more}


def _predictor(model: LearnedModel) -> dict[str, Any]:
    report = model.report
    names = {
        "model": _("This model"),
        "base_rate": _("Base rate for everybody"),
        "one_feature": _("One feature: %s") % report.get("baseline", ""),
    }
    return {
        "units": report.get("units"),
        "positives": report.get("positives"),
        "rows": [
            (name, [report.get(key, {}).get(metric) for metric in _METRICS])
            for key, name in names.items()
        ],
        "fairness": _fairness(report.get("fairness", {})),
        "calibration": charts.calibration(report.get("bins", [])),
        "importances": charts.hbars(report.get("importances", [])[:_SHOWN_FEATURES], "percent"),
    }


def _fairness(report: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """One row a group; flags read 0 and 1 in the personas."""
    label = labeller()
    flags = {"0": _("no"), "1": _("yes"), None: _("unknown")}
    return [
        {**row, "attribute": label(Ref("attribute", name), language()),
         "group": flags.get(row["group"], row["group"])}
        for name, rows in report.items()
        for row in rows
    ]  # fmt: skip


def _ranker(model: LearnedModel) -> dict[str, Any]:
    rows = [
        (said(RANKERS.get(name).label) if name in RANKERS else name, report)
        for name, report in model.report.items()
    ]
    chart = charts.hbars([(name, report.get("ndcg") or 0.0) for name, report in rows], "score")
    return {"rankings": rows, "ndcg": chart}
