"""A small workspace in which every page of the studio has something to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.contrib.auth.models import Group, User

from campaigns.launching import end, launch, pause
from campaigns.models import Ad, Campaign, Coupon, Programme, Tester
from campaigns.redeeming import redeem
from marketing import pipeline, schedules
from marketing.api.models import issue_key
from marketing.catalog.models import Concept, Content
from marketing.events.surprised import keep
from marketing.events.surprises import Found
from marketing.experiments.models import Layer, MetricDefinition
from marketing.imports import services
from marketing.kernel.moments import microseconds
from marketing.kernel.text import Text
from marketing.people.models import Person
from marketing.people.queries import highest_ordinal
from marketing.people.services import resolve, subscribe
from marketing.people.subscriptions import STARTED, Fact
from marketing.people.types import Names
from marketing.personas.models import CleaningRule
from marketing.personas.services import write_score
from marketing.studio.insights import pages
from marketing.workspace.models import Workspace
from marketing.workspace.services import job_run, move_pointer
from recommender import event_list
from recommender.asking import Asker, ask, parse
from recommender.insights import INSIGHTS
from recommender.models import InsightAnswer, LearnedModel
from segments import shipped
from segments.models import Learning, Segment
from tests.campaigns.stage import NOW, coupons, draft, everybody
from tests.imports import stage as files
from tests.messages import identify, track
from tests.studio import kinds_stage

Send = Callable[..., Any]
PEOPLE = 24
OPERATOR = "operator"


def fill(workspace: Workspace, send: Send) -> User:
    """Through the real services wherever there is one; returns the superuser."""
    workspace.frozen_at, workspace.is_demo = NOW, True
    workspace.save()
    operator = User.objects.create_superuser(OPERATOR, password="long, for the suite")
    Group.objects.create(name="analysts")
    issue_key("server", "server")
    schedules.install()
    catalogue()
    events(send, PEOPLE)
    learned()
    shipped.install()
    subscribed("learner-0")
    pipeline.refresh(workspace, NOW)
    scored()
    campaigns(workspace)
    results(workspace, send)
    insights(workspace)
    imports()
    quality()
    kinds_stage.fill()
    with job_run("archive") as run:
        run.summary = "24"
    return operator


def subscribed(*names: str) -> None:
    facts = {"plan": "P1", "renews_at": (NOW + timedelta(days=9)).isoformat()}
    at = microseconds(NOW - timedelta(days=20))
    for name in names:
        subscribe({resolve([Names(f"user:{name}", None)], NOW)[0]:
                   [Fact(f"sub-{name}", at, STARTED, facts)]})  # fmt: skip


def quality() -> None:
    keep([("new_event", Found(event="like"))], NOW)
    CleaningRule.objects.create(property="price_cents", lowest=0, highest=500_000)


def catalogue() -> None:
    algebra = Concept.objects.create(name="algebra")
    calculus = Concept.objects.create(name="calculus")
    calculus.requires.add(algebra)
    course = Content.objects.create(
        external_id="algebra", title="algebra", price_cents=9900, price_assigned=True
    )
    course.concepts.add(algebra)
    Content.objects.create(external_id="calculus", title="calculus", price_cents=19900)


def events(send: Send, n: int, prefix: str = "learner") -> None:
    """``n`` people who enrolled forty days ago, and one message that is no message."""
    at = NOW - timedelta(days=40)
    for i in range(n):
        name = f"{prefix}-{i}"
        send(
            identify(name, at, inbox_consent=True, region="north", disability=False),
            track(name, "Course Enrolled", at, content="algebra", price_cents=9900),
        )
    send({"type": "nonsense", "messageId": f"bad-{prefix}"})


def learned() -> None:
    measured = {"auc": 0.7, "average_precision": 0.1, "brier": 0.03, "calibration_error": 0.01}
    group = {"group": "1", "n": 9, "predicted": 0.1, "observed": 0.1, "auc": 0.7, "selected": 0.2}
    report: dict[str, Any] = {
        "model": measured, "base_rate": measured, "one_feature": measured, "units": 100,
        "positives": 9, "baseline": "behind_peers",
        "bins": [{"predicted": 0.1, "observed": 0.1, "n": 9}],
        "importances": [["behind_peers", 0.6], ["mean_score", 0.4]],
        "fairness": {"disability": [group]},
    }  # fmt: skip
    more = {"version": "v1", "learned_at": NOW}
    LearnedModel.objects.create(
        name="churn", kind="predictor", label="Risk of leaving a course", label_zh="退课风险",
        report=report, **more,
    )  # fmt: skip
    ranks = {"hit_rate": 0.4, "ndcg": 0.2, "coverage": 0.5, "n": 10}
    LearnedModel.objects.create(
        name="next_item_ridge", kind="ranker", label="What comes next", label_zh="接下来学什么",
        report={"next_item_ridge": ranks, "popularity": ranks}, **more,
    )  # fmt: skip
    move_pointer("model:next_item_ridge", "v1", NOW)


def scored() -> None:
    values = np.concatenate([[np.nan], np.linspace(0, 1, highest_ordinal())])
    write_score("churn", values, NOW, Text("Risk of leaving a course", "退课风险"))


def campaigns(workspace: Workspace) -> None:
    """One of every occasion and of every status; the scheduled one has run and delivered."""
    Ad.objects.create(key="member", title="member")
    sale = draft("sale", coupons(1_000, valid_days=14), name="Spring sale", name_zh="春季促销",
                 holdout_percent=50, goal_event="Course Enrolled",
                 audience=_audience())  # fmt: skip
    launch(sale, workspace, NOW)
    pipeline.launch_due(workspace, NOW)
    while pipeline.drain(workspace, NOW):
        pass
    home = draft("home", {"ad": ("show_ad", {"ad": "member"})}, name_zh="首页", occasion="request",
                 placement="home")  # fmt: skip
    launch(home, workspace, NOW)
    pause(home)
    after = draft("after", name_zh="报名后", occasion="event", event_name="Course Enrolled")
    end(after, NOW)
    lapsed = draft("lapsed", name_zh="流失召回", occasion="transition", segment_key="lapsed")
    experiments(lapsed)


def experiments(campaign: Campaign) -> None:
    """A programme, a layer, a metric and a tester of this campaign."""
    programme = Programme.objects.create(key="winter", name="Winter", name_zh="冬季")
    layer = Layer.objects.create(key="prices", name="Prices", name_zh="价格")
    Campaign.objects.filter(pk=campaign.pk).update(
        programme=programme, layer=layer, layer_percent=40
    )
    metric = MetricDefinition.objects.create(
        key="refunds", name="Refunds", name_zh="退款", kind="conversion", event="Order Refunded",
        role="guardrail", lower_is_better=True,
    )  # fmt: skip
    campaign.metrics.add(metric)
    Tester.objects.create(
        campaign=campaign, person=Person.objects.filter(key="user:learner-0").get(),
        variant=campaign.variants.get(),
    )  # fmt: skip


def _audience() -> dict[str, object]:
    return everybody() | {
        "condition": {"all": [{"type": "attribute", "name": "region", "op": "eq",
                               "value": "north"}]}
    }  # fmt: skip


def results(workspace: Workspace, send: Send) -> None:
    """Half of those with a coupon enrol again; the effect is measured while windows are open."""
    later = NOW + timedelta(days=2)
    for coupon in list(Coupon.objects.all())[::2]:
        redeem(coupon.code, "order-1", NOW)
        send(track(coupon.person.external_id, "Course Enrolled", later, price_cents=9900),
             now=later)  # fmt: skip
    pipeline.drain(workspace, later)
    pipeline.measure(workspace, NOW + timedelta(days=3))


def insights(workspace: Workspace) -> None:
    """The first question of every page, and one that waits; whatever the events allow."""
    pipeline.answer(workspace, NOW, datetime.now(UTC))  # lists the events
    known = event_list.current()
    assert known is not None
    asker = Asker(NOW, datetime.now(UTC), workspace.zone)
    for page in pages().values():
        ask(page.first(known, workspace), asker)
    while pipeline.answer(workspace, NOW, datetime.now(UTC)):
        pass
    twice = [{"event": "Course Enrolled"}] * 2
    ask(parse("funnel", {"steps": twice, "within_hours": 1}), asker)


def imports() -> None:
    """One at every stage: to be mapped, checked with problems, done, refused; one waits."""
    people = [["id", "city", "age"], ["learner-1", "north", "3"], ["", "north", "4"]]
    files.uploaded("people", files.table(*people))
    files.checked("people", files.table(*people, ["learner-2", "south", "5"]))
    files.imported("contents", files.table(["id", "title", "price"], ["new", "new", "x"]))
    files.uploaded("orders", files.table(["id"]))
    asker = replace(files.asker(), at=datetime.now(UTC))
    services.upload("labels", "file.csv", [files.table(["id"], ["a"])], asker)


def more_rows(workspace: Workspace, send: Send) -> None:
    """Three times the rows in every list that grows."""
    events(send, 2 * PEOPLE, "later")
    subscribed("later-1", "later-2")
    pipeline.refresh(workspace, NOW)
    scored()
    for i in range(6):
        launch(draft(f"more-{i}", coupons(1_000), holdout_percent=20), workspace, NOW)
        issue_key(f"key-{i}", "write")
        User.objects.create_user(f"user-{i}")
        Group.objects.create(name=f"group-{i}")
        Concept.objects.create(name=f"concept-{i}")
        Content.objects.create(external_id=f"c{i}", title=f"c{i}", price_assigned=True)
        Ad.objects.create(key=f"ad-{i}", title=f"ad-{i}")
        Programme.objects.create(key=f"programme-{i}", name=f"p{i}")
        layer = Layer.objects.create(key=f"layer-{i}", name=f"l{i}")
        Campaign.objects.filter(key=f"more-{i}").update(layer=layer)
        MetricDefinition.objects.create(
            key=f"metric-{i}", name=f"m{i}", kind="revenue", event="Order Completed"
        )
        LearnedModel.objects.create(
            name="churn", version=f"w{i}", kind="predictor", label="c", learned_at=NOW
        )
        with job_run(f"job-{i}"):
            pass
        files.uploaded("people", files.table(["id"], [f"more-{i}"]))
        kinds_stage.done(kinds_stage.GROUPS, kinds_stage.groups())
        Segment.objects.create(key=f"few-{i}", name="Few", kind="learned", group=1,
                               learning=Learning.objects.filter(segments=None)[0],
                               origin=Segment.objects.get(key="vip").origin)  # fmt: skip
        InsightAnswer.objects.create(
            insight="funnel", question_hash=f"hash-{i}", asked_at=NOW,
            question=dict(INSIGHTS.get("funnel").example),
        )  # fmt: skip
    pipeline.launch_due(workspace, NOW)
    while pipeline.drain(workspace, NOW):
        pass
    pipeline.measure(workspace, NOW)


def person() -> Person:
    """Somebody with a coupon."""
    return Coupon.objects.order_by("pk")[0].person


def campaign() -> Campaign:
    return Campaign.objects.get(key="sale")
