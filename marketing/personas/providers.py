"""Persona columns that are not stored with the personas: read when a condition asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from marketing.catalog.queries import lessons_of
from marketing.conditions.criteria.content_progress import lessons_done
from marketing.conditions.criteria.content_stalled import last_lesson
from marketing.conditions.types import Column, Ref
from marketing.kernel.sets import as_text
from marketing.people import queries as people
from marketing.people.subscriptions import Terms
from marketing.personas.percentiles import percentile_of
from marketing.personas.types import FromRows
from marketing.workspace.models import Pointer, Workspace
from marketing.workspace.queries import workspace

SCORE = "score:"


class Percentiles:
    """A score's percentile from its version's stored quantile table."""

    def __init__(self, pointers: Mapping[str, Pointer], scores: Mapping[Ref, Column]) -> None:
        self.pointers, self.scores = pointers, scores

    def __call__(self, ref: Ref) -> Column | None:
        score = self.scores.get(Ref("score", ref.name)) if ref.kind == "percentile" else None
        if score is None:
            return None
        pointer = self.pointers[SCORE + ref.name]
        table = pointer.details.get("quantiles")
        if not table:
            return Column(np.full(len(np.asarray(score.values)), np.nan), score.present & False)
        return Column(_percentiles(pointer.version, _Held(score), tuple(table)), score.present)


class _Held:
    """A column that a cache need not hash: its version names it."""

    def __init__(self, column: Column) -> None:
        self.column = column

    def __hash__(self) -> int:
        return len(np.asarray(self.column.values))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and hash(self) == hash(other)


@lru_cache(maxsize=16)
def _percentiles(version: str, score: _Held, table: tuple[float, ...]) -> NDArray[np.float64]:
    """A fold changes no score: within a version they are the same."""
    return percentile_of(np.asarray(score.column.values, dtype=np.float64), np.array(table))


class Reachable(FromRows):
    """Consent, and consent with an address, straight from SQL: what is withdrawn counts at once."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, ref: Ref, only: Sequence[int] | None = None) -> Column | None:
        if ref.kind not in ("consent", "reachable"):
            return None
        consent, reachable = people.reachability(ref.name, self.size, only)
        return _flags(consent if ref.kind == "consent" else consent & reachable)


class Labels(FromRows):
    """A label's values as a set; missing for whoever does not have it."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, ref: Ref, only: Sequence[int] | None = None) -> Column | None:
        if ref.kind != "label":
            return None
        given: dict[int, list[str]] = {}
        for ordinal, value in people.labels(ref.name, only):
            if ordinal < self.size:
                given.setdefault(ordinal, []).append(value)
        texts = {ordinal: as_text(v for v in values if v) for ordinal, values in given.items()}
        return _texts(texts, self.size)


Known = Callable[[Sequence[int] | None], Iterable[tuple[int, Terms]]]


class Subscriptions(FromRows):
    """The fields of everybody's subscription as of the personas' moment.

    ``known``: (ordinal, terms) of everybody or of some; those of the present unless told otherwise.
    """

    def __init__(self, size: int, as_of: datetime, known: Known = people.subscriptions) -> None:
        self.size, self.as_of, self.known = size, as_of, known
        self._workspace: Workspace | None = None

    @property
    def workspace(self) -> Workspace:
        """Read when it is first needed: most evaluations ask for no subscription."""
        self._workspace = self._workspace or workspace()
        return self._workspace

    def __call__(self, ref: Ref, only: Sequence[int] | None = None) -> Column | None:
        if ref.kind != "subscription":
            return None
        known = [(ordinal, terms) for ordinal, terms in self.known(only)
                 if ordinal < self.size]  # fmt: skip
        if ref.name in ("state", "plan"):
            read = self._state if ref.name == "state" else _plan
            said = {ordinal: text for ordinal, terms in known if (text := read(terms))}
            return _texts(said, self.size)
        days: Callable[[Terms], int | None] = {
            "days_to_renewal": lambda terms: self._days(terms.renews_at),
            "days_to_end": lambda terms: self._days(terms.ends_at),
            "days_since_start": lambda terms: _negative(self._days(terms.started_at)),
        }[ref.name]
        values = np.full(self.size, np.nan)
        for ordinal, terms in known:
            found = days(terms)
            values[ordinal] = np.nan if found is None else found
        return Column(values, ~np.isnan(values))

    def _state(self, terms: Terms) -> str | None:
        return terms.state(self.as_of, timedelta(days=self.workspace.subscription_grace_days))

    def _days(self, moment: datetime | None) -> int | None:
        """Local days from today to the moment; negative where it has passed."""
        if moment is None:
            return None
        zone = self.workspace.zone
        return (moment.astimezone(zone).date() - self.as_of.astimezone(zone).date()).days


class Learning:
    """Progress in a content and days stalled in it, from traits and the catalogue."""

    def __init__(self, columns: Mapping[Ref, Column]) -> None:
        self.columns = columns

    def __call__(self, ref: Ref) -> Column | None:
        if ref.kind not in ("progress", "stalled"):
            return None
        done = self.columns.get(Ref("trait", lessons_done(ref.name).key()))
        lessons = lessons_of(ref.name)
        if done is None:
            return None
        share = np.minimum(np.asarray(done.values, dtype=np.float64) / max(lessons, 1), 1.0)
        if ref.kind == "progress":
            return Column(share, np.full(len(share), lessons > 0))
        since = self.columns[Ref("trait", last_lesson(ref.name).key())]
        return Column(since.values, since.present & (share > 0) & (share < 1) & (lessons > 0))


def _plan(terms: Terms) -> str | None:
    return terms.plan or None


def _negative(days: int | None) -> int | None:
    return None if days is None else -days


def _flags(values: NDArray[np.bool_]) -> Column:
    return Column(values, np.ones(len(values), dtype=bool))


def _texts(said: Mapping[int, str], size: int) -> Column:
    categories = tuple(sorted(set(said.values())))
    place = {text: code for code, text in enumerate(categories)}
    codes = np.full(size, -1, dtype=np.int32)
    codes[list(said)] = [place[text] for text in said.values()]
    return Column(codes, codes >= 0, categories)
