"""Deciding for many and keeping what was decided: a run, its yeses, their deliveries."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec
import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from campaigns.context import LedgerContext
from campaigns.engine.decide import decide
from campaigns.engine.types import (
    NOT_IN_AUDIENCE,
    PROGRAMME_HOLDOUT,
    WITHHELD,
    YES,
    Decisions,
    Rule,
)
from campaigns.models import Campaign, Decision, DecisionRun, Delivery, RuleSnapshot
from campaigns.programmes import follow
from campaigns.rules import compile_rule, snapshot
from marketing.conditions.groups import leaves
from marketing.conditions.types import Ref
from marketing.experiments.models import Experiment
from marketing.experiments.services import reweigh
from marketing.kernel.errors import MarketingError, Unavailable
from marketing.kernel.hashing import content_hash
from marketing.kernel.places import told
from marketing.people.queries import bucketing_ids
from marketing.personas import queries as personas_queries
from marketing.personas.types import Personas, SomePersonas
from marketing.workspace.models import Workspace
from segments.queries import with_segments

_BATCH = 1_000
Done = TypeVar("Done")
log = logging.getLogger("zhixin.campaigns")


@dataclass(frozen=True)
class Decided:
    """Decisions with what they were made from."""

    rule: Rule
    personas: Personas
    columns: SomePersonas
    decisions: Decisions
    now: datetime


def or_problem(campaign: Campaign, work: Callable[[Campaign], Done]) -> Done | None:
    """One campaign that cannot be decided does not stop the others; operators read why.

    Unavailable is not the campaign's fault: it is raised on, and the work is done again.
    """
    try:
        return work(campaign)
    except Unavailable:
        raise
    except (MarketingError, msgspec.ValidationError, ZeroDivisionError) as error:
        log.error("campaign %s cannot decide: %s", campaign.key, told(error))
        problem = str(error) if isinstance(error, MarketingError) else _("A variant is not valid.")
        Campaign.objects.filter(pk=campaign.pk).update(problem=problem[:300])
        return None


def decide_for(
    campaign: Campaign,
    workspace: Workspace,
    now: datetime,
    only: Sequence[int] | None = None,
) -> Decided:
    """Decide for everybody, or ``only`` these ordinals. Reads; writes nothing."""
    personas = with_segments(personas_queries.current())
    rule = compile_rule(campaign, workspace)
    context = LedgerContext(campaign, workspace, personas.size, now, only)
    personas = personas.extended(context)
    everybody: NDArray[np.int64] = np.flatnonzero(personas.exists).astype(np.int64)
    ordinals = (
        everybody if only is None else np.intersect1d(everybody, np.array(only, dtype=np.int64))
    )
    ids = bucketing_ids(None if only is None else ordinals.tolist())
    columns = SomePersonas(personas, ordinals)
    names = [ids.get(int(o), "") for o in ordinals]
    decisions = decide(rule, columns, ordinals, names, now, workspace.zone)
    return Decided(rule, personas, columns, decisions, now)


def keep_run(campaign: Campaign, decided: Decided, occasion: str) -> DecisionRun:
    """The run, a decision row per yes, a delivery row per yes. All or nothing; twice is once."""
    with transaction.atomic():
        run, created = DecisionRun.objects.get_or_create(
            campaign=campaign, occasion=occasion, defaults=_run_fields(decided)
        )
        if created:
            keep_rows(campaign, decided, occasion, run=run)
    return run


def keep_rows(
    campaign: Campaign,
    decided: Decided,
    occasion: str,
    *,
    run: DecisionRun | None = None,
    also_noes: bool = False,
) -> None:
    """Decision rows for yes and withheld (and for every no of an event or request)."""
    kept = _kept(decided.decisions, also_noes)
    inputs = _inputs(decided, kept)
    rule = _rule(decided)
    Decision.objects.bulk_create(
        [
            Decision(
                campaign=campaign,
                run=run,
                person_id=int(decided.decisions.ordinals[row]),
                occasion=occasion,
                decided_at=decided.now,
                outcome=_outcome(decided.decisions, row),
                variant="" if _held_by(decided, row) else _variant(decided, row),
                inputs=inputs[i],
                rule=rule,
                personas_version=decided.personas.version,
            )
            for i, row in enumerate(kept)
        ],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )
    _deliveries(campaign, decided, occasion, kept)


def _deliveries(
    campaign: Campaign, decided: Decided, occasion: str, kept: NDArray[np.int64]
) -> None:
    """One a yes, the holdout's too: it passes the same guards and is withheld at the claim."""
    decisions = decided.decisions
    going = [row for row in kept if decisions.arms[row] >= 0]
    people = [int(decisions.ordinals[row]) for row in going]
    epoch = _epoch(campaign, decided)
    follow(decided.rule.programmes, decided.now)
    found = Decision.objects.filter(campaign=campaign, occasion=occasion, person_id__in=people)
    ids = dict(found.values_list("person_id", "id"))
    Delivery.objects.bulk_create(
        [
            Delivery(
                campaign=campaign,
                person_id=person,
                occasion=occasion,
                decision_id=ids[person],
                arm=int(decisions.arms[row]),
                variant=_variant(decided, row),
                epoch=epoch,
                propensities=_propensities(decisions, row),
                held_by=_held_by(decided, row),
                is_test=bool(decisions.is_test[row]),
                due_at=_due_at(decided, row),
                counts_as_message=campaign.counts_as_message,
            )
            for person, row in zip(people, going, strict=True)
        ],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )


def _epoch(campaign: Campaign, decided: Decided) -> int:
    """In which epoch these arms were drawn: an edit of the weights has begun a new one."""
    experiment = Experiment.objects.filter(key=campaign.key).first()
    arms = ("holdout", *decided.rule.variants)
    return reweigh(experiment, decided.rule.weights, decided.now, arms) if experiment else 0


def _held_by(decided: Decided, row: int) -> str:
    index = int(decided.decisions.held_by[row])
    return decided.rule.programmes[index].key if index >= 0 else ""


def _propensities(decisions: Decisions, row: int) -> list[float] | None:
    return None if decisions.propensities is None else decisions.propensities[row].tolist()


def _due_at(decided: Decided, row: int) -> datetime:
    """Now, or when the guard that delays this person lets go."""
    is_delayed = _outcome(decided.decisions, row) not in (YES, WITHHELD, PROGRAMME_HOLDOUT)
    later_at = decided.decisions.later_at
    return later_at if is_delayed and later_at is not None else decided.now


def _kept(decisions: Decisions, also_noes: bool) -> NDArray[np.int64]:
    if also_noes:
        return np.arange(len(decisions.ordinals))
    return np.flatnonzero(decisions.arms >= 0)


def _outcome(decisions: Decisions, row: int) -> str:
    return decisions.reasons[int(decisions.codes[row])]


def _variant(decided: Decided, row: int) -> str:
    arm = int(decided.decisions.arms[row])
    return decided.rule.variants[arm - 1] if arm > 0 else ""


def reads(rule: Rule) -> list[Ref]:
    """Every column that the rule looks at."""
    refs = [leaf.ref() for leaf in leaves(rule.audience)]
    refs += [ref for guard in rule.guards for ref in guard.reads()]
    refs += rule.reads()
    return list(dict.fromkeys(refs))


def _inputs(decided: Decided, rows: NDArray[np.int64]) -> list[dict[str, object]]:
    """What the rule saw about each kept person, by column name."""
    found: list[dict[str, object]] = [{} for _ in rows]
    for ref in reads(decided.rule):
        column = decided.columns.column(ref).take(rows)
        for i in range(len(rows)):
            one = column.at(i)
            found[i][str(ref)] = one.values if one.present else None
    return found


def _rule(decided: Decided) -> RuleSnapshot:
    document = snapshot(decided.rule)
    kept, _created = RuleSnapshot.objects.get_or_create(
        hash=content_hash(document), defaults={"document": document}
    )
    return kept


def _run_fields(decided: Decided) -> dict[str, object]:
    """Everybody's reason code by ordinal; who was not looked at counts as not in the audience."""
    decisions = decided.decisions
    codes = np.full(decided.personas.size, decisions.reasons.index(NOT_IN_AUDIENCE), np.uint8)
    codes[decisions.ordinals] = decisions.codes
    return {
        "decided_at": decided.now,
        "personas_version": decided.personas.version,
        "rule": _rule(decided),
        "reasons": list(decisions.reasons),
        "counts": decisions.counts(),
        "codes_blob": zlib.compress(codes.tobytes(), 6),
    }
