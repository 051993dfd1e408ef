"""How a campaign that learns begins: light, for a launch happens in the web process."""

from __future__ import annotations

from collections.abc import Mapping

from campaigns import learning_contextual
from campaigns.models import Campaign
from marketing.experiments.models import Experiment

FLOOR, UNIFORM = 0.02, 0.10
"""Of the treated: what every variant keeps, and the slice that is dealt evenly.

So a variant whose luck was bad is still seen, and weights of 1 / propensity stay bounded.
"""
Allocation = Campaign.Allocation


def start(campaign: Campaign, experiment: Experiment) -> Mapping[str, object] | None:
    """What a learning campaign begins with: equal shares; None for one that does not learn."""
    if campaign.allocation == Allocation.FIXED:
        return None
    variants = [each for each in campaign.variants.all() if each.weight]
    said: dict[str, object] = dict(experiment.allocation or {})
    if set(said.get("shares", {})) != {each.key for each in variants}:  # type: ignore[call-overload]
        said["shares"] = {each.key: 1 / len(variants) for each in variants}
    if campaign.allocation == Allocation.CONTEXTUAL:
        said["contextual"] = learning_contextual.begin(campaign, (FLOOR, UNIFORM))
    return said
