"""What only the delivery ledger knows about a person, as ``context:`` columns."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

import numpy as np
from django.db.models import Count, Max, Model, QuerySet
from numpy.typing import NDArray

from campaigns.engine.types import ARM, TESTER
from campaigns.models import Campaign, Delivery, State, Tester
from marketing.conditions.types import Column, Ref
from marketing.experiments.models import Exposure
from marketing.kernel.moments import microseconds
from marketing.people.queries import reachability, redirects
from marketing.workspace.models import Workspace

Row = TypeVar("Row", bound=Model)
DAY_US = 86_400_000_000
# Sent, or handed to the channel with no receipt yet: both use up the cap.
_MAY_HAVE_ARRIVED = (State.DELIVERED, State.CLAIMED, State.UNKNOWN)


class LedgerContext:
    """Provider of ``context:recent_messages``, ``context:days_since_campaign``, ``reachable:``; and
    of the arms that people have seen (``context:arm``, ``arm_of:``) or test.

    ``only``: restrict the queries to these ordinals (one person, a claimed batch). Nothing is
    kept from earlier: consent withdrawn a moment ago counts.
    """

    def __init__(
        self,
        campaign: Campaign,
        workspace: Workspace,
        size: int,
        now: datetime,
        only: Sequence[int] | None = None,
    ) -> None:
        self.campaign, self.workspace = campaign, workspace
        self.size, self.now, self.only = size, now, only

    def __call__(self, ref: Ref) -> Column | None:
        if ref.kind == "reachable":
            consent, reachable = reachability(ref.name, self.size, self.only)
            return Column(consent & reachable, np.ones(self.size, dtype=bool))
        if ref.kind != "context":
            return None
        if ref.name == "recent_messages":
            return self._recent_messages()
        if ref.name == "days_since_campaign":
            return self._days_since_campaign()
        return self._arm(ref)

    def _arm(self, ref: Ref) -> Column | None:
        """Which arm of the campaign's experiment, or of a programme's, a person has seen, or tests.

        Of merged people the first that was seen.
        """
        if ref == TESTER:
            found = Tester.objects.filter(campaign=self.campaign)
            return self._first(self._arms_of(found))
        name = ref.name.removeprefix("arm_of:")
        key = self.campaign.key if ref == ARM else f"programme:{name}"
        seen = self._of_asked(Exposure.objects.filter(experiment__key=key))
        return self._first(seen.order_by("exposed_at", "id").values_list("person_id", "arm"))

    def _arms_of(self, testers: QuerySet[Tester]) -> Iterator[tuple[int, int]]:
        variants = list(self.campaign.variants.values_list("pk", flat=True))
        for person, variant in testers.values_list("person_id", "variant_id"):
            yield person, variants.index(variant) + 1

    def _first(self, rows: Iterable[tuple[int, float]]) -> Column:
        return Column(*self._spread(rows, np.nan, lambda first, later: first))

    def _recent_messages(self) -> Column:
        """Messages that left in the cap window, over all campaigns; 0 where none."""
        since = self.now - timedelta(days=self.workspace.message_cap_days)
        rows = Delivery.objects.filter(
            state__in=_MAY_HAVE_ARRIVED, counts_as_message=True, left_at__gt=since
        )
        rows = self._of_asked(rows)
        counts = rows.values("person").annotate(n=Count("id")).values_list("person", "n")
        return Column(*self._spread(counts, 0.0, operator.add))

    def _days_since_campaign(self) -> Column:
        """Days since this campaign's last delivery or withholding; missing where none."""
        rows = Delivery.objects.filter(
            campaign=self.campaign, state__in=[State.DELIVERED, State.WITHHELD]
        )
        rows = self._of_asked(rows)
        newest = rows.values("person").annotate(at=Max("finished_at")).values_list("person", "at")
        now_us = microseconds(self.now)
        days = [(person, (now_us - microseconds(at)) / DAY_US) for person, at in newest if at]
        return Column(*self._spread(days, np.nan, min))

    def _of_asked(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """With those of ordinals that were merged into the asked ones."""
        if self.only is None:
            return rows
        merged = [younger for younger, older in self._gone.items() if older in set(self.only)]
        return rows.filter(person_id__in=[*self.only, *merged])

    @cached_property
    def _gone(self) -> dict[int, int]:
        return redirects(self.only)

    def _spread(
        self, rows: Iterable[tuple[int, float]], empty: float, join: Callable[[float, float], float]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """By ordinal, merges followed; ``join`` unites what two merged ordinals had."""
        values = np.full(self.size, empty)
        for person, value in rows:
            ordinal = self._gone.get(person, person)
            if ordinal < self.size:
                held = values[ordinal]
                values[ordinal] = value if np.isnan(held) else join(held, value)
        return values, ~np.isnan(values)
