"""Lookalikes: a score for everybody, and the score from which on somebody is inside."""

from __future__ import annotations

import numpy as np
from pyroaring import BitMap

from marketing.kernel.text import Text, both
from segments.discovery.questions import SEED, Lookalike
from segments.discovery.reports import LookalikeReport, Telling
from segments.discovery.study import Found, Study, part
from segments.learning.facts import Fact
from segments.learning.lookalike_report import Telling as Told
from segments.learning.lookalike_report import learn_lookalike
from segments.learning.portrait_words import said

_TELLING = 8


def learn_alike(study: Study, question: Lookalike) -> Found:
    """Raises Invalid as ``learn_lookalike`` does."""
    members = study.members(question.members) & study.personas.exists
    # The members teach what is alike also where they are not among those who may be reached.
    people = np.union1d(study.people, np.flatnonzero(members)).astype(np.int64)
    seeds = BitMap(np.flatnonzero(members))
    study.progress(0.1)
    made = learn_lookalike(study.personas, question.refs, people, seeds, question.size, SEED)
    study.progress(0.8)
    others = study.people[~members[study.people]]
    scores = made.model.score(study.personas, others)
    size = min(question.size, len(scores))
    threshold = float(np.sort(scores)[-size]) if size else 1.0
    quality = made.quality
    report = LookalikeReport(
        people=len(study.people),
        columns=study.names(question.refs),
        left_out=study.left_out(made.model.preparation.left_out),
        members=made.seeds,
        size=question.size,
        found=int((scores >= threshold).sum()),
        threshold=threshold,
        auc=quality.auc, auc_low=quality.auc_low, auc_high=quality.auc_high,
        captured=part(quality.captured),
        lift=quality.lift,
        verdict=quality.verdict,
        telling=tuple(_telling(study, each) for each in made.telling[:_TELLING]),
    )  # fmt: skip
    return Found(report, made.model.dump(), threshold)


def _telling(study: Study, told: Told) -> Telling:
    return Telling(trait=study.name(told.ref), weight=told.weight, said=_said(study, told.fact))


def _said(study: Study, fact: Fact | None) -> Text:
    return Text("", "") if fact is None else both(lambda lang: said(fact, study.label, lang))
