"""Dealing a layer's people to experiments that must not share any."""

from __future__ import annotations

from django.db import transaction

from marketing.experiments.models import Experiment, Layer
from marketing.kernel.errors import Conflict


def claim_slice(experiment: Experiment, layer: Layer | None, percent: int) -> None:
    """A slice of the layer that no running experiment has; the one it has, if it is of that size.

    Raises Conflict where the layer has no such gap left.
    """
    with transaction.atomic():
        if layer is not None:
            Layer.objects.select_for_update().get(pk=layer.pk)
        size = round(experiment.layer_high - experiment.layer_low, 4)
        is_mine = experiment.layer == layer and not _is_taken(experiment)
        if not is_mine or (layer is not None and size != percent / 100):
            low = _gap(experiment, layer, percent) if layer else 0
            experiment.layer = layer
            experiment.layer_low = low / 100
            experiment.layer_high = (low + percent) / 100 if layer else 1.0
        experiment.save(update_fields=["layer", "layer_low", "layer_high"])


def _is_taken(experiment: Experiment) -> bool:
    """Dealt to another since it ended: a new campaign of an old key goes on with its experiment."""
    others = Experiment.objects.filter(layer=experiment.layer, ended_at=None)
    return experiment.layer is not None and any(
        round(min(high, experiment.layer_high) - max(low, experiment.layer_low), 4) > 0
        for low, high in others.exclude(pk=experiment.pk).values_list("layer_low", "layer_high")
    )


def _gap(experiment: Experiment, layer: Layer, percent: int) -> int:
    """Where the first free slice of that size starts, in percent."""
    others = Experiment.objects.filter(layer=layer, ended_at=None).exclude(pk=experiment.pk)
    taken = sorted(others.values_list("layer_low", "layer_high"))
    low = 0
    for start, stop in [*taken, (1.0, 1.0)]:
        if round(start * 100) - low >= percent:
            return low
        low = max(low, round(stop * 100))
    raise Conflict(
        f"The layer '{layer}' has no {percent} % left that no other campaign has",
        code="layer_is_full",
        fix="Take a smaller share, or end a campaign of the layer.",
    )
