"""What everybody who was exposed did: the goal, its revenue, and the experiment's other metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketing.events.scans import Source, fold_cursor, open_source
from marketing.experiments.exposed import Exposed, exposed
from marketing.experiments.metrics import METRICS, Definition
from marketing.experiments.models import Experiment
from marketing.experiments.scanning import Tally, fill
from marketing.experiments.strata import Strata, strata
from marketing.experiments.wanted import wanted
from marketing.personas import cleaning
from marketing.personas.cleaning import Bound

Values64 = NDArray[np.float64]


@dataclass(frozen=True)
class Values:
    """One metric, float64[n] each: ``y`` a person.

    ``per``: the denominators of a ratio, else None. ``before``: the same metric over an equally
    long window right before the exposure, None where it means nothing. ``limit``: what values above
    the definition's percentile of all arms together were moved to, those before too; None for no
    cap.
    """

    definition: Definition
    y: Values64
    per: Values64 | None = None
    before: Values64 | None = None
    limit: float | None = None


@dataclass(frozen=True)
class Measured:
    """Everybody who was exposed, one row a person.

    ``people``, ``arms``, ``epochs``, ``since``: int64[n]; ordinals, 0 is the holdout, numbers of
    epochs, microseconds of the first exposure. ``values``: "goal", "revenue" and the keys of
    metrics. ``strata``: int64[n] indices into ``stratum_names``. ``crossed``: see ``Exposed``.
    """

    people: NDArray[np.int64]
    arms: NDArray[np.int64]
    epochs: NDArray[np.int64]
    since: NDArray[np.int64]
    values: dict[str, Values]
    strata: NDArray[np.int64]
    stratum_names: tuple[str, ...]
    crossed: int

    def mature(self, key: str, now_us: int) -> NDArray[np.bool_]:
        """bool[n]: whose whole window of this metric is over."""
        return self.since + self.values[key].definition.window_us <= now_us


def measure(experiment: Experiment) -> Measured:
    """From the exposures in SQL and the events of warehouse and log."""
    source = open_source(fold_cursor())
    who = exposed(experiment, source.redirects)
    groups, bounds = strata(experiment, who.people), cleaning.current({}).bounds
    return measure_people(source, who, wanted(experiment), groups, bounds)


def measure_people(
    source: Source,
    who: Exposed,
    definitions: Mapping[str, Definition],
    groups: Strata | None = None,
    bounds: Mapping[str, Bound] | None = None,
) -> Measured:
    """The same of people who are at hand; equal definitions share their arrays.

    ``groups``: None for one stratum. ``bounds``: how far numbers are believed, see ``cleaning``.
    """
    drafts = {each: _Draft.of(each, len(who)) for each in definitions.values()}
    fill(source, who, [each for draft in drafts.values() for each in draft.tallies], bounds or {})
    found = {definition: draft.finished() for definition, draft in drafts.items()}
    groups = groups or Strata.none(len(who))
    return Measured(
        who.people, who.arms, who.epochs, who.since,
        {key: found[definition] for key, definition in definitions.items()},
        groups.codes, groups.names, who.crossed,
    )  # fmt: skip


@dataclass(frozen=True)
class _Draft:
    """The arrays of a metric while they are filled."""

    definition: Definition
    after: Tally
    before: Tally | None
    per: Tally | None

    @classmethod
    def of(cls, wanted: Definition, n: int) -> _Draft:
        kind = METRICS.get(wanted.kind)

        def tally(is_before: bool) -> Tally:
            values = kind.nothing(n, wanted)
            return Tally(wanted, wanted.event, wanted.reads, is_before, values)

        count = Definition(kind="count", event=wanted.per_event, days=wanted.days)
        per = Tally(count, wanted.per_event, "", False, np.zeros(n)) if wanted.per_event else None
        return cls(wanted, tally(False), tally(True) if kind.has_before else None, per)

    @property
    def tallies(self) -> list[Tally]:
        return [each for each in (self.after, self.before, self.per) if each is not None]

    def finished(self) -> Values:
        y, before = self.after.values, self.before.values if self.before else None
        limit = _limit(y, self.definition.cap_percentile)
        if limit is not None:
            y = np.minimum(y, limit)
            before = None if before is None else np.minimum(before, limit)
        return Values(self.definition, y, self.per.values if self.per else None, before, limit)


def _limit(values: Values64, percentile: float | None) -> float | None:
    """Of those above 0: where few buy, a high percentile of everybody would still be 0.

    One of the values, so that sums of money stay whole numbers.
    """
    some = values[values > 0]
    if percentile is None or not len(some):
        return None
    return float(np.percentile(some, percentile, method="inverted_cdf"))
