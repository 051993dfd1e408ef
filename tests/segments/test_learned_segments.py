"""Groups, lookalikes and rules from the question to the members, through the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from marketing import pipeline
from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Conflict, Invalid, NotFound
from marketing.kernel.text import Text
from marketing.people.models import Label, LabelGiven, Person
from marketing.people.queries import by_external_id
from marketing.personas import queries as personas_queries
from marketing.personas.types import Personas
from marketing.workspace.models import Workspace
from segments import queries, services
from segments.discovery import asking
from segments.discovery.accepting import Wanted, accept_groups, accept_lookalike, accept_rule
from segments.discovery.questions import Examples, Groups, Lookalike, Rule, question_of
from segments.discovery.reports import GroupsReport, LookalikeReport, RuleReport, report_of
from segments.models import Learning, Segment
from segments.standing import Standing
from tests.messages import identify
from tests.people.forgetting import forgotten
from tests.segments.town import COLUMNS, EACH, NOW, fill, learned, members, ordinals, segment_of
from tests.segments.town import work as work_off

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
THREE = Groups(columns=COLUMNS, method="kmeans", k=3)


@pytest.fixture
def town(workspace: Workspace, send: Send) -> Workspace:
    fill(workspace, send)
    return workspace


def groups_of(row: Learning) -> GroupsReport:
    report = report_of(row)
    assert isinstance(report, GroupsReport), row.problem
    return report


def accepted(row: Learning) -> list[Segment]:
    wanted = [Wanted(each.number, each.name) for each in groups_of(row).groups]
    return accept_groups(row, wanted)


def by_kind(found: list[Segment]) -> dict[str, str]:
    """Kind of people to the key of the segment that is just they."""
    keys = {frozenset(members(each.key)): each.key for each in found}
    return {kind: keys[frozenset(ordinals(kind))] for kind in ("keen", "rich", "rare")}


def test_groups__when_there_are_three_kinds__then_each_becomes_a_segment_of_just_them(
    town: Workspace,
) -> None:
    row = learned(town, Groups(columns=COLUMNS))
    report = groups_of(row)
    assert [each.size for each in report.groups] == [EACH] * 3
    assert [each.k for each in report.tried if each.is_chosen] == [3]
    assert "3 groups" in report.explained.en and "共3群" in report.explained.zh
    assert row.progress == 1.0 and row.as_of == NOW
    found = accepted(row)
    assert len({each.name for each in found}) == 3
    assert queries.sentence(found[0], "zh").startswith("第1群（共3群）")
    services.follow(NOW)
    assert set(by_kind(found)) == {"keen", "rich", "rare"}
    assert Segment.objects.get(pk=found[0].pk).kind == Segment.Kind.LEARNED


def test_groups__when_people_form_one_crowd__then_the_answer_is_that_there_are_none(
    town: Workspace,
) -> None:
    segment_of("keen")
    services.follow(NOW)
    row = learned(town, Groups(columns=COLUMNS, within="keen", method="kmeans"))
    report = groups_of(row)
    assert row.state == Learning.State.DONE and report.groups == () and row.blob is None
    assert report.people == EACH and "No groups" in report.explained.en
    with pytest.raises(Conflict):
        accept_groups(row, [Wanted(0, Text("A", "甲"))])


def test_groups__when_one_person_changes__then_the_fold_assigns_only_who_was_touched(
    town: Workspace, send: Send
) -> None:
    found = accepted(learned(town, THREE))
    services.follow(NOW)
    keys = by_kind(found)
    ann = by_external_id("rare-0").pk
    before = {each.key: members(each.key) for each in found}
    send(identify("rare-0", NOW + timedelta(minutes=1), visits=30, spent=100))
    pipeline.drain(town, NOW + timedelta(minutes=1))
    assert members(keys["keen"]) == before[keys["keen"]] | {ann}
    assert members(keys["rare"]) == before[keys["rare"]] - {ann}
    assert members(keys["rich"]) == before[keys["rich"]]
    now = personas_queries.current()
    one = OnlySome(now.version, now.as_of, now.size, now.exists, now.columns)
    column = Standing(one, found, np.array([ann]))(Ref("standing", keys["keen"]))
    assert column is not None and np.asarray(column.values).tolist() == [True]


class OnlySome(Personas):
    """Personas of which nobody may read a whole column."""

    def column(self, ref: Ref) -> Column:
        raise AssertionError(f"everybody's {ref}")


def test_groups__when_a_visitor_turns_out_to_be_a_member__then_the_older_ordinal_stands_there(
    town: Workspace, send: Send
) -> None:
    found = accepted(learned(town, THREE))
    later = NOW + timedelta(minutes=1)
    send(identify(None, later, anonymous="visitor", visits=2, spent=10), now=later)
    pipeline.refresh(town, later)
    keys = {len(members(each.key)): each.key for each in found}
    visitor = Person.objects.get(key="anon:visitor").pk
    assert visitor in members(keys[EACH + 1])
    send(identify("rare-1", later, anonymous="visitor"), now=later)
    pipeline.drain(town, later)
    pipeline.refresh(town, later + timedelta(hours=1))
    assert members(keys[EACH + 1]) == ordinals("rare")


def test_lookalike__when_part_of_a_kind_is_known__then_the_rest_of_it_is_found(
    town: Workspace, send: Send
) -> None:
    known = Segment.objects.create(key="known", name="Known", name_zh="已知", condition=some())
    services.follow(NOW)
    rest = EACH - len(members("known"))
    row = learned(town, Lookalike(columns=COLUMNS, members="known", size=rest))
    report = report_of(row)
    assert isinstance(report, LookalikeReport), row.problem
    assert report.found == rest and report.auc > 0.8
    made = accept_lookalike(row, Text("Like them", "相似者"))
    services.follow(NOW)
    assert members(made.key) == ordinals("rich") - members("known")
    # Who becomes a member is no lookalike any more.
    known.condition = {"version": 2, "condition": {
        "type": "attribute", "name": "kind", "op": "eq", "value": "rich"}}  # fmt: skip
    known.save()
    services.follow(NOW)
    assert members(made.key) == set()


def some() -> dict[str, Any]:
    """Three quarters of the rich."""
    rich = {"type": "attribute", "name": "kind", "op": "eq", "value": "rich"}
    part = {"type": "random_bucket", "seed": "x", "op": "lt", "value": 0.75}
    return {"version": 2, "condition": {"all": [rich, part]}}


def test_rule__when_examples_are_a_segment__then_it_is_a_condition_that_means_them(
    town: Workspace,
) -> None:
    segment_of("rich")
    services.follow(NOW)
    row = learned(town, Rule(columns=COLUMNS, examples=Examples(segment="rich")))
    report = report_of(row)
    assert isinstance(report, RuleReport), row.problem
    assert report.precision is not None and report.precision.rate == 1.0
    assert report.base_rate == pytest.approx(1 / 3) and report.inside == EACH
    made = accept_rule(row, Text("Spenders", "高消费"))
    assert made.kind == Segment.Kind.DYNAMIC
    assert queries.sentence(made, "en") == report.sentence.en
    services.follow(NOW)
    assert members(made.key) == ordinals("rich")


def test_rule__when_learned_among_some__then_it_means_only_them(town: Workspace) -> None:
    either = [{"type": "attribute", "name": "kind", "op": "eq", "value": v} for v in
              ("rich", "keen")]  # fmt: skip
    Segment.objects.create(key="some", name="Some", condition={"version": 2, "condition": {
        "any": either}})  # fmt: skip
    segment_of("keen")
    services.follow(NOW)
    question = Rule(columns=COLUMNS, within="some", examples=Examples(segment="keen"))
    report = report_of(learned(town, question))
    assert isinstance(report, RuleReport)
    assert (report.people, report.inside) == (2 * EACH, EACH)
    assert "is in segment “Some”" in report.sentence.en


def test_rule__when_examples_hold_a_label__then_only_those_with_the_value_count(
    town: Workspace,
) -> None:
    label = Label.objects.create(key="answered", name="Answered")
    LabelGiven.objects.bulk_create(
        LabelGiven(person_id=person, label=label, value=value, source="manual", given_at=NOW)
        for kind, value in (("keen", "yes"), ("rare", "no"))
        for person in ordinals(kind)
    )
    examples = Examples(label="answered", value="yes")
    row = learned(town, Rule(columns=COLUMNS, examples=examples))
    report = report_of(row)
    assert isinstance(report, RuleReport), row.problem
    assert report.examples == EACH == report.inside


@pytest.mark.parametrize(("question", "code"), [
    (Lookalike(columns=COLUMNS, members="few", size=10), "too_few_seeds"),
    (Lookalike(columns=COLUMNS, members="nowhere", size=10), "unknown_segment"),
    (Rule(columns=COLUMNS, examples=Examples(segment="few")), "too_few_examples"),
    (Groups(columns=("attribute:nothing",)), "unknown_attribute"),
])  # fmt: skip
def test_learning__when_it_cannot_be_done__then_the_row_says_why(
    town: Workspace, question: Any, code: str
) -> None:
    leaf = {"type": "attribute", "name": "visits", "op": "gt", "value": 31.5}
    Segment.objects.create(key="few", name="F", condition={"version": 2, "condition": leaf})
    services.follow(NOW)
    row = learned(town, question)
    assert row.state == Learning.State.REFUSED
    assert (row.problem or {})["code"] == code


def test_ask__when_the_question_makes_no_sense__then_it_is_refused_before_it_waits(
    town: Workspace,
) -> None:
    with pytest.raises(Invalid):
        asking.ask(Groups(columns=("segment:keen",)), datetime.now(UTC))
    with pytest.raises(Invalid):
        asking.ask(Rule(columns=COLUMNS, examples=Examples()), datetime.now(UTC))
    with pytest.raises(NotFound):
        asking.ask(Groups(columns=COLUMNS, method="magic"), datetime.now(UTC))
    assert not Learning.objects.exists()


def test_accept__when_it_waits_or_was_refused__then_there_is_nothing_to_accept(
    town: Workspace,
) -> None:
    row = asking.ask(THREE, datetime.now(UTC))
    with pytest.raises(Conflict):
        accept_groups(row, [Wanted(0, Text("A", "甲"))])


def test_learning_again__when_nobody_chose_to_replace__then_the_segments_stay_as_they_are(
    town: Workspace,
) -> None:
    first = learned(town, THREE)
    found = accepted(first)
    services.follow(NOW)
    again = asking.ask(THREE, datetime.now(UTC), "operator", again_of=first)
    work_off(town)
    again.refresh_from_db()
    overlaps = groups_of(again).overlaps
    assert sorted(each.share for each in overlaps) == [0.0] * 6 + [1.0] * 3
    assert first.segments.count() == 3 and again.segments.count() == 0
    best = max(overlaps, key=lambda each: each.share)
    mine = next(each for each in found if each.pk == best.segment)
    accept_groups(again, [Wanted(best.group, mine.label, instead_of=mine)])
    assert list(again.segments.values_list("pk", flat=True)) == [mine.pk]


def test_erasure__when_stored_points_are_rows_of_people__then_they_go_and_are_learned_anew(
    town: Workspace,
) -> None:
    row = learned(town, Groups(columns=COLUMNS, method="hdbscan"))
    found = accepted(row)
    services.follow(NOW)
    keys = by_kind(found)
    gone = by_external_id("rich-0").pk
    forgotten("rich-0", town, NOW)
    row.refresh_from_db()
    assert row.blob is None
    with pytest.raises(Conflict):
        accepted(row)
    waiting = Learning.objects.get(state=Learning.State.WAITING)
    assert waiting.again_of == row and waiting.replaces
    services.refresh_now(NOW)  # nobody moves until it is learned anew
    assert members(keys["rich"]) - {gone} == set(ordinals_but("rich", "rich-0"))
    assert Segment.objects.get(key=keys["rich"]).problem
    work_off(town)
    services.refresh_now(NOW)
    waiting.refresh_from_db()
    assert waiting.segments.count() == 3
    assert not Segment.objects.exclude(problem="").exists()
    assert members(keys["rich"]) == set(ordinals_but("rich", "rich-0"))


def ordinals_but(kind: str, name: str) -> list[int]:
    names = (f"{kind}-{i}" for i in range(EACH))
    return [by_external_id(each).pk for each in names if each != name]


def test_erasure__when_stored_points_are_averages__then_they_stay(town: Workspace) -> None:
    row = learned(town, THREE)
    accepted(row)
    forgotten("rich-0", town, NOW)
    row.refresh_from_db()
    assert row.blob is not None and Learning.objects.count() == 1


def test_prune__when_nobody_made_a_segment_of_it_for_long__then_it_is_forgotten(
    town: Workspace,
) -> None:
    kept, old = learned(town, THREE), learned(town, THREE)
    accepted(kept)
    waiting = asking.ask(THREE, NOW)
    Learning.objects.update(asked_at=datetime.now(UTC) - timedelta(days=91))
    assert asking.prune(datetime.now(UTC)) == 1
    assert set(Learning.objects.values_list("pk", flat=True)) == {kept.pk, waiting.pk}
    assert old.pk not in Learning.objects.values_list("pk", flat=True)


def test_erasure__when_what_was_learned_is_damaged__then_it_is_forgotten_all_the_same(
    town: Workspace,
) -> None:
    row = learned(town, Groups(columns=COLUMNS, method="hdbscan"))
    accepted(row)
    Learning.objects.filter(pk=row.pk).update(blob=b"damaged")
    forgotten("rich-0", town, NOW)
    assert Learning.objects.get(pk=row.pk).blob is None
    assert Learning.objects.get(state=Learning.State.WAITING).question["method"] == "hdbscan"


def test_question__as_json__is_the_same_question_again() -> None:
    for question in (THREE, Lookalike(columns=COLUMNS, members="a", size=5),
                     Rule(columns=COLUMNS, examples=Examples(label="b", value="c"))):  # fmt: skip
        row = Learning(question=msgspec.to_builtins(question))
        assert question_of(row) == question
