"""Lifecycle, RFM, overlap and a person's standing, beside plain Python over the same lives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest
from pyroaring import BitMap

from marketing.kernel.errors import Conflict, Invalid
from marketing.people.models import Person
from marketing.people.queries import by_external_id
from marketing.personas import queries as personas_queries
from segments import queries, rfm
from segments.analysing.lifecycle import moves, sizes, usual_since
from segments.analysing.overlap import largest, shared
from segments.analysing.people import followed
from segments.analysing.rfm import condition, condition_of
from segments.analysing.rfm import rfm as grid
from segments.analysing.standing import standing
from segments.analysis.rfm_regions import REGIONS
from segments.analysis.transitions import NOWHERE
from segments.models import Segment
from tests.campaigns.stage import NOW
from tests.segments.crowd import segment
from tests.segments.lived import LIVES, STAGES, day, live, ordinals, stage_of

if TYPE_CHECKING:
    from marketing.workspace.models import Workspace

TODAY = NOW.date()


@pytest.fixture
def lived(workspace: Workspace, send: Callable[..., Any]) -> Workspace:
    live(workspace, send)
    return workspace


@pytest.mark.parametrize(("since", "until"), [(44, 16), (44, 0), (16, 0), (30, 5)])
def test_moves__beside_each_life__are_equal(lived: Workspace, since: int, until: int) -> None:
    """A stage stays as it was refreshed last: on days without a refresh as on the one before."""
    found = moves(day(since).date(), day(until).date(), TODAY)
    then, now = (min(r for r in (44, 16, 0) if r >= ago) for ago in (since, until))
    truth = Counter(
        (stage_of(name, then) or NOWHERE, stage_of(name, now) or NOWHERE) for name in LIVES
    )
    truth.pop((NOWHERE, NOWHERE), None)
    counted = {(a, b): n for a, row in found.found.counts.items() for b, n in row.items() if n}
    assert counted == dict(truth)
    assert (found.first, tuple(each.key for each in found.stages)) == (day(44).date(), STAGES)


def test_sizes__of_every_stage_and_day__are_those_of_the_lives(lived: Workspace) -> None:
    days, found = sizes(day(20).date(), TODAY)
    assert days == [day(ago).date() for ago in range(20, -1, -1)]
    for stage in STAGES:
        truth = {ago: sum(stage_of(name, ago) == stage for name in LIVES) for ago in (44, 16, 0)}
        assert found[stage] == [truth[44]] * 4 + [truth[16]] * 16 + [truth[0]]


def test_moves__by_default__are_from_28_days_ago(lived: Workspace) -> None:
    assert moves(None, None, TODAY).since == TODAY - timedelta(days=28)
    assert usual_since(day(30).date()) == day(37).date()
    assert usual_since(day(43).date()) == day(44).date()
    assert usual_since(day(44).date()) is None


def test_moves__before_what_is_known_or_backwards__are_refused(lived: Workspace) -> None:
    with pytest.raises(Conflict) as early:
        moves(day(45).date(), TODAY, TODAY)
    assert early.value.fix == f"The first day is {day(44).date()}."
    for since, until in ((3, 3), (3, 4), (3, -1)):
        with pytest.raises(Invalid):
            moves(day(since).date(), day(until).date(), TODAY)


def test_stages_of_then__when_people_were_merged_since__count_who_carries_on(db: None) -> None:
    kept, gone, other, erased = (
        Person.objects.create(key=f"user:{name}", created_at=NOW) for name in "abcd"
    )
    Person.objects.filter(pk=gone.pk).update(merged_into=kept)
    exists = BitMap([kept.pk, other.pk])
    for before, after in [
        ({"x": {gone.pk}, "y": {other.pk, erased.pk}}, {"x": {kept.pk}, "y": {other.pk}}),
        ({"x": {gone.pk}, "y": {kept.pk}}, {"x": set(), "y": {kept.pk}}),
        ({"x": {gone.pk, kept.pk}, "y": set()}, {"x": {kept.pk}, "y": set()}),
    ]:
        found = followed({key: BitMap(members) for key, members in before.items()}, exists)
        assert {key: set(members) for key, members in found.items()} == after


def test_rfm__beside_each_life__has_the_same_cells_money_and_people(lived: Workspace) -> None:
    levels = rfm.compute(personas_queries.current())
    place = {
        name: (levels["rfm_r"][pk], levels["rfm_f"][pk])
        for name in LIVES for pk in ordinals([name])
    }  # fmt: skip
    found = grid()
    assert (found.grid.people, found.grid.without) == (len(LIVES), 0)
    for (r, f), cell in found.grid.cells.items():
        names = [name for name, at in place.items() if at == (r, f)]
        spent = [sum(cents for _days, cents in LIVES[name]) for name in names]
        assert (cell.people, cell.median_money) == (len(names), median(spent) if spent else None)
        assert set(found.members((r, r), (f, f)).tolist()) == ordinals(names)


def test_rfm__each_cell_and_region__has_a_condition_with_the_same_people(
    lived: Workspace,
) -> None:
    found = grid()
    documents = {
        f"r{r}{f}": (condition((r, r), (f, f)), found.members((r, r), (f, f)))
        for r in range(1, 6) for f in range(1, 6)
    }  # fmt: skip
    for region in REGIONS:
        members = found.members(region.recency, region.frequency)
        documents[region.key] = (condition_of(region), members)
    assert sum(len(members) > 0 for _document, members in documents.values()) > 8
    personas = personas_queries.current()
    for document, members in documents.values():
        node = Segment(condition=document).node
        mask = node.evaluate(queries.with_segments(personas))
        assert set(map(int, mask.nonzero()[0])) == set(members.tolist())  # type: ignore[union-attr]


def test_overlap__beside_sets__is_equal_and_forgets_the_erased(lived: Workspace) -> None:
    keys = largest(6)
    everybody = ordinals(LIVES)
    Person.objects.filter(key="user:ann").update(erased_at=NOW)
    inside = {
        key: set(version.members) - ordinals(["ann"])
        for key, version in queries.newest_versions().items() if key in keys
    }  # fmt: skip
    found = shared(keys)
    assert found.found.people == len(everybody) - 1
    assert dict(found.found.sizes) == {key: len(inside[key]) for key in keys}
    for pair in found.found.pairs.values():
        assert pair.both == len(inside[pair.a] & inside[pair.b])
    assert sum(part.people for part in found.parts) == len(set().union(*inside.values()))


def test_overlap__of_a_segment_never_refreshed__is_refused(lived: Workspace) -> None:
    segment("fresh")
    with pytest.raises(Conflict) as caught:
        shared(["fresh", "new"])
    assert caught.value.code == "not_refreshed"


def test_standing__of_everybody__is_where_they_are_since_when_and_why(lived: Workspace) -> None:
    personas = personas_queries.current()
    for name in LIVES:
        for segment_ in Segment.objects.filter(family=Segment.Family.LIFECYCLE):
            found = standing(segment_, personas, by_external_id(name).pk, "en")
            is_inside = stage_of(name, 0) == segment_.key
            assert (found.inside, found.holds) == (is_inside, is_inside)
            if not is_inside:
                assert found.since is None
                continue
            ago = 0
            for earlier in (16, 44):
                if stage_of(name, earlier) == segment_.key:
                    ago = earlier
                else:
                    break
            assert found.since == day(ago).date()


def test_standing__why__names_each_leaf_with_the_value_seen(lived: Workspace) -> None:
    personas, gone = personas_queries.current(), Segment.objects.get(key="at_risk")
    found = standing(gone, personas, by_external_id("dan").pk, "zh")
    assert [(leaf.sentence, leaf.holds, leaf.seen) for leaf in found.leaves] == [
        ("并非（距首次活跃天数小于28）", True, 38.0),
        ("并非（近28天活跃次数至少为1）", True, 0.0),
        ("29至84天前活跃次数至少为1", True, 3.0),
    ]


def test_standing__when_events_came_since__says_that_the_next_refresh_moves_the_person(
    lived: Workspace, send: Callable[..., Any]
) -> None:
    from marketing.personas.services import fold
    from tests.messages import track
    from tests.segments.lived import ENROLLED

    later = NOW + timedelta(minutes=1)
    send(track("hua", ENROLLED, later, content="x", price_cents=1), now=later)
    fold(lived, later, {})
    lapsed = Segment.objects.get(key="lapsed")
    found = standing(lapsed, personas_queries.current(), by_external_id("hua").pk, "en")
    assert (found.inside, found.holds) == (True, False)
