"""What happens after what, in one file.

``drain``: within seconds, after fresh events. ``refresh`` and what follows it: on a schedule, for
everybody. ``answer``: within seconds, what operators ask.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from campaigns.adapting import adapt
from campaigns.dated import match_subscriptions
from campaigns.delivering import deliver_due
from campaigns.launching import run_due
from campaigns.matching import match_events, match_transitions
from campaigns.queries import specs as campaign_specs
from marketing.conditions.types import TraitSpec
from marketing.erasure import erase_next
from marketing.events import upkeep
from marketing.events.archive import archive
from marketing.events.learning import forget_days, learn
from marketing.experiments import results
from marketing.imports import services as imports
from marketing.kernel.errors import Unavailable, unknown_name
from marketing.people.queries import highest_ordinal
from marketing.personas import queries as personas_queries
from marketing.personas import services as personas
from marketing.personas.quality import asking as quality
from marketing.workspace.models import Workspace
from recommender import answering, event_list
from recommender import services as models
from recommender.predictors import PREDICTORS
from segments import labelling, lists, rfm
from segments import queries as segment_queries
from segments import services as segments
from segments import upkeep as segments_upkeep
from segments.discovery import asking as discovery

Progress = Callable[[str], None]


def drain(workspace: Workspace, now: datetime, at: datetime | None = None) -> int:
    """Fold fresh events, decide on them, deliver what is due; returns how much was done.

    ``at``: the real moment for leases, where the workspace's clock may stand still.
    """
    try:
        done = len(personas.fold(workspace, now, specs()))
    except Unavailable:
        done = 0  # a rebuild is running: it folds everything itself
    if segments.follow(now):
        match_transitions(workspace, now)
    done += labelling.follow(now)
    done += match_events(workspace, now)
    done += match_subscriptions(workspace, now)
    return done + deliver_due(workspace, now, at=at)


def refresh(workspace: Workspace, now: datetime, say: Progress = lambda step: None) -> None:
    """Archive, personas, scores, RFM, segments, then the campaigns that wait for transitions."""
    say("archive")
    archive(now)
    learn(workspace, now)
    say("personas")
    personas.refresh(workspace, now, specs())
    say("scores")
    models.apply_scores(now)
    rfm.write(personas_queries.current(), now)
    say("segments")
    segments.refresh_now(now)
    match_transitions(workspace, now)
    labelling.follow(now)


def rebuild(workspace: Workspace, now: datetime) -> dict[str, int]:
    """Personas from all events; per trait, how many people the slide had otherwise (0 expected)."""
    archive(now)
    learn(workspace, now)
    tidy(workspace, now)
    personas.rebuild(workspace, now, specs())
    compared = personas_queries.compared()
    segments.refresh_now(now)
    match_transitions(workspace, now)
    return compared.differences if compared else {}


def tidy(workspace: Workspace, now: datetime) -> str:
    """Compact the warehouse, forget what is too old, trim log and versions; says what was done."""
    forgotten = upkeep.retain(now, workspace.retention_days) if workspace.retention_days else 0
    if forgotten:
        personas.forget_state()  # sums over all time still hold what is forgotten
    forget_days(workspace, now)
    return (
        f"{upkeep.compact()} days compacted, {forgotten:,} events forgotten, "
        f"{upkeep.trim(now, workspace.log_days):,} trimmed from the log, "
        f"{segments_upkeep.prune(now):,} versions of segments forgotten"
    )


def specs() -> dict[str, TraitSpec]:
    """The traits that segments and campaigns ask for beyond those that ship."""
    return segment_queries.specs() | campaign_specs()


def launch_due(workspace: Workspace, now: datetime) -> int:
    """Runs of scheduled campaigns whose time has come."""
    return len(run_due(workspace, now))


def retrain(now: datetime) -> None:
    """Every predictor and the ranker, measured and promoted; then scores are as of now."""
    for name in PREDICTORS:
        models.train_predictor(name, now)
    models.train_ranker(now)
    models.apply_scores(now)


def answer(workspace: Workspace, now: datetime, at: datetime) -> int:
    """One person to forget, one thing that an operator asked and a turn of an import, or else what
    may be asked about.

    How much was done. ``at``: the real moment, of leases and of pruning.
    """
    done = erase_next(workspace, now, at, specs)
    done = done or answering.answer_next(answering.Worker(workspace, now, at, _members))
    done = done or _change_list(workspace, now, at) or discovery.learn_next(at)
    done = done or quality.scan_next(workspace, now, at)
    done += imports.answer(at)
    if not done:
        event_list.refresh(now, at)
        answering.prune(at)
        discovery.prune(at)
        imports.prune(at)
        quality.prune(at)
    return done


def _change_list(workspace: Workspace, now: datetime, at: datetime) -> int:
    """One list; campaigns on entering see at once who is new."""
    done = lists.change_next(now, at)
    if done:
        match_transitions(workspace, now)
    return done


def _members(key: str) -> NDArray[np.bool_]:
    """Of a segment's newest version, bool[n] by ordinal: segments and models meet here only."""
    versions = segment_queries.newest_versions()
    if key not in versions:
        raise unknown_name("segment", key, versions)
    return segment_queries.as_mask(versions[key].members, highest_ordinal() + 1)


def ask_nightly(at: datetime) -> None:
    """What is asked of the ``answer`` loop every night. ``at``: the real moment."""
    quality.ask(at)


def measure(workspace: Workspace, now: datetime) -> None:
    """Every experiment's result; then whatever learns from it is weighed anew."""
    results.refresh(now, workspace.zone)
    adapt(workspace, now)
