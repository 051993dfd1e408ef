"""One model's page: its metrics beside the answers that need no model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from marketing.conditions.types import Ref
from marketing.personas.labels import labeller
from marketing.studio import charts
from marketing.studio.shell import said
from marketing.workspace.language import language
from marketing.workspace.models import Pointer
from recommender.features import FEATURES
from recommender.models import LearnedModel
from recommender.rankers import RANKERS

_METRICS = ("auc", "average_precision", "brier", "calibration_error")
_SHOWN_FEATURES = 12


def serving_versions() -> dict[str, str]:
    """The version that serves, by the model's name."""
    rows = Pointer.objects.filter(name__startswith="model:").values_list("name", "version")
    return {name.partition(":")[2]: version for name, version in rows}


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
    return {
        "title": label,
        "model": model,
        "serving": serving_versions().get(model.name) == model.version,
        **more,
    }


def _predictor(model: LearnedModel) -> dict[str, Any]:
    report = model.report
    names = {
        "model": _("This model"),
        "base_rate": _("Base rate for everybody"),
        "one_feature": _("One feature: %s") % _feature(report.get("baseline", "")),
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
        "importances": charts.hbars(_importances(report.get("importances", [])), "percent"),
    }


def _importances(report: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    return [(_feature(key), share) for key, share in report[:_SHOWN_FEATURES]]


def _feature(key: str) -> str:
    """A feature's key in words: its member's label, then its parameters as they are."""
    for name in sorted(FEATURES, key=len, reverse=True):
        if key == name or key.startswith(f"{name}_"):
            rest = key.removeprefix(name).strip("_").replace("_", " ")
            label = said(FEATURES.get(name).label)
            return f"{label} · {rest}" if rest else label
    return key


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
