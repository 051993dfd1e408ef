"""What changes models: train, measure, keep, promote, score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from marketing.catalog.queries import all_external_ids
from marketing.events.scans import fold_cursor, frame, open_source
from marketing.events.types import EventFrame
from marketing.kernel.errors import Invalid
from marketing.kernel.moments import microseconds
from marketing.kernel.text import Text
from marketing.people.queries import highest_ordinal
from marketing.personas.services import write_score
from marketing.workspace.models import Pointer
from marketing.workspace.queries import pointer
from recommender import artefacts, histories
from recommender.artefacts import About
from recommender.evaluation.histories import choose
from recommender.evaluation.populations import Population, everybody
from recommender.evaluation.prediction import PredictionReport, evaluate_predictor
from recommender.evaluation.ranking import RankingReport, evaluate_ranker
from recommender.evaluation.search import choose_ridge
from recommender.evaluation.temporal import (
    build_dataset,
    inputs_at,
    learn,
    moments_between,
    training_moments,
)
from recommender.fairness import by_sensitive_group
from recommender.features import Feature
from recommender.models import LearnedModel
from recommender.predictors import PREDICTORS, Learned, Predictor
from recommender.promoting import POINTER, promote, root
from recommender.rankers import RANKERS, Histories, Ranker
from recommender.serving import RANKER

# Measured beside what serves: two baselines, and a network that ranks better but cannot explain.
BESIDE = ("popularity", "item_knn", "gru")
Chosen = Callable[[NDArray[np.int64]], NDArray[np.bool_]]


@dataclass(frozen=True)
class Split:
    """How a predictor is judged: learn from labels that end before ``at``, test after it."""

    at: datetime
    keep: Population = everybody


def events_of(predictor: Predictor) -> EventFrame:
    """Every event and property that the predictor and its features read."""
    parts: list[Predictor | Feature] = [predictor, *predictor.features]
    names = dict.fromkeys([*predictor.reads, *(n for f in predictor.features for n in f.needs())])
    numbers = dict.fromkeys(name for part in parts for name in part.numbers)
    texts = dict.fromkeys(name for part in parts for name in part.texts)
    source = open_source(fold_cursor())
    return frame(source, tuple(names), numbers=tuple(numbers), texts=tuple(texts))


def train_predictor(name: str, now: datetime, split: Split | None = None) -> PredictionReport:
    """Learn before the split, measure after it, keep and promote what was measured."""
    predictor = PREDICTORS.get(name)()
    events = events_of(predictor)
    if not len(events):
        raise Invalid("No events to learn from", code="no_events", fix="Send events first.")
    split = split or _default_split(events, now)
    start = datetime.fromtimestamp(int(events.at_us.min()) / 1e6, UTC)
    moments = moments_between(start, now)
    past = training_moments(predictor, moments, split.at)
    complete = training_moments(predictor, moments, now + timedelta(microseconds=1))
    later = complete[complete >= microseconds(split.at)]
    train = build_dataset(predictor, events, past)
    test = build_dataset(predictor, events, later, split.keep)
    learned = learn(predictor, train)
    report = evaluate_predictor(predictor, learned, train, test, predictor.features[0])
    about = About(
        kind="predictor",
        name=name,
        from_at=start,
        until_at=split.at,
        features=tuple(feature.key() for feature in predictor.features),
        params=msgspec.to_builtins(predictor),
        metrics=asdict(report.model),
    )
    fairness = by_sensitive_group(predictor, learned, test)
    _keep(about, learned, predictor.label, {**asdict(report), "fairness": fairness}, now)
    return report


def apply_scores(now: datetime) -> dict[str, int]:
    """Every promoted predictor scores its units as of now; returns how many each scored."""
    scored = {}
    for name in PREDICTORS:
        serving = pointer(POINTER + name)
        if serving is not None:
            scored[name] = _apply(name, serving, now)
    return scored


def _apply(name: str, serving: Pointer, now: datetime) -> int:
    predictor = PREDICTORS.get(name)()
    learned = artefacts.load(root(), name, serving.version).learned
    at_us = microseconds(now)
    events = events_of(predictor).until(at_us)
    people = predictor.units(events, at_us)
    values = np.full(highest_ordinal() + 1, np.nan)
    if len(people):
        values[people] = predictor.score(learned, inputs_at(predictor, events, at_us, people))
    write_score(name, values, now, predictor.label)
    return len(people)


def train_ranker(now: datetime, asked: Chosen | None = None) -> dict[str, RankingReport]:
    """Choose parameters without the test items, measure beside the baselines, keep, promote.

    ``asked``: whose histories are judged (ordinals int64[n] → bool[n]), the last item of each held
    out; None = everybody. What serves is then fitted on everybody.
    """
    items = all_external_ids()
    taken, people = _taken(items)
    rows = np.flatnonzero(asked(people)) if asked else np.arange(len(people))
    judged = choose(taken, rows)
    ranker: Ranker = choose_ridge(judged).best
    reports = {RANKER: evaluate_ranker(ranker, judged)}
    reports |= {name: evaluate_ranker(RANKERS.get(name)(), judged) for name in BESIDE}
    arrays = ranker.fit(taken, seed=0)
    text = msgspec.json.encode(items).decode()
    about = About(
        kind="ranker",
        name=RANKER,
        from_at=now,
        until_at=now,
        params=msgspec.to_builtins(ranker),
        metrics={"ndcg_10": reports[RANKER].ndcg, "hit_rate_10": reports[RANKER].hit_rate},
    )
    report: dict[str, object] = {name: asdict(each) for name, each in reports.items()}
    _keep(about, Learned(arrays, {"items": text}), ranker.label, report, now)
    return reports


def _taken(items: list[str]) -> tuple[Histories, NDArray[np.int64]]:
    events = frame(open_source(fold_cursor()), histories.EVENTS, texts=("content",))
    return histories.from_frame(events, items)


def _default_split(events: EventFrame, now: datetime) -> Split:
    """The last quarter of the history judges."""
    start, end = int(events.at_us.min()), microseconds(now)
    return Split(datetime.fromtimestamp((start + 0.75 * (end - start)) / 1e6, UTC))


def _keep(
    about: About, learned: Learned, label: Text, report: dict[str, object], now: datetime
) -> None:
    """The artefact first, then its row and the pointer in one transaction."""
    version = artefacts.save(root(), about, learned)
    with transaction.atomic():
        LearnedModel.objects.update_or_create(
            name=about.name,
            version=version,
            defaults={
                "kind": about.kind,
                "label": label.en,
                "label_zh": label.zh,
                "learned_at": now,
                "report": msgspec.to_builtins(report),
            },
        )
        promote(about.name, version, now)
