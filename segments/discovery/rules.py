"""Rules from examples: a decision tree that is written down as a condition."""

from __future__ import annotations

from typing import Any

import numpy as np

from marketing.conditions.parse import parse
from marketing.kernel.text import both
from marketing.people.queries import labels
from segments.discovery.questions import SEED, Examples, Rule
from segments.discovery.reports import RuleReport
from segments.discovery.study import Found, Study, part
from segments.learning.columns import Bools
from segments.learning.questions import Document
from segments.learning.tree import learn_tree


def learn_rule(study: Study, question: Rule) -> Found:
    """Raises Invalid as ``learn_tree`` does; ``no_rule`` where no question helps."""
    holds = examples(study, question.examples)[study.people]
    study.progress(0.1)
    made = learn_tree(
        study.personas, question.refs, study.people, holds, SEED,
        min_precision=question.min_precision,
    )  # fmt: skip
    document = _within(made.document, question.within)
    node = parse(document)
    picked = np.broadcast_to(
        np.asarray(node.evaluate(study.personas), bool), study.personas.exists.shape
    )
    report = RuleReport(
        people=len(study.people),
        columns=study.names(question.refs),
        condition=document,
        sentence=both(lambda lang: node.describe(lang, study.label)),
        examples=int(holds.sum()),
        inside=int((picked & study.personas.exists).sum()),
        precision=part(made.precision),
        recall=part(made.recall),
        base_rate=made.base_rate,
        learned_from=made.learned_from,
    )
    return Found(report)


def _within(document: Document, segment: str | None) -> dict[str, Any]:
    """Of whom it was learned, of them it means."""
    if segment is None:
        return dict(document)
    inside = {"type": "segment", "name": segment}
    return {**document, "condition": {"all": [inside, document["condition"]]}}


def examples(study: Study, given: Examples) -> Bools:
    """bool[size] by ordinal: who is an example. Raises NotFound for what there is not."""
    if given.segment is not None:
        return study.members(given.segment)
    holds = np.zeros(study.personas.size, dtype=bool)
    held = np.array(
        [person for person, value in labels(given.label or "") if given.value in (None, "", value)],
        dtype=np.int64,
    )
    holds[held[held < len(holds)]] = True
    return holds
