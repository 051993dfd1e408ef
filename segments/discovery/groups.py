"""Groups: how many there are, who is in which, and what each is like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from marketing.kernel.text import both
from marketing.workspace.asked import Progress
from segments.discovery.questions import K_MAX, SEED, Groups
from segments.discovery.reports import Apart, Group, GroupsReport, Tried
from segments.discovery.study import Found, Study
from segments.learning.choice_words import explained
from segments.learning.choose import Choice, Trial
from segments.learning.clusterers import CLUSTERERS, Clusterer
from segments.learning.clustering import Learned, explore, learn
from segments.learning.facts import Fact, ShareFact
from segments.learning.portrait import Portrait, portraits
from segments.learning.portrait_words import said, sides

_EXPLORING = 0.8
_FACTS = 8


@dataclass(frozen=True)
class _Explored:
    """``asked``: every method with what it found; ``chosen``: what is learned, None for nothing."""

    asked: tuple[Choice, ...]
    chosen: Trial | None


def learn_groups(study: Study, question: Groups) -> Found:
    """Of the methods asked, the first that finds groups. Raises Invalid as the methods do."""
    explored = _explore(study, question)
    if explored.chosen is None:
        return Found(_report(study, question, explored))
    learned = learn(
        study.personas, question.refs, study.people, explored.chosen.clusterer, SEED,
        missing=question.missing,
    )  # fmt: skip
    study.progress(0.9)
    if learned.labels.max(initial=-1) < 0:  # on all people the method saw no crowded place
        return Found(_report(study, question, explored))
    found = portraits(study.personas, question.refs, study.people, learned.labels, study.label)
    report = _report(study, question, explored, learned, found)
    keeps_rows = type(learned.clustering.clusterer).keeps_rows
    return Found(report, learned.clustering.dump(), keeps_rows=keeps_rows, labels=learned.labels)


def _explore(study: Study, question: Groups) -> _Explored:
    asked: list[Choice] = []
    each = _EXPLORING / len(question.methods)
    for turn, name in enumerate(question.methods):
        method = _method(name, question.k)
        choice = explore(
            study.personas, question.refs, study.people, method, SEED, missing=question.missing,
            k_max=None if question.k is not None else K_MAX,
            progress=partial(_say, study.progress, each, turn),
        )  # fmt: skip
        asked.append(choice)
        if question.k is not None:
            return _Explored(tuple(asked), choice.trials[0])
        if choice.best is not None:
            return _Explored(tuple(asked), choice.best)
    return _Explored(tuple(asked), None)


def _say(progress: Progress, each: float, turn: int, share: float) -> None:
    progress(each * (turn + share))


def _method(name: str, k: int | None) -> Clusterer:
    """A number that was fixed counts only for methods that take one."""
    method = CLUSTERERS.get(name)()
    if k is None or "k" not in method.__struct_fields__:
        return method
    return msgspec.structs.replace(method, k=k)


def _report(
    study: Study, question: Groups, explored: _Explored, learned: Learned | None = None,
    found: Sequence[Portrait] = (),
) -> GroupsReport:  # fmt: skip
    last = explored.asked[-1]
    preparation = learned.clustering.preparation if learned else None
    return GroupsReport(
        people=len(study.people),
        columns=study.names(question.refs),
        left_out=study.left_out(preparation.left_out if preparation else ()),
        explained=explained(last),
        tried=tuple(_tried(each, explored.chosen) for made in explored.asked
                    for each in made.trials),
        p_value=last.p_value,
        looked_at=last.people,
        learned_from=learned.learned_from if learned else 0,
        agreement=learned.agreement if learned else None,
        is_fixed=question.k is not None,
        groups=tuple(_group(study, each) for each in found),
    )  # fmt: skip


def _tried(trial: Trial, chosen: Trial | None) -> Tried:
    return Tried(
        method=trial.clusterer.label, k=trial.k, silhouette=trial.silhouette, crowd=trial.crowd,
        stability=trial.stability, least_steady=min(trial.steady, default=0.0), noise=trial.noise,
        passes=trial.passes, is_chosen=trial is chosen,
    )  # fmt: skip


def _group(study: Study, portrait: Portrait) -> Group:
    return Group(
        number=portrait.cluster, size=portrait.size, share=portrait.share, name=portrait.name,
        sentence=portrait.sentence,
        apart=tuple(_apart(study, fact) for fact in portrait.facts[:_FACTS]),
    )  # fmt: skip


def _apart(study: Study, fact: Fact) -> Apart:
    """A share is called by what it is a share of: "Purchases: unknown"."""
    here, there = sides(fact)
    words = both(lambda lang: said(fact, study.label, lang))
    if not isinstance(fact, ShareFact):
        return Apart(trait=study.name(fact.ref), said=words, effect=fact.effect, here=here,
                     there=there)  # fmt: skip
    is_turned = fact.effect < 0 and not isinstance(fact.category, str)
    effect = -fact.effect if is_turned else fact.effect
    return Apart(trait=words, said=words, effect=effect, here=here, there=there)
