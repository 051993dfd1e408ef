"""What a contextual allocation has learned, as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from campaigns.engine.contextual import Contextual
from campaigns.engine.types import Rule
from marketing.conditions.types import Ref
from marketing.experiments.statistics.adaptive.contextual import LogisticPosterior


def contextual_document(rule: Rule) -> dict[str, object]:
    """Raises ValueError for a rule without one."""
    if rule.contextual is None:
        raise ValueError("the rule tells nobody apart")
    return document(rule.contextual, rule.variants)


def document(found: Contextual, variants: Sequence[str]) -> dict[str, object]:
    return {
        "variants": list(variants),
        "reads": [str(ref) for ref in found.reads],
        "centres": list(found.centres),
        "scales": list(found.scales),
        "arms": [
            {"mean": arm.mean.tolist(), "precision": arm.precision.tolist()} for arm in found.arms
        ],
        "floor": found.floor,
        "uniform": found.uniform,
    }


def contextual_of(said: Mapping[str, Any]) -> Contextual:
    return Contextual(
        reads=tuple(ref_of(each) for each in said["reads"]),
        centres=tuple(said["centres"]),
        scales=tuple(said["scales"]),
        arms=tuple(
            LogisticPosterior(np.array(arm["mean"]), np.array(arm["precision"]))
            for arm in said["arms"]
        ),
        floor=said["floor"],
        uniform=said["uniform"],
    )


def ref_of(said: str) -> Ref:
    kind, _, name = said.partition(":")
    return Ref(kind, name)
