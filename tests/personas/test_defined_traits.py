"""Traits that operators define in the admin are computed like those that ship."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from marketing.conditions.types import Ref
from marketing.events.intake import Taken
from marketing.people.queries import by_external_id
from marketing.personas import queries
from marketing.personas.models import Trait
from marketing.personas.services import fold, rebuild, wanted
from marketing.workspace.models import Workspace
from tests.messages import track
from tests.personas.stream import seen

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
Send = Callable[..., Taken]
FORM = {
    "name": "Big orders", "name_zh": "大额订单", "key": "big-orders", "active": "on",
    "function": "count", "events": "Order Completed\nCourse Enrolled", "skip_days": "0",
    "window_days": "30", "filters-TOTAL_FORMS": "1", "filters-INITIAL_FORMS": "0",
    "filters-0-property": "price_cents", "filters-0-op": "gte", "filters-0-value": "5000",
}  # fmt: skip


def test_trait__when_defined_in_the_admin__then_it_is_there_within_a_fold(
    admin_client: Client, workspace: Workspace, send: Send
) -> None:
    send(*(track("ann", "Order Completed", NOW - timedelta(days=days), price_cents=cents)
           for days, cents in ((1, 9_900), (2, 4_900), (3, 5_000), (40, 9_900))))  # fmt: skip
    rebuild(workspace, NOW)
    answer = admin_client.post(reverse("admin:personas_trait_add"), FORM)
    assert answer.status_code == 302, answer.content[:2_000]
    fold(workspace, NOW, {})
    column = Ref("trait", "big-orders")
    assert seen(queries.current(), column, by_external_id("ann").pk) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"function": "sum"}, "needs a property"),
        ({"function": "sequence"}, "needs &#x27;then&#x27;"),
        ({"then_events": "Order Completed"}, "takes no &#x27;then&#x27;"),
        ({"window_hours": "5"}, "days or hours"),
        ({"key": "bought"}, "ships with the product"),
        ({"events": " \n"}, "required"),
    ],
)
def test_trait__when_it_cannot_be_computed__then_the_form_says_why(
    admin_client: Client, changes: dict[str, str], words: str
) -> None:
    answer = admin_client.post(reverse("admin:personas_trait_add"), FORM | changes)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Trait.objects.exists()


def test_spec__when_filled_in__then_every_field_is_in_it() -> None:
    trait = Trait.objects.create(
        key="x", name="x", function="sequence", events="A\n B ", then_events="C",
        then_within_hours=5, then_not=True, window_days=7, skip_days=3, missing=0,
    )  # fmt: skip
    trait.filters.create(property="plan", op="one_of", value="gold, 3, true")
    spec = trait.spec()
    assert spec.events == ("A", "B")
    assert spec.where[0].value == ("gold", 3.0, True)
    assert spec.then is not None
    assert (spec.then.within_hours, spec.then.negate, spec.window.key()) == (5, True, "7d+3")
    assert wanted()["x"] == spec
    trait.active = False
    trait.save()
    assert "x" not in wanted()


def test_clean__when_a_window_starts_before_it_ends__then_it_is_refused() -> None:
    with pytest.raises(ValidationError):
        Trait(key="x", name="x", function="count", events="A", skip_days=3).clean()
