"""One segment of every kind, and a discovery in every state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from marketing.conditions.types import Ref
from marketing.kernel.text import Text
from segments import lists, snapshots
from segments.discovery import reports
from segments.discovery.accepting import Wanted, accept_groups
from segments.discovery.asking import ask
from segments.discovery.questions import Examples, Groups, Lookalike, Question, Rule
from segments.learning.clusterers.kmeans import KMeans
from segments.learning.clustering import learn
from segments.models import Learning, Segment
from tests.campaigns.stage import NOW
from tests.conformance.planted import everybody, number, personas

COLUMNS = ("trait:bought", "trait:courses")
BOUGHT = Text("Purchases", "购买次数")
GROUPS = Groups(columns=COLUMNS)
NONE = Text("No groups: one crowd.", "没有分群：单一人群。")
HALF = reports.Part(rate=0.5, low=0.4, high=0.6)


def fill() -> None:
    """After the segments were refreshed."""
    active = Segment.objects.get(key="active")
    snapshots.take(active, "kept", Text("Kept", "保留"), NOW)
    vip = lists.create("vip", Text("VIP", "贵宾"))
    lists.replace(vip, ["learner-1", "nobody"], NOW)
    lists.ask(vip, "add", ["learner-2"], datetime.now(UTC), "operator", "vip.csv")
    row = done(GROUPS, groups(), blob=blob())
    accept_groups(row, [Wanted(0, Text("Few purchases", "购买少"))])
    done(GROUPS, msgspec.structs.replace(groups(), groups=(), explained=NONE))
    done(Lookalike(columns=COLUMNS, members="active", size=5), lookalike(), blob=b"x")
    done(Rule(columns=COLUMNS, examples=Examples(segment="active")), rule())
    refused = ask(GROUPS, datetime.now(UTC), "operator")
    problem = {"code": "too_few_people", "message": "2 people", "fix": "", "pointer": ""}
    Learning.objects.filter(pk=refused.pk).update(state="refused", problem=problem)
    ask(GROUPS, datetime.now(UTC), "operator")


def done(question: Question, report: reports.Report, blob: bytes | None = None) -> Learning:
    row = ask(question, datetime.now(UTC), "operator")
    row.state, row.report, row.blob = "done", msgspec.to_builtins(report), blob
    row.as_of, row.threshold = NOW, 0.5
    row.save()
    return row


def blob() -> bytes:
    """Two groups by the real method."""
    values = np.concatenate([np.ones(20), np.full(20, 9.0)]) + np.linspace(0, 0.1, 40)
    refs = [Ref("trait", "bought"), Ref("trait", "courses")]
    found = personas({ref: number(values) for ref in refs})
    return learn(found, refs, everybody(found), KMeans(k=2), 1).clustering.dump()


def groups() -> reports.GroupsReport:
    tried: dict[str, Any] = {"method": Text("k-means", "K均值"), "crowd": 0.2, "stability": 0.9,
                             "least_steady": 0.8, "noise": 0.0}  # fmt: skip
    apart = reports.Apart(trait=BOUGHT, said=Text("Purchases: low", "购买次数低"), effect=-1.2,
                          here="1", there="9")  # fmt: skip
    return reports.GroupsReport(
        people=24, columns=(BOUGHT,), left_out=((BOUGHT, "all_alike"),),
        explained=Text("2 groups.", "共2群。"), p_value=0.025, looked_at=24, learned_from=24,
        agreement=1.0,
        tried=(reports.Tried(k=2, silhouette=0.6, passes=True, is_chosen=True, **tried),
               reports.Tried(k=3, silhouette=0.4, passes=True, **tried)),
        groups=tuple(
            reports.Group(number=i, size=12, share=0.5, name=Text("Few purchases", "购买少"),
                          sentence=Text("12 people.", "12人。"), apart=(apart,))
            for i in (0, 1, -1)
        ),
    )  # fmt: skip


def lookalike() -> reports.LookalikeReport:
    telling = reports.Telling(trait=BOUGHT, weight=0.7, said=Text("Purchases: high", "购买次数高"))
    return reports.LookalikeReport(
        people=24, columns=(BOUGHT,), members=9, size=5, found=5, threshold=0.5, auc=0.8,
        auc_low=0.7, auc_high=0.9, captured=HALF, lift=2.0, telling=(telling,),
        verdict=Text("It finds the member.", "能认出成员。"),
    )  # fmt: skip


def rule() -> reports.RuleReport:
    leaf = {"type": "trait", "name": "bought", "op": "gt", "value": 1}
    return reports.RuleReport(
        people=24, columns=(BOUGHT,), condition={"version": 2, "condition": leaf},
        sentence=Text("Purchases is more than 1", "购买次数大于1"), examples=9, inside=9,
        precision=HALF, recall=None, base_rate=0.3, learned_from=17,
    )  # fmt: skip
