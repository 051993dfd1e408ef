"""The demo's steps, in order. Each may be run again: what is done is not done twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from django.utils import timezone

from campaigns.delivering import deliver_due
from campaigns.launching import launch
from campaigns.models import Campaign, Coupon, Delivery
from campaigns.queries import deliveries_by_state
from marketing import pipeline
from marketing.demo import catalogue, report, setting, simulate, stream
from marketing.demo.answers import WIN_BACK_EFFECT
from marketing.demo.setting import ANSWERED_AT, FROZEN_AT
from marketing.events.intake import accept
from marketing.events.log import after
from marketing.experiments import results
from marketing.people.models import Person
from marketing.people.queries import count
from marketing.workspace.models import Cursor, Pointer
from marketing.workspace.queries import cursor, workspace
from marketing.workspace.services import freeze_clock, move_pointer
from recommender import services as models
from recommender.evaluation.populations import only_in
from segments import shipped
from segments.queries import newest_versions

Advance = Callable[[float], None]
_BATCH = 1_000


@dataclass(frozen=True)
class Step:
    """``run`` reports its progress as a share and returns lines to print."""

    key: str
    title: str
    run: Callable[[Advance], list[str]]


def done(step: Step) -> list[str] | None:
    """What the step printed when it was done; None if it was not."""
    found = Pointer.objects.filter(name=f"demo:{step.key}").first()
    return list(found.details["lines"]) if found else None


def keep(step: Step, lines: list[str]) -> None:
    move_pointer(f"demo:{step.key}", "done", timezone.now(), {"lines": lines})


def prepare(advance: Advance) -> list[str]:
    """The workspace, frozen; the catalogue; segments and campaigns as drafts."""
    space = workspace()
    space.is_demo = True
    space.name = "知心学堂 · Demo"
    space.save(update_fields=["is_demo", "name"])
    freeze_clock(space, FROZEN_AT)
    contents = catalogue.load()
    advance(0.7)
    shipped.install()
    setting.create_campaigns()
    return [f"{contents} courses, clock frozen at {FROZEN_AT:%Y-%m-%d}"]


def intake(advance: Advance) -> list[str]:
    """All events of both sources, day by day, through the intake that the API uses."""
    messages = (message for _day, each in stream.days(FROZEN_AT) for message in each)
    taken = 0
    expected = 256_254  # only scales the bar
    for batch in _batches(messages):
        answer = accept(batch, FROZEN_AT)
        if answer.rejected:
            raise RuntimeError(f"the shipped data was rejected: {answer.rejected[0]}")
        taken += answer.accepted + answer.duplicates
        advance(min(taken / expected, 1))
    return [f"{taken:,} events of {Person.objects.count():,} people"]


def personas(advance: Advance) -> list[str]:
    """Warehouse, personas and segments; nothing before this moment is an occasion."""
    names = ["archive", "personas", "scores", "segments"]
    pipeline.refresh(workspace(), FROZEN_AT, lambda step: advance(names.index(step) / 4))
    _skip_occasions(FROZEN_AT)
    return [f"{count():,} personas", *report.segment_lines(newest_versions())]


def churn(advance: Advance) -> list[str]:
    """Learn on 2013, judge on 2014B and 2014J."""
    split = models.Split(setting.CHURN_SPLIT_AT, only_in(*setting.CHURN_TEST))
    found = models.train_predictor("churn", FROZEN_AT, split)
    advance(0.9)
    models.apply_scores(FROZEN_AT)
    return report.churn_lines(found)


def ranker(advance: Advance) -> list[str]:
    """Last enrolment of MOOCCube's learners held out, ranked against every course."""
    learners = set(Person.objects.filter(key__startswith="user:mc-").values_list("id", flat=True))
    found = models.train_ranker(FROZEN_AT, lambda people: report.among(people, learners))
    return report.ranker_lines(found)


def campaigns(advance: Advance) -> list[str]:
    """Launch the three; the scheduled one decides and delivers."""
    space = workspace()
    pipeline.refresh(space, FROZEN_AT)
    advance(0.3)
    for campaign in Campaign.objects.filter(status=Campaign.Status.DRAFT):
        launch(campaign, space, FROZEN_AT)
    pipeline.launch_due(space, FROZEN_AT)
    advance(0.4)
    _deliver_all(FROZEN_AT, lambda share: advance(0.4 + 0.6 * share))
    campaign = Campaign.objects.get(key=setting.WIN_BACK)
    return report.run_lines(campaign)


def answers(advance: Advance) -> list[str]:
    """Simulated answers advance the clock; enrolments trigger pushes; the home page is opened."""
    space = workspace()
    campaign = Campaign.objects.get(key=setting.WIN_BACK)
    events = simulate.answers(campaign, WIN_BACK_EFFECT, setting.SEED)
    freeze_clock(space, ANSWERED_AT)
    for batch in _batches(iter(events)):
        accept(batch, ANSWERED_AT)
    simulate.redeem_coupons(events)
    advance(0.2)
    while pipeline.drain(space, ANSWERED_AT, datetime.now(UTC)):
        pass
    advance(0.5)
    slots = list(simulate.visit_home(space, ANSWERED_AT, setting.SEED))
    advance(0.8)
    pipeline.refresh(space, ANSWERED_AT)
    used = Coupon.objects.exclude(redeemed_at=None).count()
    return [
        f"{len(events)} simulated enrolments, {used} coupons redeemed, clock at "
        f"{ANSWERED_AT:%Y-%m-%d}",
        *report.slot_lines(slots),
    ]


def result(advance: Advance) -> list[str]:
    """What the campaigns changed."""
    found = {e.key: r for e, r in results.refresh(ANSWERED_AT, workspace().zone)}
    campaign = Campaign.objects.get(key=setting.WIN_BACK)
    effect = simulate.true_effect(campaign, WIN_BACK_EFFECT)
    states = {c.name: deliveries_by_state(c) for c in Campaign.objects.all()}
    return report.result_lines(found[setting.WIN_BACK], effect, states)


STEPS = [
    Step("prepare", "Catalogue, segments, campaigns", prepare),
    Step("intake", "Events through the intake", intake),
    Step("personas", "Personas and segments", personas),
    Step("churn", "Churn predictor (OULAD)", churn),
    Step("ranker", "Recommender (MOOCCube)", ranker),
    Step("campaigns", "Campaigns: decide and deliver", campaigns),
    Step("answers", "Simulated answers", answers),
    Step("result", "Measured result", result),
]


def _batches(messages: Iterator[dict[str, object]]) -> Iterable[list[dict[str, object]]]:
    while batch := list(islice(messages, _BATCH)):
        yield batch


def _skip_occasions(now: datetime) -> None:
    """History is no occasion: campaigns start to listen here."""
    folded = cursor("fold")
    Cursor.objects.update_or_create(
        name="campaigns",
        defaults={"xid": folded.xid, "position": folded.position, "moved_at": now},
    )
    if after(cursor("campaigns"), 1):
        raise RuntimeError("events arrived while the history was read")


def _deliver_all(now: datetime, advance: Advance) -> None:
    total = Delivery.objects.filter(state="pending", due_at__lte=now).count()
    finished = 0
    # Leases run by the real clock: what a killed run had claimed comes free though ours is frozen.
    while claimed := deliver_due(workspace(), now, at=datetime.now(UTC)):
        finished += claimed
        advance(min(finished / max(total, 1), 1))
