"""Old versions go; who is behind, who is inside and what was on a day stay as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from marketing.people.models import Label, Person
from marketing.workspace.models import Cursor, Workspace
from segments import labelling, publishing, upkeep
from segments.analysing.past import at_end_of
from segments.models import LabelRule, Segment, SegmentVersion
from segments.models.version import _members
from segments.services import _evaluate
from tests.segments.crowd import NOW, crowd, more_than, segment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def buyers(
    workspace: Workspace, ordinals_from_one: None, monkeypatch: pytest.MonkeyPatch
) -> Segment:
    """Three days of versions: somebody moves at every step, every third version is whole."""
    monkeypatch.setattr(publishing, "_WHOLE_EVERY", 2)
    for i in range(4):
        Person.objects.create(key=f"user:p{i}", created_at=NOW)
    made = segment("buyers", more_than(0))
    for step in range(12):
        at = NOW - 2 * DAY + step * timedelta(hours=4)
        orders = [int(step % (each + 2) == 0) for each in range(4)]
        everybody = None if step == 0 else np.arange(1, 5)
        _evaluate(replace(crowd({"orders": orders}), as_of=at), everybody, at)
    return made


def seen(position: int) -> None:
    Cursor.objects.update_or_create(name="transitions", defaults={"position": position})


def members() -> dict[int, list[int]]:
    _members.cache_clear()
    return {row.pk: list(row.members) for row in SegmentVersion.objects.all()}


def test_prune__when_versions_are_old_and_read__then_they_go_and_the_others_say_the_same(
    buyers: Segment,
) -> None:
    before, day = members(), (NOW - DAY).date()
    then = list(at_end_of(day, [buyers])["buyers"])
    seen(max(before))
    gone = upkeep.prune(NOW)
    after = members()
    assert gone == len(before) - len(after) > 0
    assert after == {pk: inside for pk, inside in before.items() if pk in after}
    recent = SegmentVersion.objects.filter(as_of__gt=NOW - DAY).count()
    assert recent == sum(at > NOW - DAY for at in _moments()) > 0
    assert list(at_end_of(day, [buyers])["buyers"]) == then
    assert upkeep.prune(NOW) == 0


def _moments() -> list[datetime]:
    return [NOW - 2 * DAY + step * timedelta(hours=4) for step in range(12)]


def test_prune__while_campaigns_have_not_seen_them__then_versions_stay(buyers: Segment) -> None:
    seen(0)
    assert upkeep.prune(NOW) == 0


def test_prune__while_a_rule_of_labels_is_behind__then_what_it_stands_on_stays(
    buyers: Segment,
) -> None:
    before = members()
    first = min(before)
    label = Label.objects.create(key="vip", name="vip")
    LabelRule.objects.create(label=label, segment=buyers, applied=first)
    seen(max(before))
    assert upkeep.prune(NOW) == 0
    labelling.follow(NOW)
    assert upkeep.prune(NOW) > 0
