"""What works for people like this one: a logistic posterior a variant, of what the rule saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from campaigns.engine.contextual import Contextual
from campaigns.learned import contextual_of, document, ref_of
from campaigns.models import Campaign, Delivery
from marketing.conditions.types import Column, Ref
from marketing.experiments.models import Experiment
from marketing.experiments.statistics.adaptive.contextual import LogisticPosterior
from marketing.personas import queries as personas_queries
from segments.queries import with_segments

if TYPE_CHECKING:
    from campaigns.answers import Answers


@dataclass(frozen=True)
class _Inputs:
    """Stored inputs of some decisions as columns: what the rule saw then, not what is so now."""

    rows: list[Mapping[str, Any]]

    def column(self, ref: Ref) -> Column:
        values = [row.get(str(ref)) for row in self.rows]
        numbers = [float(each) if isinstance(each, bool | int | float) else np.nan
                   for each in values]  # fmt: skip
        found = np.array(numbers, dtype=np.float64)
        return Column(found, ~np.isnan(found))


def begin(
    campaign: Campaign, bounds: tuple[float, float], known: Mapping[str, Any] | None = None
) -> dict[str, object]:
    """Knows nothing of any variant; features are measured from today's middle, in today's spread.

    ``bounds``: floor and uniform slice. ``known``: from before, which stays if it is about the same
    variants and columns. Raises NotFound for a column that is not known.
    """
    variants = [variant.key for variant in campaign.variants.all()]
    if known and (known["variants"], known["reads"]) == (variants, campaign.allocation_reads):
        return dict(known)
    personas = with_segments(personas_queries.current())
    refs = tuple(ref_of(each) for each in campaign.allocation_reads)
    middles = [_middle(personas.column(ref)) for ref in refs]
    prior = LogisticPosterior.prior(1 + 2 * len(refs))
    found = Contextual(
        refs, tuple(m for m, _ in middles), tuple(s for _, s in middles),
        (prior,) * len(variants), *bounds,
    )  # fmt: skip
    return document(found, variants)


def _middle(column: Column) -> tuple[float, float]:
    """(mean, standard deviation) of who has the value, the largest hundredth left out; (0, 1) for
    texts and where nobody differs.
    """
    if column.categories is not None:
        return 0.0, 1.0
    values = np.asarray(column.values, dtype=np.float64)[np.asarray(column.present, dtype=bool)]
    if not len(values):
        return 0.0, 1.0
    values = np.minimum(values, np.quantile(values, 0.99))
    return float(values.mean()), float(values.std()) or 1.0


def learn(
    campaign: Campaign, experiment: Experiment, answers: Answers, bounds: tuple[float, float]
) -> dict[str, object]:
    """From all answers so far, the young ones by how much of them can have come."""
    said: Mapping[str, Any] = begin(
        campaign, bounds, (experiment.allocation or {}).get("contextual")
    )
    before = contextual_of(said)
    inputs = _inputs(campaign)
    posteriors = []
    for key in said["variants"]:
        arm = experiment.arms.index(key) if key in experiment.arms else -1
        rows = np.flatnonzero(answers.seen.arms == arm)
        people = answers.seen.people[rows].tolist()
        rows = rows[[person in inputs for person in people]] if len(rows) else rows
        mine = _Inputs([inputs[person] for person in answers.seen.people[rows].tolist()])
        posteriors.append(_posterior(before, mine, rows, answers))
    return document(replace(before, arms=tuple(posteriors)), said["variants"])


def _posterior(
    before: Contextual, inputs: _Inputs, rows: NDArray[np.int64], answers: Answers
) -> LogisticPosterior:
    prior = LogisticPosterior.prior(1 + 2 * len(before.reads))
    if not len(rows):
        return prior
    features = before.features(inputs, np.arange(len(rows)))
    return prior.updated(features, answers.converted[rows], answers.weights[rows])


def _inputs(campaign: Campaign) -> dict[int, Mapping[str, Any]]:
    """Person to what the rule saw at the first decision that dealt an arm."""
    rows = Delivery.objects.filter(campaign=campaign, is_test=False, held_by="")
    told = rows.order_by("-id").values_list("person_id", "decision__inputs")
    return dict(told.iterator(chunk_size=10_000))
